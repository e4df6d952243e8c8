"""The pace at which an address may send over the socket: faster messages wait."""

from collections import OrderedDict

MESSAGES_A_SECOND = 200
BYTES_A_SECOND = 2_000_000
BURST_SECONDS = 2.0
KEPT_ADDRESSES = 10_000


class Pace:
    """The time that each address has used up. Beyond KEPT_ADDRESSES, the longest quiet one is forgotten."""

    def __init__(self) -> None:
        self._free: OrderedDict[str, float] = OrderedDict()  # when the time that each address has used up ends

    def delay(self, address: str, size: int, now: float) -> float:
        """Return the seconds that a message of `size` bytes has to wait, if it comes at `now` (seconds)."""
        cost = 1 / MESSAGES_A_SECOND + size / BYTES_A_SECOND
        begin = max(self._free.pop(address, 0.0), now - BURST_SECONDS)
        self._free[address] = begin + cost
        if len(self._free) > KEPT_ADDRESSES:
            self._free.popitem(last=False)
        return max(0.0, begin - now)

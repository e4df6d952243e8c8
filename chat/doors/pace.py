"""How fast an address may send over the socket: what comes faster waits."""

from collections import OrderedDict

MESSAGES_A_SECOND = 200
BYTES_A_SECOND = 2_000_000
BURST_SECONDS = 2.0
KEPT_ADDRESSES = 10_000


class Pace:
    """Gives each message of an address its time. It forgets the address that was quiet longest beyond a number."""

    def __init__(self) -> None:
        self._free: OrderedDict[str, float] = OrderedDict()  # when the time that each address has taken is over

    def delay(self, address: str, size: int, now: float) -> float:
        """Return how many seconds a message of `size` bytes that comes at `now` has to wait."""
        cost = 1 / MESSAGES_A_SECOND + size / BYTES_A_SECOND
        begin = max(self._free.pop(address, 0.0), now - BURST_SECONDS)
        self._free[address] = begin + cost
        if len(self._free) > KEPT_ADDRESSES:
            self._free.popitem(last=False)
        return max(0.0, begin - now)

"""A limit on how often an address may do something within a minute."""

from collections import OrderedDict, deque

MINUTE_SECONDS = 60.0
KEPT_ADDRESSES = 10_000


class Rate:
    """Counts of events per address over the last minute. Beyond KEPT_ADDRESSES, the longest quiet one is forgotten."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, address: str, limit: int, now: float) -> bool:
        """Count one more event at `now` (seconds). Return False, and do not count it, at more than `limit` a minute."""
        times = self._times.setdefault(address, deque())
        self._times.move_to_end(address)
        if len(self._times) > KEPT_ADDRESSES:
            self._times.popitem(last=False)
        while times and times[0] <= now - MINUTE_SECONDS:
            times.popleft()
        if len(times) >= limit:
            return False
        times.append(now)
        return True

"""The moments at which a task that reads without waiting should let the others run."""

import asyncio

BUSY_SECONDS = 0.002


class Fairness:
    """A measure of how long one task has occupied the event loop.

    An `await` whose result is there already does not suspend the task, so a fast sender can occupy the loop.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._since: float | None = None

    @property
    def is_due(self) -> bool:
        """True if the task should `await asyncio.sleep(0)` now."""
        if self._since is None:
            self._since = self._loop.time()
            self._loop.call_soon(self._reset)
            return False
        return self._loop.time() - self._since >= BUSY_SECONDS

    def _reset(self) -> None:
        """Start again, because the loop has run another task."""
        self._since = None

"""A way for one task to let the others run while it reads what is already there."""

import asyncio

BUSY_SECONDS = 0.002


class Fairness:
    """Measures how long one task has kept the event loop.

    An `await` suspends nothing if its result is there already, so a fast sender can keep the loop for itself.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._since: float | None = None

    @property
    def is_due(self) -> bool:
        """True if the task should `await asyncio.sleep(0)` now."""
        if self._since is None:
            self._since = self._loop.time()
            self._loop.call_soon(self._turned)
            return False
        return self._loop.time() - self._since >= BUSY_SECONDS

    def _turned(self) -> None:
        """Note that the loop has run something else."""
        self._since = None

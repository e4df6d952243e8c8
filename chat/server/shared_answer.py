"""One answer for all who ask the same within some seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")
KEPT_ANSWERS = 100


class SharedAnswer(Generic[Value]):
    """Keeps answers by key for `seconds()`; a caller that asks while one is being made waits for that one.

    A page that is opened a hundred times asks a model server once.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._answers: dict[Hashable, tuple[float, asyncio.Task[Value]]] = {}

    async def get(self, key: Hashable, ask: Callable[[], Awaitable[Value]]) -> Value:
        """Return the answer to `key`, from `ask` if there is none yet or it is too old. An error is not kept."""
        now = asyncio.get_running_loop().time()
        self._answers = {
            each: (made, task) for each, (made, task) in self._answers.items() if self._is_good(task, now - made)
        }
        if key not in self._answers:
            while len(self._answers) >= KEPT_ANSWERS:
                del self._answers[next(iter(self._answers))]
            self._answers[key] = now, asyncio.ensure_future(_run(ask))
        return await asyncio.shield(self._answers[key][1])

    def _is_good(self, task: asyncio.Task[Value], age_seconds: float) -> bool:
        if not task.done():
            return True
        return age_seconds < self._seconds() and not task.cancelled() and task.exception() is None


async def _run(ask: Callable[[], Awaitable[Value]]) -> Value:
    return await ask()

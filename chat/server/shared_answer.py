"""One answer for all who ask the same within some seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")
KEPT_ANSWERS = 100


@dataclass(eq=False, slots=True)
class _Answer(Generic[Value]):
    """One answer, or the task that gets it, and how many wait for it."""

    asked: float
    task: asyncio.Task[Value]
    waiting: int = 0


class SharedAnswer(Generic[Value]):
    """Keeps answers by key for `seconds()`; a caller that asks while one is being made waits for that one.

    A page that is opened a hundred times asks a model server once.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._answers: dict[Hashable, _Answer[Value]] = {}

    async def get(self, key: Hashable, ask: Callable[[], Awaitable[Value]]) -> Value:
        """Return the answer to `key`, from `ask` if there is none yet or it is too old. An error is not kept.

        Asking is cancelled when the last caller that waits for it is cancelled.
        """
        answer = self._find(key) or self._start(key, ask)
        answer.waiting += 1
        try:
            return await asyncio.shield(answer.task)
        finally:
            answer.waiting -= 1
            if not answer.waiting and not answer.task.done():
                answer.task.cancel()
                self._drop(key, answer)

    def forget(self, key: Hashable) -> None:
        """Drop the answer to `key`, so that it is asked for again."""
        self._answers.pop(key, None)

    def _find(self, key: Hashable) -> _Answer[Value] | None:
        answer = self._answers.get(key)
        if answer and not self._is_good(answer):
            self._drop(key, answer)
            return None
        return answer

    def _start(self, key: Hashable, ask: Callable[[], Awaitable[Value]]) -> _Answer[Value]:
        while len(self._answers) >= KEPT_ANSWERS:
            self.forget(next(iter(self._answers)))
        answer = self._answers[key] = _Answer(asyncio.get_running_loop().time(), asyncio.ensure_future(_run(ask)))
        return answer

    def _drop(self, key: Hashable, answer: _Answer[Value]) -> None:
        if self._answers.get(key) is answer:
            self.forget(key)

    def _is_good(self, answer: _Answer[Value]) -> bool:
        if not answer.task.done():
            return True
        age_seconds = asyncio.get_running_loop().time() - answer.asked
        return age_seconds < self._seconds() and not answer.task.cancelled() and answer.task.exception() is None


async def _run(ask: Callable[[], Awaitable[Value]]) -> Value:
    return await ask()

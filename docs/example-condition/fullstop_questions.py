"""The condition `questions(3)`: ends the answer at its n-th question mark."""

from dataclasses import dataclass
from typing import ClassVar

from termination import Condition, Progress, Scope, Seen, Watch

MARKS = "?？"


@dataclass(frozen=True, slots=True)
class Questions(Condition):
    """Holds from the end of the n-th question mark of its scope on, and cuts there: `questions(3)`.

    For models that ask and ask. Both `?` and `？` count, each by itself: `??` are two.
    """

    name: ClassVar[str] = "questions"
    scope: ClassVar[Scope] = "answer"
    limit: int

    def __post_init__(self) -> None:
        if type(self.limit) is not int or self.limit < 1:
            raise ValueError("the number of questions is a whole number above 0")

    def start(self) -> Watch:
        return _Questions(self.limit)


class _Questions(Watch):
    """Counts the marks one by one, so that it makes no difference how the text is cut."""

    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit

    def feed(self, text: str, progress: Progress) -> Seen | None:
        for at, character in enumerate(text, 1):
            self._left -= character in MARKS
            if not self._left:
                return Seen(at, f"question mark {self._limit}")
        return None

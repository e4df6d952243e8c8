"""The condition `questions(3)`, which ends the answer at its third question mark."""

from dataclasses import dataclass
from typing import ClassVar

from termination import Condition, Progress, Scope, Seen, Watch

MARKS = "?？"


@dataclass(frozen=True, slots=True)
class Questions(Condition):
    """A condition that cuts after the n-th question mark of its scope: `questions(3)`.

    It is for models that ask too much. Both `?` and `？` count; `??` are two.
    """

    name: ClassVar[str] = "questions"
    scope: ClassVar[Scope] = "answer"
    limit: int

    def __post_init__(self) -> None:
        if type(self.limit) is not int or self.limit < 1:
            raise ValueError("the number of questions is a whole number above 0")

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Questions(self.limit)


class _Questions(Watch):
    """A count of the marks, one by one, so that it makes no difference how the text is cut."""

    def __init__(self, limit: int) -> None:
        self._limit = self._left = limit

    def feed(self, text: str, progress: Progress) -> Seen | None:
        """Return the place after the last mark."""
        for at, character in enumerate(text, 1):
            self._left -= character in MARKS
            if not self._left:
                return Seen(at, f"question mark {self._limit}")
        return None

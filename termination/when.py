"""A condition that is a plain function of the text."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from termination.arguments import written
from termination.condition import Condition, Scope
from termination.errors import BadArgument
from termination.progress import Progress
from termination.watch import Seen, Watch

KEPT = 8192

Predicate = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class When(Condition):
    """A function of the answer's text as a condition. See `when`."""

    name: ClassVar[str] = "when"
    scope: ClassVar[Scope] = "answer"
    predicate: Predicate

    def __post_init__(self) -> None:
        if not callable(self.predicate):
            raise BadArgument("not_callable", value=written(self.predicate))

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _When(self.predicate)

    def _arguments(self) -> list[str]:
        return [getattr(self.predicate, "__qualname__", written(self.predicate))]


def when(predicate: Predicate) -> When:
    """Return a condition that is true as soon as a function of the answer's text so far is.

    `when(lambda text: text.count("?") >= 3)` cuts an answer after its third question mark. With `.during("thought")`
    the function gets the text of the thought instead.

    Args:
        predicate: a function that gets the text so far. It returns True to end the turn, or a reason as a string, which
            becomes the ending's `evidence`; any false value lets the turn continue. It must depend on the text alone.
            It is called after each character, so that the cut is the same however the text is cut into chunks. It gets
            at most the last 8,192 characters, so that a long answer costs no more per character than a short one.

    Raises:
        BadArgument: if it cannot be called.
    """
    return When(predicate)


class _When(Watch):
    def __init__(self, predicate: Predicate) -> None:
        self._predicate = predicate
        self._text = ""

    def enter(self, progress: Progress) -> None:
        """Begin with no text."""
        self._text = ""

    def feed(self, text: str, progress: Progress) -> Seen | None:
        """Return the first place after which the function is true."""
        known = len(self._text)
        whole = self._text + text
        self._text = whole[-KEPT:]
        for end in range(known + 1, len(whole) + 1):
            reason = self._predicate(whole[max(0, end - KEPT) : end])
            if reason:
                return Seen(end - known, reason if isinstance(reason, str) else "")
        return None

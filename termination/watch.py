"""A condition at work in one turn, and what it has seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from termination.ending import TextPhase
from termination.progress import Progress


@dataclass(frozen=True, slots=True)
class Seen:
    """A condition holds from `at` on, and asks for a cut at `cut` (None: at `at`).

    Both are counted in characters from the beginning of the text just fed; `cut` may lie before it, in text that the
    condition had held back. `known` is the number of characters that had to come until this was certain, counted from
    there too (None: up to `at`). It is more than `at` if only the text after `at` showed it; `at` may be below 0 then.
    `evidence` says in a few words what was seen; `facts` are its parts, by name. Where it ends an answer, that is
    shortened to the first end of a sentence from `back` on, which is counted in the same way.
    """

    at: int
    evidence: str = ""
    cut: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    back: int | None = None
    known: int | None = None


class Watch:
    """One condition at work in one turn; it may remember. A subclass overrides what it needs.

    `pending`: so many characters at the end of the text fed may still become what it waits for, and are held back.
    `measured`: the phase whose tokens and seconds count for it; None for those of the whole turn.
    `lasting`: once it holds it holds for good; else only as long as no more text comes.
    `patience`: it sees nothing in so many characters less one; it may be fed later then, with all of them in one piece.
    `far`: it sees nothing before so many tokens of the phase that it measures are spent, and need not be fed till then.
    `quiet`: its deadline is that many seconds after the last sign of life.
    `steady`: its deadline stays the same as long as the phase does, and it is not fed with text that comes before it.
    """

    pending: int = 0
    measured: TextPhase | None = None
    lasting: ClassVar[bool] = True
    patience: int = 0
    far: int = 0
    quiet: float | None = None
    steady: ClassVar[bool] = False

    def enter(self, progress: Progress) -> None:
        """A phase of its scope begins, `progress.phase`; the text that follows belongs to it."""

    def feed(self, text: str, progress: Progress) -> Seen | None:
        """More text of its scope. Has to give the same however the text is cut."""
        return None

    def look(self, progress: Progress) -> Seen | None:
        """Time has passed without text. `at` is counted from the end of the text so far."""
        return None

    def count(self, progress: Progress) -> Seen | None:
        """A chunk with token ids is over: its text is fed, `progress.token_ids` are known. `at` as in `look`."""
        return None

    def leave(self, progress: Progress) -> Seen | None:
        """The text of this phase is over: what was pending has to be decided, counted from the end of the text."""
        return None

    def deadline(self, progress: Progress) -> float | None:
        """When it wants to `look` at the latest, in the turn's time; None for never."""
        return None

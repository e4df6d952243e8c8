"""A condition at work in one turn, and what it has seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from termination.ending import TextPhase
from termination.progress import Progress


@dataclass(frozen=True, slots=True)
class Seen:
    """What makes a condition true, and at which place.

    Every place is a number of characters, counted from the beginning of the text just fed.
    The condition is true from `at` on. It asks for a cut at `cut` (None: at `at`), which may be below 0: in text that
    the condition had held back.
    `known` is the number of characters that had to come until this was certain (None: `at`). It is more than `at` if
    only the text after `at` showed it; `at` may be below 0 then.
    `evidence` says in a few words what was seen; `facts` are its parts, by name.
    `back` shortens an answer that ends here, to the first end of a sentence from `back` on.
    """

    at: int
    evidence: str = ""
    cut: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    back: int | None = None
    known: int | None = None


class Watch:
    """One condition at work in one turn; it may remember. A subclass overrides what it needs.

    `pending` characters at the end of the text fed may still become a match, and are held back.
    `measured` is the phase whose tokens and seconds count; None counts those of the whole turn.
    `lasting` conditions stay true; the others are true only until more text comes.
    """

    pending: int = 0
    measured: TextPhase | None = None
    lasting: bool = True

    def enter(self, progress: Progress) -> None:
        """Prepare for a phase of its scope, `progress.phase`; the text that follows belongs to it."""

    def feed(self, text: str, progress: Progress) -> Seen | None:
        """Return what is seen in more text of its scope. It must be the same however the text is cut."""
        return None

    def look(self, progress: Progress) -> Seen | None:
        """Return what is seen when time has passed without text. `at` is counted from the end of the text so far."""
        return None

    def count(self, progress: Progress) -> Seen | None:
        """Return what is seen in `progress.token_ids`, after the text of their chunk was fed. `at` as in `look`."""
        return None

    def leave(self, progress: Progress) -> Seen | None:
        """Return what is seen in the text that was pending, now that its phase is over. `at` as in `look`."""
        return None

    def deadline(self, progress: Progress) -> float | None:
        """Return the time at which it wants to `look` at the latest; None for never."""
        return None

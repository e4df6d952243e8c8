"""One condition at work: its watch, the phase that it looks at, and what it has seen."""

from collections.abc import Mapping
from typing import NamedTuple

from termination.condition import Condition, Scope
from termination.ending import TextPhase
from termination.phrases import Phrase
from termination.watch import Seen, Watch
from termination.watching.sleeping import Limit, Sleeping

NO_CUT = -1


class Sighting(NamedTuple):
    """What a leaf has seen: the values of a `Seen`, placed in the text of the whole turn.

    The condition is true from `known` on: the number of characters that had to come until it was certain. That is the
    same however the text is cut into chunks, also for a match that ends at `at`, before it is certain.
    """

    at: int
    cut: int
    known: int
    back: int | None
    evidence: str
    facts: Mapping[str, str]


class Leaf:
    """One condition without parts. With a `limit` it sleeps until that many tokens, or seconds, have passed.

    `problem` says why the condition is out of the turn; it is empty as long as the condition works.
    """

    def __init__(self, condition: Condition, scope: Scope, limit: Limit | None) -> None:
        self.condition = condition
        self.scope = scope
        self.seen: Sighting | None = None
        watch, self.problem = _start(condition)
        watch.measured = _phase(scope)
        self.watch = watch
        if limit is not None:
            self.watch = Sleeping(watch, limit)
        self.is_fed = type(self.watch).feed is not Watch.feed
        self.is_timed = type(self.watch).deadline is not Watch.deadline

    def within(self, phase: str) -> bool:
        """True if it looks in that phase."""
        return self.scope in ("any", phase)

    def is_asked(self, phase: str) -> bool:
        """True if it may see something in that phase that it has not seen yet."""
        return not self.problem and self.seen is None and self.within(phase)

    def record(self, seen: Seen, begin: int, size: int) -> int:
        """Remember what was seen in `size` characters from `begin` on, and return the place where it was certain.

        Places outside of the text are brought into it: what was shown cannot be taken back, and what has not come
        cannot be cut.
        """
        if seen.known is None:
            at = known = min(max(seen.at, 0), size)
        else:
            known = min(max(seen.known, 0), size)
            at = min(seen.at, known)
        cut = at
        if seen.cut is not None:
            cut = min(seen.cut, at)
        back = None if seen.back is None else begin + seen.back
        self.seen = Sighting(begin + at, begin + cut, begin + known, back, seen.evidence, seen.facts)
        return begin + known

    # --- As a part of a rule

    @property
    def leaves(self) -> tuple["Leaf", ...]:
        """Return the leaf itself."""
        return (self,)

    @property
    def reasons(self) -> tuple["Leaf", ...]:
        """Return the leaf itself."""
        return (self,)

    def is_true(self, at: int, phase: str) -> bool:
        """True if the condition is true at that character of the turn."""
        return self.seen is not None and self.seen.known <= at and self.within(phase)

    def cut(self, at: int, phase: str) -> int:
        """Return where it asks for the cut if its rule becomes true at that character; NO_CUT if it was true before."""
        assert self.seen is not None
        if self.seen.known != at:
            return NO_CUT
        return self.seen.cut


def describe(error: Exception) -> str:
    """Return an error in one line."""
    return f"{type(error).__name__}: {error}"


def is_sound(seen: Seen) -> bool:
    """True if what a plugin has returned is a Seen with values of the right types."""
    return (
        isinstance(seen, Seen)
        and isinstance(seen.at, int)
        and all(isinstance(place, int | None) for place in (seen.cut, seen.back, seen.known))
        and isinstance(seen.evidence, str)
        and isinstance(seen.facts, Mapping)
    )


def _phase(scope: Scope) -> TextPhase | None:
    return None if scope == "any" else scope


def _start(condition: Condition) -> tuple[Watch, str]:
    """Return the condition's watch; or one that sees nothing, and what went wrong."""
    try:
        watch = condition.start()
    except Exception as error:  # a plugin's: the turn continues without it
        return Watch(), describe(error)
    if not isinstance(watch, Watch):
        return Watch(), Phrase("no_watch", value=repr(watch))
    return watch, ""

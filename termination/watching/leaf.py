"""One condition at work, with the scope and the sleep that its composition gives it."""

from collections.abc import Callable
from dataclasses import replace

from termination.arguments import Duration
from termination.condition import Condition, Scope
from termination.ending import TextPhase
from termination.progress import Progress
from termination.watch import Seen, Watch

NO_CUT = -1
Limit = int | Duration
Feed = Callable[[str, Progress], Seen | None]
Deadline = Callable[[Progress], float | None]


def told(error: Exception) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {error}"


class Leaf:
    """One condition without parts. `seen` is what it has seen, in characters of the whole turn.

    It holds from `seen.known` on: the number of characters that had to come until it was certain. That is the same
    however the text is cut into chunks, also for a match that ends earlier and is certain only later.
    """

    def __init__(self, condition: Condition, scope: Scope, limit: Limit | None) -> None:
        self.condition = condition
        self.scope = scope
        self.seen: Seen | None = None
        self.watch, self.problem = _started(condition)
        self.phase: TextPhase | None = None if scope == "any" else scope
        self.watch.measured = self.phase
        self._sleeps = limit
        self._entered = False

    def within(self, phase: str) -> bool:
        """Whether it looks in that phase."""
        return self.scope in ("any", phase)

    def enter(self, progress: Progress) -> None:
        """A phase of its scope begins."""
        self._entered = True
        if self._sleeps is None:
            self.watch.enter(progress)

    def feed(self, text: str, progress: Progress) -> Seen | None:
        """More text; while it sleeps, only that after its waking."""
        if self._sleeps is None:
            return self.watch.feed(text, progress)
        if (at := self._waking(text, progress)) is None:
            return None
        self._wake(progress)
        with progress.ahead(text[:at]):
            seen = self.watch.feed(text[at:], progress)
        return _moved(seen, at) if seen else None

    def look(self, progress: Progress) -> Seen | None:
        """Time has passed."""
        if self._waking("", progress) is not None:
            self._wake(progress)
        return None if self._sleeps is not None else self.watch.look(progress)

    def count(self, progress: Progress) -> Seen | None:
        """A chunk is over."""
        return None if self._sleeps is not None else self.watch.count(progress)

    def leave(self, progress: Progress) -> Seen | None:
        """The phase is over."""
        entered, self._entered = self._entered, False
        return self.watch.leave(progress) if entered and self._sleeps is None else None

    def deadline(self, progress: Progress) -> float | None:
        """When it wants to look, or to wake."""
        if isinstance(self._sleeps, Duration):
            return progress.when(self._sleeps, self.phase)
        return None if self._sleeps is not None else self.watch.deadline(progress)

    def is_asked(self, phase: str) -> bool:
        """Whether it may see something in that phase that it does not see yet."""
        return not self.problem and self.seen is None and self.within(phase)

    @property
    def feeder(self) -> "Feed":
        """What to feed with text: the watch itself, or what wakes it."""
        return self.feed if self.sleeps else self.watch.feed

    @property
    def deadliner(self) -> Deadline:
        """What to ask for a deadline, likewise."""
        return self.deadline if self.sleeps else self.watch.deadline

    @property
    def is_steady(self) -> bool:
        """Whether its deadline stays the same as long as the phase does."""
        return self.watch.steady and not self.sleeps

    def overrides(self, method: str) -> bool:
        """Whether its watch has that method for itself."""
        return getattr(type(self.watch), method) is not getattr(Watch, method)

    @property
    def sleeps(self) -> bool:
        """Whether it waits for its `.after()`."""
        return self._sleeps is not None

    def _waking(self, text: str, progress: Progress) -> int | None:
        if isinstance(self._sleeps, Duration):
            return 0 if progress.passed(self._sleeps, self.phase) else None
        return None if self._sleeps is None else progress.reaches(self._sleeps, self.phase, text)

    def _wake(self, progress: Progress) -> None:
        self._sleeps = None
        if self._entered:
            self.watch.enter(progress)

    # --- As a part of a rule

    @property
    def leaves(self) -> tuple["Leaf", ...]:
        """Itself."""
        return (self,)

    @property
    def speakers(self) -> tuple["Leaf", ...]:
        """Itself."""
        return (self,)

    def cut(self, at: int, phase: str) -> int:
        """Where it asks for the cut when its rule holds at that character; below 0 if it held before."""
        assert self.seen is not None
        if self.seen.known != at:
            return NO_CUT
        return self.seen.at if self.seen.cut is None else self.seen.cut

    def holds(self, at: int, phase: str) -> bool:
        """Whether it holds at that character of the turn."""
        known = self.seen.known if self.seen else None
        return known is not None and known <= at and self.within(phase)


def _moved(seen: Seen, by: int) -> Seen:
    cut, back, known = _plus(seen.cut, by), _plus(seen.back, by), _plus(seen.known, by)
    return replace(seen, at=seen.at + by, cut=cut, back=back, known=known)


def _plus(place: int | None, more: int) -> int | None:
    return None if place is None else place + more


def _started(condition: Condition) -> tuple[Watch, str]:
    """Its watch; or one that sees nothing, and what went wrong."""
    try:
        watch = condition.start()
    except Exception as error:  # a plugin's: the turn goes on without it
        return Watch(), told(error)
    return (watch, "") if isinstance(watch, Watch) else (Watch(), f"it started {watch!r}, which is no Watch")

"""The leaves of a turn's conditions: fed with text, asked, and dropped when they fail."""

from collections.abc import Callable

from termination.events import ConditionFailed
from termination.phrases import Phrase
from termination.progress import Progress
from termination.watch import Seen, Watch
from termination.watching.held_text import HeldText
from termination.watching.leaf import Leaf, describe, is_sound

NEVER = float("inf")


class Leaves:
    """Asks every leaf of the present phase that has not seen anything yet.

    `news` are the places of what is new. `pending` characters at the end of the text may still become what a leaf
    waits for.
    """

    def __init__(self, leaves: list[Leaf], progress: Progress, held: HeldText) -> None:
        self._leaves = leaves
        self._progress = progress
        self._held = held
        self._may_hold: list[Leaf] = []
        self._holding: list[Watch] = []  # of these, those that are fed
        self._brief: list[Leaf] = []  # true only until more text comes
        self._entered = False  # a phase has begun
        self.news: set[int] = set()
        self.pending = 0
        for leaf in leaves:
            if leaf.problem:
                self._report(leaf)
        self._select()

    def enter(self, may_hold: list[Leaf]) -> None:
        """Begin the phase `progress.phase`. Only the leaves in `may_hold` may hold text back in it."""
        self._may_hold = may_hold
        self._forget()
        self._ask(self._asked, lambda watch: watch.enter(self._progress))
        self._entered = True
        self.news.add(self._progress.text)

    def feed(self, text: str) -> None:
        """Give more text of this phase to the leaves."""
        if self._brief:
            self._forget()
        progress = self._progress
        for leaf, feed in self._fed:
            try:
                seen = feed(text, progress)
            except Exception as error:  # a plugin's: the turn continues without it
                self._fail(leaf, describe(error))
            else:
                if seen is not None:
                    self._record(leaf, seen, len(text))
        if self._holding:
            self._update_pending()

    def count(self) -> None:
        """Ask the leaves at the end of a chunk, when what the server said beside its text is known."""
        self._ask(self._asked, lambda watch: watch.count(self._progress))

    def look(self) -> None:
        """Ask the leaves that have a deadline, when time has passed."""
        self._ask([leaf for leaf, _ in self._timed], lambda watch: watch.look(self._progress))

    def leave(self) -> None:
        """End the phase: what was pending is decided."""
        if self._entered:
            self._entered = False
            self._ask(self._asked, lambda watch: watch.leave(self._progress))
        self._may_hold, self._holding, self.pending = [], [], 0

    @property
    def deadline(self) -> float | None:
        """Return when one of them wants to look next; None for never."""
        first, progress = NEVER, self._progress
        for leaf, deadline in self._timed:
            try:
                end = deadline(progress)
                if end is not None and end < first:
                    first = end + 0.0
            except Exception as error:  # as in `feed`
                self._fail(leaf, describe(error))
        return None if first == NEVER else first

    def _update_pending(self) -> None:
        most = 0
        for watch in self._holding:
            pending = watch.pending
            if pending and isinstance(pending, int):  # a plugin may set anything
                most = max(most, pending)
        self.pending = most

    def _ask(self, leaves: list[Leaf], question: Callable[[Watch], Seen | None]) -> None:
        """Ask each leaf what it sees at the end of the text so far."""
        for leaf in leaves:
            try:
                seen = question(leaf.watch)
            except Exception as error:  # as in `feed`
                self._fail(leaf, describe(error))
            else:
                if seen is not None:
                    self._record(leaf, seen, 0)

    def _record(self, leaf: Leaf, seen: Seen, size: int) -> None:
        if not is_sound(seen):
            self._fail(leaf, Phrase("no_seen", value=repr(seen)))
            return
        self.news.add(leaf.record(seen, self._progress.text, size))
        if not leaf.watch.lasting:
            self._brief.append(leaf)
        self._select()

    def _forget(self) -> None:
        for leaf in self._brief:
            leaf.seen = None
            self.news.add(self._progress.text)  # what is negated may be true again
        self._brief = []
        self._select()

    def _fail(self, leaf: Leaf, problem: str) -> None:
        leaf.problem = problem
        self._report(leaf)
        self._select()

    def _report(self, leaf: Leaf) -> None:
        self._held.note(self._progress.text, ConditionFailed(str(leaf.condition), leaf.problem))

    def _select(self) -> None:
        """Find out which leaves are asked from now on."""
        self._asked = [leaf for leaf in self._leaves if leaf.is_asked(self._progress.phase)]
        self._fed = [(leaf, leaf.watch.feed) for leaf in self._asked if leaf.is_fed]
        self._timed = [(leaf, leaf.watch.deadline) for leaf in self._asked if leaf.is_timed]
        self._holding = [leaf.watch for leaf, _ in self._fed if leaf in self._may_hold]
        self._update_pending()

"""When the conditions of a turn want to look at it next."""

import math
from collections.abc import Iterable

from termination.progress import Progress
from termination.watching.leaf import Deadline, Leaf

NEVER = math.inf


class Deadlines:
    """The leaves that have one, sorted by how it moves, so that the usual ones need not be asked for each token."""

    def __init__(self, leaves: Iterable[Leaf], progress: Progress) -> None:
        self._progress = progress
        self.timed = [leaf for leaf in leaves if leaf.sleeps or leaf.overrides("deadline")]
        self.moving: list[tuple[Leaf, Deadline]] | None = None  # who has one that moves; None: to be found out
        self.steady: list[Leaf] = []  # who has one that does not
        self.steady_end = NEVER  # the first of these
        self.quiet = NEVER  # the shortest time without a sign of life

    def sort(self) -> list[tuple[Leaf, Deadline]]:
        """Finds out who is asked in this phase; gives those whose deadline moves."""
        asked = [leaf for leaf in self.timed if leaf.is_asked(self._progress.phase)]
        self.steady = [leaf for leaf in asked if leaf.is_steady and self._progress.phase != "waiting"]
        ends = [leaf.deadline(self._progress) for leaf in self.steady]
        self.steady_end = min((end for end in ends if end is not None), default=NEVER)
        quiet = [leaf for leaf in asked if leaf.watch.quiet and not leaf.sleeps]
        self.quiet = min((leaf.watch.quiet for leaf in quiet if leaf.watch.quiet), default=NEVER)
        self.moving = [(leaf, leaf.deadliner) for leaf in asked if leaf not in self.steady and leaf not in quiet]
        return self.moving

    @property
    def still(self) -> float:
        """The first of those that need not be asked."""
        alive = self._progress.alive
        return self.steady_end if alive is None else min(self.steady_end, alive + self.quiet)

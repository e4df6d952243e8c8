"""Conditions on text that repeats itself: an exact cycle, and circling."""

from dataclasses import dataclass
from typing import ClassVar

from termination.condition import Condition
from termination.ending import Action, EndingCode
from termination.loops.circling import CirclingSearch
from termination.loops.cycles import ANSWER, THOUGHT, CycleSearch
from termination.progress import Progress
from termination.watch import Seen, Watch


@dataclass(frozen=True, slots=True)
class Loop(Condition):
    """A condition that is true if the text repeats itself in an exact cycle of up to 8,000 characters: `loop()`.

    In the answer it takes more copies than in the thought: tables and code repeat themselves for a reason. The rules
    and their reasons are in termination/loops/cycles.py. Of the answer's copies the first stays.
    """

    name: ClassVar[str] = "loop"
    code: ClassVar[EndingCode] = "loop"
    action: ClassVar[Action] = "end_thought"

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Loop()


@dataclass(frozen=True, slots=True)
class Circles(Condition):
    """A condition that is true if the text comes back to the same words again and again: `circling()`.

    It reports that, and cuts nothing.
    """

    name: ClassVar[str] = "circling"
    code: ClassVar[EndingCode] = "loop"
    action: ClassVar[Action] = "nudge"

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Circles()


class _Loop(Watch):
    def __init__(self) -> None:
        self._search = CycleSearch(ANSWER)

    def enter(self, progress: Progress) -> None:
        self._search = CycleSearch(THOUGHT if progress.phase == "thought" else ANSWER)

    def feed(self, text: str, progress: Progress) -> Seen | None:
        cycle = self._search.feed(text)
        if cycle is None:
            return None
        at = cycle.at - self._search.fed + len(text)
        facts = {"period": str(cycle.period), "copies": f"{cycle.run / cycle.period:.1f}", "onset": str(cycle.onset)}
        back = at - cycle.run + cycle.period if progress.phase == "answer" else None
        return Seen(at, f"{facts['copies']} x {cycle.period} characters", facts=facts, back=back)

    def leave(self, progress: Progress) -> Seen | None:
        """Drop the tail."""
        self._search = CycleSearch(ANSWER)
        return None


class _Circles(Watch):
    def __init__(self) -> None:
        self._search = CirclingSearch()

    def enter(self, progress: Progress) -> None:
        self._search = CirclingSearch()

    def feed(self, text: str, progress: Progress) -> Seen | None:
        found = self._search.feed(text)
        if found is None:
            return None
        at = found.at - self._search.fed + len(text)
        return Seen(at, f"{found.times} times", facts={"times": str(found.times)})

    def leave(self, progress: Progress) -> Seen | None:
        """Drop the tail."""
        self._search = CirclingSearch()
        return None

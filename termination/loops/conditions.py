"""Conditions on text that repeats itself: an exact cycle, and circling."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from termination.condition import Condition
from termination.ending import Action, EndingCode, Phase
from termination.loops.checkpoints import STEP, Checkpoints
from termination.loops.circling import CirclingSearch, Refrain
from termination.loops.cycles import ANSWER, THOUGHT, Cycle, CycleSearch
from termination.phrases import Phrase
from termination.progress import Progress
from termination.watch import Seen, Watch

Found = TypeVar("Found", Cycle, Refrain)


@dataclass(frozen=True, slots=True)
class _Repetition(Condition):
    """A condition without arguments on text that repeats itself."""

    code: ClassVar[EndingCode] = "loop"


class Loop(_Repetition):
    """A condition that is true if the text repeats itself in an exact cycle of up to 8,000 characters: `loop()`.

    In the answer it takes more copies than in the thought: tables and code repeat themselves for a reason. The rules
    and their reasons are in termination/loops/cycles.py. Of the answer's copies the first stays.
    """

    __slots__ = ()

    name: ClassVar[str] = "loop"
    action: ClassVar[Action] = "end_thought"

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Loop()


class Circles(_Repetition):
    """A condition that is true if the text comes back to the same words again and again: `circling()`.

    It reports that, and cuts nothing.
    """

    __slots__ = ()

    name: ClassVar[str] = "circling"
    action: ClassVar[Action] = "nudge"

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Circles()


class _Repeats(Watch, Generic[Found]):
    """Gives the text of a phase to a search, whenever it has enough of it for its next look."""

    def __init__(self) -> None:
        self._search: Checkpoints[Found] | None = None
        self._new: list[str] = []
        self._missing = STEP

    @abstractmethod
    def _start_search(self, phase: Phase) -> Checkpoints[Found]:
        """Return a new search."""

    @abstractmethod
    def _describe(self, found: Found, at: int, phase: Phase) -> Seen:
        """Return what was found before `at`, a place in the text just fed."""

    def feed(self, text: str, progress: Progress) -> Seen | None:
        self._new.append(text)
        self._missing -= len(text)
        if self._missing > 0:
            return None
        search = self._search = self._search or self._start_search(progress.phase)
        found = search.feed("".join(self._new))
        self._new, self._missing = [], STEP - search.fed % STEP
        if found is None:
            return None
        return self._describe(found, found.at - search.fed + len(text), progress.phase)

    def leave(self, progress: Progress) -> Seen | None:
        """Drop the text of the phase."""
        self._search, self._new, self._missing = None, [], STEP
        return None


class _Loop(_Repeats[Cycle]):
    def _start_search(self, phase: Phase) -> CycleSearch:
        return CycleSearch(THOUGHT if phase == "thought" else ANSWER)

    def _describe(self, found: Cycle, at: int, phase: Phase) -> Seen:
        copies = f"{found.run / found.period:.1f}"
        facts = {"period": str(found.period), "copies": copies, "onset": str(found.onset)}
        back = at - found.run + found.period if phase == "answer" else None
        return Seen(at, Phrase("copies", copies=copies, period=found.period), facts=facts, back=back)


class _Circles(_Repeats[Refrain]):
    def _start_search(self, phase: Phase) -> CirclingSearch:
        return CirclingSearch()

    def _describe(self, found: Refrain, at: int, phase: Phase) -> Seen:
        return Seen(at, Phrase("times", times=found.times), facts={"times": str(found.times)})

"""Conditions on text that goes round: an exact cycle, and circling."""

from typing import ClassVar

from termination.condition import Spec
from termination.ending import Action, EndingCode
from termination.loops.checkpoints import STEP
from termination.loops.circling import Circling
from termination.loops.cycles import ANSWER, THOUGHT, Rounds
from termination.progress import Progress
from termination.watch import Seen, Watch


class Loop(Spec):
    """Holds when the text goes round in an exact cycle of up to 8,000 characters: `loop()`.

    In the answer it takes more copies than in the thought: tables and code repeat themselves for a reason. The rules
    and where they come from stand in termination/loops/cycles.py. Of the answer's copies the first stays.
    """

    name: ClassVar[str] = "loop"
    code: ClassVar[EndingCode] = "loop"
    action: ClassVar[Action] = "end_thought"

    def start(self) -> Watch:
        return _Loop()


class Circles(Spec):
    """Holds when the text comes back to the same words again and again: `circling()`. It tells, and cuts nothing."""

    name: ClassVar[str] = "circling"
    code: ClassVar[EndingCode] = "loop"
    action: ClassVar[Action] = "nudge"

    def start(self) -> Watch:
        return _Circles()


class _Loop(Watch):
    patience = STEP

    def __init__(self) -> None:
        self._rounds = Rounds(ANSWER)

    def enter(self, progress: Progress) -> None:
        self._rounds = Rounds(THOUGHT if progress.phase == "thought" else ANSWER)
        self.patience = STEP

    def feed(self, text: str, progress: Progress) -> Seen | None:
        cycle = self._rounds.feed(text)
        self.patience = self._rounds.patience
        if cycle is None:
            return None
        at = cycle.at - self._rounds.fed + len(text)
        facts = {"period": str(cycle.period), "copies": f"{cycle.run / cycle.period:.1f}", "onset": str(cycle.onset)}
        back = at - cycle.run + cycle.period if progress.phase == "answer" else None
        return Seen(at, f"{facts['copies']} x {cycle.period} characters", facts=facts, back=back)

    def leave(self, progress: Progress) -> Seen | None:
        """Lets go of the tail."""
        self._rounds = Rounds(ANSWER)
        return None


class _Circles(Watch):
    patience = STEP

    def __init__(self) -> None:
        self._circling = Circling()

    def enter(self, progress: Progress) -> None:
        self._circling = Circling()
        self.patience = STEP

    def feed(self, text: str, progress: Progress) -> Seen | None:
        found = self._circling.feed(text)
        self.patience = self._circling.patience
        if found is None:
            return None
        at = found.at - self._circling.fed + len(text)
        return Seen(at, f"{found.times} times", facts={"times": str(found.times)})

    def leave(self, progress: Progress) -> Seen | None:
        """Lets go of the tail."""
        self._circling = Circling()
        return None

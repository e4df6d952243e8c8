"""Holds the conditions to the text: finds where the turn is cut, and gives what may be shown until then."""

from termination.condition import Condition
from termination.ending import Phase, RunnerUp
from termination.events import Nudged
from termination.progress import Progress
from termination.watching.held_text import Held, Shown
from termination.watching.leaf import NO_CUT
from termination.watching.leaves import Leaves
from termination.watching.rules import Rule, rules
from termination.watching.verdict import AT_THE_END, YIELDING, Verdict


class Watching:
    """The conditions of one turn. Once `verdict` is set, all text before its cut has been given, and none after it.

    The earliest cut wins. So a verdict waits as long as some stop text that begins before its cut may still come.
    """

    def __init__(self, condition: Condition | None, progress: Progress) -> None:
        self._progress = progress
        self._held = Held(progress)
        self._rules = rules(condition)
        self.leaves = Leaves([leaf for rule in self._rules for leaf in rule.node.leaves], progress, self._held)
        self._found: list[Verdict] = []
        self._passed: list[Verdict] = []  # held, and gave way to a natural finish
        self._shadows: list[Verdict] = []
        self._lengths: dict[Phase, int] = {"waiting": 0, "thought": 0, "answer": 0}
        self._start = 0  # where the phase would have begun, had all its text come in one piece
        self.lenient = False  # the chunk that is being fed brings a natural finish
        self.verdict: Verdict | None = None

    # --- What the turn tells it, beside the text, which it gives to the leaves

    def enter(self) -> None:
        """The text that follows is of another phase, `progress.phase`; `leave` came before."""
        self._start = self._progress.text - self._lengths[self._progress.phase]
        self.leaves.enter([leaf for rule in self._rules if not rule.shadow for leaf in rule.node.leaves])

    def shown(self) -> list[Shown]:
        """What may be shown of text that the leaves would not have shown at once."""
        if self.leaves.news:
            self._judge()
        return self._sure()

    def count(self) -> list[Shown]:
        """A chunk is over, and what the server said beside its text is known."""
        self.leaves.count()
        self._judge()
        return self._sure()

    def look(self) -> bool:
        """Time has passed: whether the turn is over. If it is, the last text follows, if any is left, then `close`."""
        self.leaves.look()
        self._judge(in_time=True)
        return bool(self._found)

    def leave(self) -> list[Shown]:
        """The text of this phase is over: all is given that is not cut."""
        self.leaves.leave()
        self._judge()
        shown = self._sure()
        self._lengths[self._progress.phase] = self._progress.text - self._start
        return shown

    def close(self) -> list[Shown]:
        """The turn is over."""
        shown = self.leave()
        if self._found and not self.verdict:
            self._decide()
        return shown

    def length(self, phase: Phase) -> int:
        """The characters of that phase so far."""
        return self._progress.text - self._start if phase == self._progress.phase else self._lengths[phase]

    @property
    def runners_up(self) -> tuple[RunnerUp, ...]:
        """The conditions that held as well when the turn ended, the nearest first."""
        last = self.verdict.known if self.verdict else self._progress.text
        others = [each for each in self._found + self._passed if each is not self.verdict and each.known <= last]
        return tuple(each.as_runner_up for each in sorted(others, key=lambda each: each.key))

    @property
    def shadows(self) -> tuple[RunnerUp, ...]:
        """The conditions in the shadow that would have ended the turn."""
        last = self.verdict.known if self.verdict else self._progress.text
        return tuple(each.as_runner_up for each in self._shadows if each.known <= last)

    # --- The rules

    def _judge(self, in_time: bool = False) -> None:
        """Asks the rules at each place where a leaf has begun to hold, in the order of the text."""
        for at in sorted(self.leaves.news):
            for rule in [rule for rule in self._rules if rule.node.holds(at, self._progress.phase)]:
                self._rules.remove(rule)
                self._record(rule, at, in_time)
        self.leaves.news.clear()

    def _record(self, rule: Rule, known: int, in_time: bool) -> None:
        speakers = [leaf.seen for leaf in rule.node.speakers if leaf.holds(known, self._progress.phase) and leaf.seen]
        evidence = "; ".join(filter(None, (seen.evidence for seen in speakers)))
        cut = rule.node.cut(known, self._progress.phase)
        cut = known if cut == NO_CUT else cut
        at = max(seen.at for seen in speakers)
        if not rule.shadow:
            cut = max(cut, self._held.begin)
        told_of = RunnerUp(rule.text, rule.code, self._progress.phase, cut - self._start, evidence)
        back = self._in_phase(speakers[0].back)
        cut = AT_THE_END if in_time else cut
        verdict = Verdict(rule, known, at, cut, evidence, speakers[0].facts, told_of, back)
        if rule.shadow:
            self._shadows.append(verdict)
        elif rule.action == "nudge":
            self._held.notices.append((known, Nudged(rule.text, evidence, verdict.facts)))
        else:
            yields = self.lenient and rule.code in YIELDING
            (self._passed if yields else self._found).append(verdict)

    def _in_phase(self, place: int | None) -> int | None:
        """The place in the text of the present phase; None where the phase has been left since."""
        in_phase = -1 if place is None else place - self._start
        return in_phase if in_phase >= self._lengths[self._progress.phase] else None

    def _sure(self) -> list[Shown]:
        """Gives what is sure, and decides if no stop text that is pending could cut earlier."""
        end, pending = self._progress.text, self.leaves.pending
        if self._found:
            first = min(self._found, key=lambda verdict: verdict.key)
            if first.cut <= end and (not pending or first.cut < end - pending):
                self._decide()
                return self._held.give(first.cut)
        return self._held.give(end - pending)

    def _decide(self) -> None:
        self.verdict = min(self._found, key=lambda verdict: verdict.key)

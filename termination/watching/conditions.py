"""The conditions of one turn: where they cut its text, and what may be shown until then."""

from termination.condition import Condition
from termination.ending import Phase, RunnerUp
from termination.events import Nudged
from termination.progress import Progress
from termination.watching.held_text import HeldText, Shown
from termination.watching.leaf import NO_CUT
from termination.watching.leaves import Leaves
from termination.watching.rules import Rule, rules
from termination.watching.verdict import AT_THE_END, YIELDING, Verdict


class Conditions:
    """The conditions of one turn. Once `verdict` is set, all text before its cut was given, and none after it.

    The earliest cut wins. So a verdict waits as long as a stop text that begins before its cut may still come.
    """

    def __init__(self, condition: Condition | None, progress: Progress) -> None:
        self._progress = progress
        self._held = HeldText(progress)
        self._rules = rules(condition)
        self.leaves = Leaves([leaf for rule in self._rules for leaf in rule.node.leaves], progress, self._held)
        self._found: list[Verdict] = []
        self._passed: list[Verdict] = []  # true, and gave way to a natural finish
        self._shadows: list[Verdict] = []
        self._lengths: dict[Phase, int] = {"waiting": 0, "thought": 0, "answer": 0}
        self._start = 0  # where the phase would have begun, had all its text come in one piece
        self.lenient = False  # the chunk that is being fed brings a natural finish
        self.verdict: Verdict | None = None

    # --- The text and the time

    def enter(self) -> None:
        """Begin the phase `progress.phase`; `leave` came before."""
        self._start = self._progress.text - self._lengths[self._progress.phase]
        self.leaves.enter([leaf for rule in self._rules if not rule.shadow for leaf in rule.node.leaves])

    def feed(self, text: str) -> list[Shown]:
        """Take more text of this phase, and return what may be shown of it, and of the text held back before."""
        leaves, held = self.leaves, self._held
        leaves.feed(text)
        self._progress.add(text)
        if not (held.text or held.notices or leaves.news or leaves.pending):
            return [text]
        held.text += text
        return self._judge()

    def count(self) -> list[Shown]:
        """Take what the server said beside the text of a chunk, and return what may be shown."""
        self.leaves.count()
        return self._judge()

    def look(self) -> bool:
        """Take the time that has passed, and return whether the turn is over.

        If it is, the last text follows, if any is left, and then `close`.
        """
        self.leaves.look()
        self._ask_rules(in_time=True)
        return bool(self._found)

    def leave(self) -> list[Shown]:
        """End the phase, and return all text that is not cut."""
        self.leaves.leave()
        shown = self._judge()
        self._lengths[self._progress.phase] = self._progress.text - self._start
        return shown

    def cut_back(self, phase: Phase, keep: int) -> None:
        """Note that only the first `keep` characters of a phase, which is over, belong to it."""
        self._lengths[phase] = keep

    def close(self) -> list[Shown]:
        """End the turn, and return all text that is not cut."""
        shown = self.leave()
        if self._found and not self.verdict:
            self._decide()
        return shown

    # --- What they say

    def length(self, phase: Phase) -> int:
        """Return the characters of that phase so far."""
        return self._progress.text - self._start if phase == self._progress.phase else self._lengths[phase]

    @property
    def runners_up(self) -> tuple[RunnerUp, ...]:
        """Return the conditions that were true as well when the turn ended, the nearest first."""
        others = [each for each in self._found + self._passed if each is not self.verdict and self._in_time(each)]
        return tuple(each.as_runner_up for each in sorted(others, key=lambda each: each.key))

    @property
    def shadows(self) -> tuple[RunnerUp, ...]:
        """Return the conditions in the shadow that would have ended the turn."""
        return tuple(each.as_runner_up for each in self._shadows if self._in_time(each))

    def _in_time(self, verdict: Verdict) -> bool:
        """True if that was certain when the turn ended."""
        return self.verdict is None or verdict.known <= self.verdict.known

    # --- The rules

    def _judge(self) -> list[Shown]:
        """Decide if no pending stop text could cut earlier, and return the text that is sure to be shown."""
        if self.leaves.news:
            self._ask_rules()
        end = self._progress.text
        sure = max(end - self.leaves.pending, self._held.begin)
        if self._found:
            first = min(self._found, key=lambda verdict: verdict.key)
            if first.cut < sure or first.at <= first.cut == sure:  # what begins at its cut comes after it
                self._decide()
                return self._held.give(first.cut)
        return self._held.give(sure)

    def _ask_rules(self, in_time: bool = False) -> None:
        """Ask the rules at each place where a leaf has become true, in the order of the text."""
        for at in sorted(self.leaves.news):
            for rule in [rule for rule in self._rules if rule.node.is_true(at, self._progress.phase)]:
                self._rules.remove(rule)
                self._record(rule, at, in_time)
        self.leaves.news.clear()

    def _record(self, rule: Rule, known: int, in_time: bool) -> None:
        phase = self._progress.phase
        seen = [leaf.seen for leaf in rule.node.reasons if leaf.seen and leaf.is_true(known, phase)]
        evidence = _joined([each.evidence for each in seen if each.evidence])
        cut = rule.node.cut(known, phase)
        if cut == NO_CUT:
            cut = known
        if not rule.shadow:
            cut = max(cut, self._held.begin)
        verdict = Verdict(
            rule=rule,
            known=known,
            at=max(each.at for each in seen),
            cut=AT_THE_END if in_time else cut,
            evidence=evidence,
            facts=seen[0].facts,
            as_runner_up=RunnerUp(rule.text, rule.code, phase, cut - self._start, evidence),
            back=self._in_phase(seen[0].back),
        )
        if rule.shadow:
            self._shadows.append(verdict)
        elif rule.action == "nudge":
            self._held.note(known, Nudged(rule.text, evidence, verdict.facts))
        elif self.lenient and rule.code in YIELDING:
            self._passed.append(verdict)
        else:
            self._found.append(verdict)

    def _in_phase(self, place: int | None) -> int | None:
        """Return the place in the text of the present phase; None if the phase has been left since."""
        if place is None or place < self._start + self._lengths[self._progress.phase]:
            return None
        return place - self._start

    def _decide(self) -> None:
        self.verdict = min(self._found, key=lambda verdict: verdict.key)


def _joined(evidence: list[str]) -> str:
    """Return the evidence of several conditions as one text; that of a single one stays a `Phrase`, if it is one."""
    return evidence[0] if len(evidence) == 1 else "; ".join(evidence)

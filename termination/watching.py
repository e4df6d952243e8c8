"""Holds the conditions to the text: gives what may be shown, holds back the rest, finds where the turn is cut."""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from termination.condition import Condition, Seen, Watch
from termination.delta import Usage
from termination.ending import EndingCode, Phase, RunnerUp
from termination.events import ConditionFailed, Nudged
from termination.progress import BYTES_PER_TOKEN, Progress
from termination.rules import NO_CUT, Deadline, Feed, Leaf, Rule, rules, told

Notice = Nudged | ConditionFailed
Shown = str | Notice
NEVER = math.inf
_END = 1 << 62  # a cut at the end of the text, wherever that will be
_CLOCKS: frozenset[EndingCode] = frozenset(("first_token_timeout", "idle_timeout", "total_timeout"))
_YIELDING: frozenset[EndingCode] = _CLOCKS | {"budget", "length"}  # to a natural finish in the same chunk


def rank(code: EndingCode) -> int:
    """Who goes first at the same place: content, then budgets, then loops, then clocks."""
    return {"budget": 1, "length": 1, "loop": 2}.get(code, 3 if code in _CLOCKS else 0)


class Verdict(NamedTuple):
    """A rule holds from `at` on and asks for a cut at `cut`, in characters of the whole turn."""

    rule: Rule
    at: int
    cut: int
    evidence: str
    facts: Mapping[str, str]
    as_runner_up: RunnerUp

    @property
    def key(self) -> tuple[int, bool, int, int, int]:
        """The smallest is the first: the earliest cut, the longest match, the rank, the declared order.

        What holds at its cut was seen before any match that begins there.
        """
        return self.cut, self.at > self.cut, self.cut - self.at, rank(self.rule.code), self.rule.order


class Watching:
    """The conditions of one turn. Once `verdict` is set, all text before its cut has been given, and none after it.

    The earliest cut wins. So a verdict waits as long as some stop text that begins before its cut may still come.
    """

    def __init__(self, condition: Condition | None, progress: Progress) -> None:
        self._progress = progress
        self._rules = rules(condition)
        self._leaves = [leaf for rule in self._rules for leaf in rule.node.leaves]
        self._holding: list[Watch] = []  # may hold text back
        self._feeds: list[tuple[Leaf, Feed]] = []
        self._patient: list[tuple[Leaf, Feed]] = []
        self._distant: list[tuple[Leaf, Feed]] = []
        self._far = 0  # tokens until the first of these wants to be fed
        self._unfed, self._patience = "", 0
        self._timed = [leaf for leaf in self._leaves if leaf.sleeps or leaf.overrides("deadline")]
        self.moving: list[tuple[Leaf, Deadline]] | None = None  # who has a deadline that moves; None: to be found out
        self._steady: list[Leaf] = []  # who has one that does not
        self.steady_end = NEVER  # the first of these
        self.quiet = NEVER  # the shortest time without a sign of life
        self._counting = [leaf for leaf in self._leaves if leaf.overrides("count")]
        self._fleeting: list[Leaf] = []  # hold until more text comes
        self._held = ""
        self._news: set[int] = set()  # where leaves have begun to hold
        self._notices: list[tuple[int, Notice]] = []
        self._found: list[Verdict] = []
        self._passed: list[Verdict] = []  # held, and gave way to a natural finish
        self._shadows: list[Verdict] = []
        self._lengths: dict[Phase, int] = {"waiting": 0, "thought": 0, "answer": 0}
        self._start = 0  # where the phase would have begun, had all its text come in one piece
        self.lenient = False  # the chunk that is being fed brings a natural finish
        self.verdict: Verdict | None = None
        for leaf in self._leaves:
            if leaf.problem:
                self._fail(leaf, leaf.problem)

    # --- What the turn tells it

    def enter(self) -> None:
        """The text that follows is of another phase, `progress.phase`; `leave` came before."""
        self._forget()
        self._start = self._progress.text - self._lengths[self._progress.phase]
        within = [leaf for leaf in self._leaves if leaf.within(self._progress.phase) and not leaf.done]
        fed = [leaf for leaf in within if leaf.sleeps or (leaf.overrides("feed") and not leaf.is_steady)]
        awake = [leaf for leaf in fed if not leaf.sleeps]
        patient = [leaf for leaf in awake if leaf.watch.patience]
        distant = [leaf for leaf in awake if leaf.watch.far and leaf.phase]
        self._feeds = [(leaf, leaf.feeder) for leaf in fed if leaf not in patient and leaf not in distant]
        self._patient = [(leaf, leaf.feeder) for leaf in patient]
        self._distant = [(leaf, leaf.feeder) for leaf in distant]
        self._far = min((leaf.watch.far for leaf in distant), default=0)
        cutting = [leaf for rule in self._rules if not rule.shadow for leaf in rule.node.leaves]
        self._holding = [leaf.watch for leaf in cutting if leaf in fed and leaf not in (*patient, *distant)]
        self.moving = None
        for leaf in within:
            self._ask(leaf, leaf.enter)
        self._unfed, self._patience = "", self._least_patience()
        self._news.add(self._progress.text)

    def feed(self, text: str, usage: Usage | None = None) -> bool:
        """More text of this phase: whether all of it may be shown at once. If not, `shown` has what may be.

        With `usage` the server has counted up to the end of the text.
        """
        progress = self._progress
        if self._fleeting:
            self._forget()
        if self.moving is None:
            self._sort_deadlines()
        if progress.now >= self.steady_end:
            self._feed([(leaf, leaf.feed) for leaf in self._steady], text, progress.text)
        for leaf, feed in self._feeds:
            try:
                seen = feed(text, progress)
            except Exception as error:  # a plugin's: the turn goes on without it
                self._fail(leaf, told(error))
                continue
            if seen is not None:
                self._sees(leaf, seen, progress.text, len(text))
        here, length = progress.here, len(text)
        if self._distant and here.known + here.bytes / BYTES_PER_TOKEN + length >= self._far:
            self._feed(self._distant, text, progress.text)  # a character is a token at the most
        if self._patient:
            self._unfed += text
            if len(self._unfed) >= self._patience:
                self._feed_patient(progress.text + length - len(self._unfed))
        progress.add(text, length, usage)
        for watch in self._holding:
            if watch.pending:
                break
        else:
            if not (self._held or self._news or self._found or self._notices):
                return True
        self._held += text
        return False

    def _feed_patient(self, begin: int) -> None:
        """All that has come since they were last fed."""
        text, self._unfed = self._unfed, ""
        self._feed(self._patient, text, begin)
        self._patience = self._least_patience()

    def _least_patience(self) -> int:
        return min([leaf.watch.patience for leaf, _ in self._patient], default=0)

    def _feed(self, feeds: list[tuple[Leaf, Feed]], text: str, begin: int) -> None:
        for leaf, feed in feeds:
            try:
                seen = feed(text, self._progress)
            except Exception as error:  # a plugin's: the turn goes on without it
                self._fail(leaf, told(error))
            else:
                if seen is not None:
                    self._sees(leaf, seen, begin, len(text))

    def shown(self) -> list[Shown]:
        """What may be shown after `feed`."""
        if self._news:
            self._judge()
        return self._sure()

    def count(self) -> list[Shown]:
        """A chunk is over, and what the server said beside its text is known."""
        for leaf in self._counting:
            self._ask(leaf, leaf.count)
        self._judge()
        return self._sure()

    def look(self) -> bool:
        """Time has passed: whether the turn is over. If it is, the last text follows, if any is left, then `close`."""
        for leaf in self._timed:
            self._ask(leaf, leaf.look)
        self.moving = None
        self._judge(in_time=True)
        return bool(self._found)

    def leave(self) -> list[Shown]:
        """The text of this phase is over: what was pending is decided, and all is given that is not cut."""
        for leaf in self._leaves:
            self._ask(leaf, leaf.leave)
        self._holding, self._feeds, self._patient, self._distant = [], [], [], []
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

    @property
    def deadline(self) -> float | None:
        """When it wants to `look` next."""
        moving = self._sort_deadlines() if self.moving is None else self.moving
        end = self.steady_end
        alive = self._progress.alive
        if alive is not None and alive + self.quiet < end:
            end = alive + self.quiet
        for leaf, deadline in moving:
            try:
                asked = deadline(self._progress)
                if asked is not None and asked < end:
                    end = asked + 0.0
            except Exception as error:  # as in `feed`
                self._fail(leaf, told(error))
        return None if end == NEVER else end

    def _sort_deadlines(self) -> list[tuple[Leaf, Deadline]]:
        asked = [leaf for leaf in self._timed if self._is_asked(leaf)]
        self._steady = [leaf for leaf in asked if leaf.is_steady and self._progress.phase != "waiting"]
        ends = [leaf.deadline(self._progress) for leaf in self._steady]
        self.steady_end = min((end for end in ends if end is not None), default=NEVER)
        quiet = [leaf for leaf in asked if leaf.watch.quiet and not leaf.sleeps]
        self.quiet = min((leaf.watch.quiet for leaf in quiet if leaf.watch.quiet), default=NEVER)
        self.moving = [(leaf, leaf.deadliner) for leaf in asked if leaf not in self._steady and leaf not in quiet]
        return self.moving

    @property
    def runners_up(self) -> tuple[RunnerUp, ...]:
        """The conditions that held as well when the turn ended, the nearest first."""
        last = self.verdict.at if self.verdict else self._progress.text
        others = [each for each in self._found + self._passed if each is not self.verdict and each.at <= last]
        return tuple(each.as_runner_up for each in sorted(others, key=lambda each: each.key))

    @property
    def shadows(self) -> tuple[RunnerUp, ...]:
        """The conditions in the shadow that would have ended the turn."""
        last = self.verdict.at if self.verdict else self._progress.text
        return tuple(each.as_runner_up for each in self._shadows if each.at <= last)

    # --- The leaves

    def _is_asked(self, leaf: Leaf) -> bool:
        return not leaf.done and leaf.within(self._progress.phase)

    def _ask(self, leaf: Leaf, ask: Callable[[Progress], Seen | None]) -> None:
        if not self._is_asked(leaf):
            return
        try:
            seen = ask(self._progress)
        except Exception as error:  # as in `feed`
            self._fail(leaf, told(error))
        else:
            if seen is not None:
                self._sees(leaf, seen, self._progress.text, 0)

    def _sees(self, leaf: Leaf, seen: Seen, begin: int, size: int) -> None:
        """What was seen in `size` characters from `begin` on, in characters of the whole turn."""
        if not _is_sound(seen):
            self._fail(leaf, f"it gave {seen!r}, and not what it has Seen")
            return
        at = min(max(seen.at, 0), size)
        cut = None if seen.cut is None else begin + min(seen.cut, at)
        leaf.seen = Seen(begin + at, seen.evidence, cut, seen.facts)
        self._news.add(leaf.seen.at)
        if leaf.watch.lasting:
            self._drop(leaf)
        else:
            self._fleeting.append(leaf)
        self.moving = None

    def _forget(self) -> None:
        for leaf in self._fleeting:
            leaf.seen = None
            self._news.add(self._progress.text)  # what is negated may hold again
        self._fleeting = []
        self.moving = None

    def _fail(self, leaf: Leaf, problem: str) -> None:
        leaf.problem = problem
        self._drop(leaf)
        self._notices.append((self._progress.text, ConditionFailed(str(leaf.condition), problem)))

    def _drop(self, leaf: Leaf) -> None:
        self._feeds = [(other, feed) for other, feed in self._feeds if other is not leaf]
        self._patient = [(other, feed) for other, feed in self._patient if other is not leaf]
        self._distant = [(other, feed) for other, feed in self._distant if other is not leaf]
        self._holding = [watch for watch in self._holding if watch is not leaf.watch]
        self.moving = None

    # --- The rules

    def _judge(self, in_time: bool = False) -> None:
        """Asks the rules at each place where a leaf has begun to hold, in the order of the text."""
        for at in sorted(self._news):
            for rule in [rule for rule in self._rules if rule.node.holds(at, self._progress.phase)]:
                self._rules.remove(rule)
                self._record(rule, at, in_time)
        self._news.clear()

    def _record(self, rule: Rule, at: int, in_time: bool) -> None:
        speakers = [leaf.seen for leaf in rule.node.speakers if leaf.holds(at, self._progress.phase) and leaf.seen]
        evidence = "; ".join(filter(None, (seen.evidence for seen in speakers)))
        cut = rule.node.cut(at, self._progress.phase)
        cut = at if cut == NO_CUT else cut
        if not rule.shadow:
            cut = max(cut, self._progress.text - len(self._held))
        told_of = RunnerUp(rule.text, rule.code, self._progress.phase, cut - self._start, evidence)
        verdict = Verdict(rule, at, _END if in_time else cut, evidence, speakers[0].facts, told_of)
        if rule.shadow:
            self._shadows.append(verdict)
        elif rule.action == "nudge":
            self._notices.append((at, Nudged(rule.text, evidence, verdict.facts)))
        else:
            yields = self.lenient and rule.code in _YIELDING
            (self._passed if yields else self._found).append(verdict)

    # --- What may be shown

    def _sure(self) -> list[Shown]:
        """Gives what is sure, and decides if no stop text that is pending could cut earlier."""
        end = self._progress.text
        asked = max((watch.pending for watch in self._holding if isinstance(watch.pending, int)), default=0)
        pending = min(asked, len(self._held))
        if self._found:
            first = min(self._found, key=lambda verdict: verdict.key)
            if first.cut <= end and (not pending or first.cut < end - pending):
                self._decide()
                return self._give(first.cut)
        return self._give(end - pending)

    def _decide(self) -> None:
        self.verdict = min(self._found, key=lambda verdict: verdict.key)

    def _give(self, upto: int) -> list[Shown]:
        """The held text up to there, with the notices in their places."""
        shown: list[Shown] = []
        given = self._progress.text - len(self._held)
        while self._notices and self._notices[0][0] <= upto:
            at, notice = self._notices.pop(0)
            shown += [self._held[: at - given], notice]
            self._held, given = self._held[max(0, at - given) :], max(at, given)
        shown.append(self._held[: upto - given])
        self._held = self._held[upto - given :]
        return [each for each in shown if each]


def _is_sound(seen: Seen) -> bool:
    """Whether a plugin has given what it should."""
    return (
        isinstance(seen, Seen)
        and isinstance(seen.at, int)
        and isinstance(seen.cut, int | None)
        and isinstance(seen.evidence, str)
        and isinstance(seen.facts, Mapping)
    )

"""One turn: fed with chunks and the time, it gives events and, once, an ending."""

from termination.classify import classify
from termination.clocks import TIMEOUTS, RunningClocks
from termination.counter import Counter
from termination.delta import Delta
from termination.ending import NEXT_STEPS, Ending, EndingCode, Phase, Source
from termination.events import AnswerDelta, Ended, Event, PhaseChanged, ThoughtDelta
from termination.policy import Policy
from termination.splitter import Piece, Splitter


class Turn:
    """The state of one turn. `now` is monotonic seconds; after the end every call gives no event."""

    def __init__(self, policy: Policy, now: float) -> None:
        self._policy = policy
        self._splitter = Splitter(policy.markers)
        self._clocks = RunningClocks(policy.clocks, now)
        self._counter = Counter(now)
        self._thought: list[str] = []
        self._answer: list[str] = []
        self._phase: Phase = "waiting"
        self.ending: Ending | None = None

    @property
    def deadline(self) -> float | None:
        """When `tick` is wanted next, None for never."""
        nearest = self._clocks.deadline
        return nearest[0] if nearest and not self.ending else None

    @property
    def thought(self) -> str:
        """The thought so far."""
        return "".join(self._thought)

    @property
    def answer(self) -> str:
        """The answer so far."""
        return "".join(self._answer)

    def feed(self, delta: Delta, now: float) -> list[Event]:
        """The events of one chunk; its text comes before the ending that the same chunk may carry."""
        if self.ending:
            return []
        pieces = self._splitter.feed(delta.reasoning, delta.content)
        if self._counter.count(delta, self._splitter.phase, now):
            self._clocks.alive(now)
        if delta.finish_reason:
            return self._shown(pieces + self._splitter.finish(), now) + self._server_end(delta, now)
        events = self._shown(pieces, now)
        if self._past_thought:
            return events + self._end("thought_complete", "client", now)
        if self._over_budget():
            return events + self._flush(now) + self._end("budget", "client", now, "budget", str(self._policy.budget))
        return events

    def tick(self, now: float) -> list[Event]:
        """Time has passed: ends the turn if a clock has run out, and says which, after how many seconds."""
        nearest = self._clocks.deadline
        if self.ending or nearest is None or now < nearest[0]:
            return []
        _, clock = nearest
        limit = self._policy.clocks.limit(clock)
        return self._flush(now) + self._end(TIMEOUTS[clock], "client", now, clock, f"{limit:g}")

    def finish(self, now: float) -> list[Event]:
        """The stream ended without a finish_reason: a lost connection, not an answer."""
        return self.fail("disconnected", "network", "", now)

    def stop(self, now: float) -> list[Event]:
        """The person pressed Stop."""
        return self.fail("stopped", "person", "", now)

    def fail(self, code: EndingCode, source: Source, evidence: str, now: float) -> list[Event]:
        """Something outside the stream ends the turn; what had come stays."""
        return [] if self.ending else self._flush(now) + self._end(code, source, now, evidence=evidence)

    @property
    def _past_thought(self) -> bool:
        """In THINK_ONLY the answer's text is not for the page; a model that never thinks keeps its answer."""
        thinks = self._policy.markers is not None or self._splitter.closed
        return self._policy.thought_only and thinks and self._splitter.phase == "answer"

    def _over_budget(self) -> bool:
        budget = self._policy.budget
        return budget is not None and self._splitter.phase == "thought" and self._counter.thought >= budget

    def _server_end(self, delta: Delta, now: float) -> list[Event]:
        assert delta.finish_reason is not None
        code, source = classify(delta.finish_reason, delta.stop_reason, self._policy, bool(self._answer))
        if self._past_thought and code != "thought_complete":
            code, source = "thought_complete", "client"  # as if the finish had come in a chunk of its own
        unanswered = code == "complete" and not self._answer and not self._splitter.closed
        misfiled: list[Piece] = [("answer", self.thought)] if unanswered and self._thought else []
        evidence = delta.stop_reason if isinstance(delta.stop_reason, str) else ""
        return self._shown(misfiled, now) + self._end(code, source, now, evidence=evidence, delta=delta)

    def _flush(self, now: float) -> list[Event]:
        return self._shown(self._splitter.finish(), now)

    def _shown(self, pieces: list[Piece], now: float) -> list[Event]:
        events: list[Event] = []
        for phase, text in pieces:
            if phase == "answer" and self._past_thought:
                continue
            if phase != self._phase:
                self._phase = phase
                self._counter.enter(phase, now)
                events.append(PhaseChanged(phase, self._counter.tokens, self._counter.seconds(now)))
            (self._thought if phase == "thought" else self._answer).append(text)
            events.append(ThoughtDelta(text) if phase == "thought" else AnswerDelta(text))
        return events

    def _end(
        self,
        code: EndingCode,
        source: Source,
        now: float,
        condition: str | None = None,
        evidence: str = "",
        delta: Delta | None = None,
    ) -> list[Event]:
        self.ending = Ending(
            code=code,
            source=source,
            phase=self._phase,
            tokens=self._counter.tokens,
            seconds=self._counter.seconds(now),
            condition=condition,
            evidence=evidence,
            finish_reason=delta.finish_reason if delta else None,
            stop_reason=delta.stop_reason if delta else None,
            next=NEXT_STEPS.get(code, ()),
        )
        return [Ended(self.ending)]

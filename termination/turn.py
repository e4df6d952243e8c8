"""One turn: fed with chunks and the time, it returns events and, once, an ending."""

from collections.abc import Mapping

from termination.arguments import Texts, check_now, written
from termination.chunks.classify import classify, condition_of
from termination.chunks.delta import Delta
from termination.condition import Condition
from termination.ending import Action, Ending, EndingCode, Source, TextPhase
from termination.errors import BadArgument
from termination.events import Ended, Event
from termination.landing import landed
from termination.next_steps import next_steps
from termination.partial_reply import Begun
from termination.policy import Policy, policy_of
from termination.turn_text import TurnText
from termination.watching.verdict import Verdict


class Turn:
    """The state of one turn. `now` is monotonic seconds; after the end every call returns no event.

    `Turn(end=…, think=("<think>", "</think>"))` makes the policy of these conditions and markers. The `now` of a new
    turn is the time of its request; without it, the turn's time starts with the first call.

    With `begun` it continues a partial reply. Its events, texts and figures are those of the new text alone, and the
    conditions see no other. `policy.markers.opened` does not apply to it then, nor `thought_only` once the thought is
    over.

    Raises BadCondition if the conditions contradict each other, and BadArgument if an argument makes no sense.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        now: float | None = None,
        begun: Begun | None = None,
        *,
        end: Condition | None = None,
        think: tuple[Texts, Texts] | None = None,
    ) -> None:
        if not isinstance(begun, Begun | None):
            raise BadArgument("not_begun", value=written(begun))
        if now is not None:
            check_now(now)
        self._text = TurnText(policy_of(policy, end, think), now or 0.0, begun)
        self._transcript = self._text.transcript
        self._is_timed = now is not None
        self.ending: Ending | None = None

    def expect(self, stop_ids: tuple[int, ...], end: Condition | None = None) -> None:
        """Set the request's stop token ids, and conditions instead of the policy's, before the first chunk.

        Raises BadCondition as the turn itself does.
        """
        if stop_ids or end is not None:
            self._text.expect(stop_ids, end)

    # --- What happens

    def feed(self, delta: Delta, now: float) -> list[Event]:
        """Return the events of one chunk; its text comes before the ending that the same chunk may carry.

        Raises BadArgument if the chunk is not a Delta, or the time not a number.
        """
        if self.ending:
            return []
        if delta.__class__ is not Delta or now.__class__ is not float:  # the cheapest test, for each chunk
            _check_chunk(delta)
            check_now(now)
        if not self._is_timed:
            self._start(now)
        if self._text.feed(delta, now):
            self._settle(delta)
        return self._transcript.take_events()

    def tick(self, now: float) -> list[Event]:
        """Let time pass: end the turn if a time limit is over."""
        if self.ending:
            return []
        self._set_time(now)
        if self._text.conditions.look():
            self._close()
        return self._transcript.take_events()

    def note_progress(self, now: float) -> None:
        """Note that the server still works towards the first token, so that its timeout starts again."""
        self._set_time(now)
        self._text.progress.worked = now

    def finish(self, now: float) -> list[Event]:
        """End the turn because the stream ended without a finish_reason: a lost connection, not an answer."""
        return self.fail("disconnected", "network", "", now)

    def stop(self, now: float) -> list[Event]:
        """End the turn because the person pressed Stop."""
        return self.fail("stopped", "person", "", now)

    def end_thought(self, now: float) -> list[Event]:
        """End the thought because the person wants the answer now. No events if there is no thought to end."""
        text = self._text
        if self.ending is None and text.progress.phase == "waiting" and text.continues_thought:
            self._set_time(now)
            text.enter("thought")
        if text.progress.phase != "thought" or text.splitter.phase == "answer":
            return []
        return self._leave("stopped", "person", "", now, "end_thought")

    def fail(self, code: EndingCode, source: Source, evidence: str, now: float) -> list[Event]:
        """End the turn for a reason outside of the stream; the text that had come stays."""
        return self._leave(code, source, evidence, now)

    # --- How far it is

    @property
    def deadline(self) -> float | None:
        """Return when `tick` is wanted next; None for never."""
        if self.ending or not self._is_timed:
            return None
        return self._text.conditions.leaves.deadline

    @property
    def is_waiting(self) -> bool:
        """True until something has come: text, or tokens that the server counts."""
        return self.ending is None and self._text.progress.alive is None

    @property
    def thought(self) -> str:
        """Return the thought so far."""
        return self._transcript.thought

    @property
    def answer(self) -> str:
        """Return the answer so far."""
        return self._transcript.answer

    @property
    def so_far(self) -> Begun:
        """Return the whole reply, of this turn and those before: once it has ended, for a turn that continues it.

        Without any text it continues as a model begins: in the thought if the template opens that, else in the answer.
        """
        text, ending = self._text, self.ending
        cut = text.is_cut or (ending is not None and ending.code == "complete")
        reached = text.progress.phase if cut else text.splitter.phase
        phase: TextPhase = text.before.phase if reached == "waiting" else reached
        if ending and ending.code == "thought_complete":
            phase = "answer"
        return text.reply(phase, whole=not cut)

    # --- The end

    def _leave(
        self, code: EndingCode, source: Source, evidence: str, now: float, action: Action = "cut"
    ) -> list[Event]:
        if self.ending:
            return []
        self._set_time(now)
        self._close()
        if not self.ending:
            self._end(code, source, evidence=evidence, action=self._allowed(action))
        return self._transcript.take_events()

    def _close(self) -> None:
        """Show what was held back; what the conditions see in it may end the turn."""
        self._text.close()
        if self._text.conditions.verdict:
            self._cut(self._text.conditions.verdict)

    def _settle(self, delta: Delta) -> None:
        """Find out whether the turn is over at the end of a chunk, and why."""
        text = self._text
        text.settle(delta)
        if text.conditions.verdict:
            self._cut(text.conditions.verdict)
        elif text.past_thought:  # whatever the chunk says of the server's end: that might have come in the next one
            self._end("thought_complete", "client")
        elif text.splitter.overrun:
            self._count_only_shown()
            last_word = text.splitter.overrun
            if text.is_answer_filed_as_thought(last_word):
                text.show_thought_as_answer()
            self._end("complete", "client", condition_of(last_word), last_word, {"last_word": last_word})
        elif delta.finish_reason:
            self._end_by_server(delta, delta.finish_reason)

    def _cut(self, verdict: Verdict) -> None:
        code = verdict.rule.code
        if code == "complete" and self._text.policy.thought_only and not self.answer:
            code = "thought_complete"
        self._count_only_shown()
        facts = verdict.facts
        if verdict.back is not None and self._text.progress.phase == "answer":
            kept = landed(self.answer, verdict.back)
            self._transcript.cut_back("answer", len(kept))
            facts = {**facts, "kept": str(len(kept))}
        self._end(code, "client", verdict.rule.text, verdict.evidence, facts, self._allowed(verdict.rule.action))

    def _count_only_shown(self) -> None:
        self._text.progress.count_only(self.thought, self.answer)

    def _allowed(self, action: Action) -> Action:
        """Return the action; only a thought can be ended and an answer follow."""
        return action if action == "end_thought" and self._text.progress.phase == "thought" else "cut"

    def _end_by_server(self, delta: Delta, finish_reason: str) -> None:
        code, source = classify(finish_reason, delta.stop_reason, self._text.policy, bool(self.answer))
        if code == "complete" and self._text.is_answer_filed_as_thought(delta.stop_reason):
            self._text.show_thought_as_answer()
        evidence = "" if delta.stop_reason is None else str(delta.stop_reason)
        self._end(code, source, condition_of(delta.stop_reason), evidence, delta=delta)

    def _end(
        self,
        code: EndingCode,
        source: Source,
        condition: str | None = None,
        evidence: str = "",
        facts: Mapping[str, str] | None = None,
        action: Action = "cut",
        delta: Delta | None = None,
    ) -> None:
        if self._text.is_reasoning_without_thought:
            self._text.show_thought_as_answer()
        progress, conditions, server = self._text.progress, self._text.conditions, delta or Delta()
        phase = reached = progress.phase
        if phase == "waiting":
            reached = self._text.before.reached
        self.ending = Ending(
            code=code,
            source=source,
            phase=phase,
            tokens=progress.tokens,
            seconds=progress.seconds,
            condition=condition,
            evidence=evidence,
            facts=facts or {},
            action=action,
            cut_at=self._transcript.length(phase),
            finish_reason=server.finish_reason,
            stop_reason=server.stop_reason,
            runners_up=conditions.runners_up,
            shadows=conditions.shadows,
            next=next_steps(code, reached),
        )
        self._transcript.report(Ended(self.ending))

    # --- The time

    def _start(self, now: float) -> None:
        """Start the time of a turn that was made without one."""
        self._is_timed = True
        self._text.progress.start(now)

    def _set_time(self, now: float) -> None:
        check_now(now)
        if not self._is_timed:
            self._start(now)
        self._text.progress.now = now


def _check_chunk(delta: object) -> None:
    if not isinstance(delta, Delta):
        raise BadArgument("not_delta", value=written(delta))

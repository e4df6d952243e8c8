"""One turn: fed with chunks and the time, it returns events and, once, an ending."""

from collections.abc import Mapping
from dataclasses import replace

from termination.arguments import Texts
from termination.classify import classify, condition_of, is_natural
from termination.condition import AnyOf, Condition
from termination.delta import Delta
from termination.ending import Action, Ending, EndingCode, Source, TextPhase
from termination.events import Ended, Event
from termination.landing import landed
from termination.next_steps import next_steps
from termination.partial_reply import Begun
from termination.policy import Policy, policy_of
from termination.progress import Progress
from termination.splitting.pieces import Piece
from termination.splitting.splitter import Splitter
from termination.stop import StopIds
from termination.transcript import Transcript
from termination.watching.conditions import Conditions
from termination.watching.verdict import AT_THE_END, Verdict


class Turn:
    """The state of one turn. `now` is monotonic seconds; after the end every call returns no event.

    `Turn(end=…, think=("<think>", "</think>"))` makes the policy of these conditions and markers. The `now` of a new
    turn is the time of its request; without it, the turn's time starts with the first call.

    With `begun` it continues a partial reply. Its events, texts and figures are those of the new text alone, and the
    conditions see no other. `policy.markers.opened` does not apply to it then, nor `thought_only` once the thought is
    over.

    Raises BadCondition if the conditions contradict each other, and BadArgument if `end` or `think` make no sense.
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
        policy = policy_of(policy, end, think)
        self._is_timed = now is not None
        opened = policy.markers is not None and policy.markers.opened
        self._before = begun or Begun("thought" if opened else "answer")
        self._continues = self._before.reached != "waiting"
        if self._continues and self._before.phase == "answer":
            policy = replace(policy, thought_only=False)
        self._policy = policy
        self._splitter = Splitter(policy.markers, policy.special_tokens, policy.last_words, begun)
        self._progress = Progress(now or 0.0)
        self._conditions = Conditions(policy.end, self._progress)
        self._transcript = Transcript()
        self._past_thought = False  # with `thought_only`: the rest is not for the page
        # Characters of a phase's text before its present thought or answer; those of `begun` are counted below 0.
        self._earlier: dict[TextPhase, int] = {"thought": 0, "answer": 0}
        self._earlier[self._before.phase] = -len(self._before.present)
        self.ending: Ending | None = None

    def expect(self, stop_ids: tuple[int, ...], end: Condition | None = None) -> None:
        """Set the request's stop token ids, and conditions instead of the policy's, before the first chunk.

        Raises BadCondition as the turn itself does.
        """
        if stop_ids or end:
            parts = (end or self._policy.end, StopIds(stop_ids) if stop_ids else None)
            self._conditions = Conditions(AnyOf(tuple(part for part in parts if part)), self._progress)

    # --- What happens

    def feed(self, delta: Delta, now: float) -> list[Event]:
        """Return the events of one chunk; its text comes before the ending that the same chunk may carry."""
        if self.ending:
            return []
        self._start(now)
        progress, splitter, conditions = self._progress, self._splitter, self._conditions
        progress.note_chunk(delta, now)
        if delta.finish_reason:
            conditions.lenient = is_natural(delta.finish_reason)
        text = splitter.feed_plain(delta.reasoning, delta.content)
        if text is None:
            self._read(splitter.feed(delta.reasoning, delta.content))
        elif text:
            self._transcript.show(conditions.feed(text))
        if delta.finish_reason:
            self._read(splitter.finish())
        if delta.usage:
            progress.count(delta.usage, splitter.phase)
        if delta.finish_reason or delta.token_ids or self._past_thought or conditions.verdict or splitter.overrun:
            self._settle(delta)
        return self._transcript.take_events()

    def tick(self, now: float) -> list[Event]:
        """Let time pass: end the turn if a time limit is over."""
        if self.ending:
            return []
        self._start(now)
        self._progress.now = now
        if self._conditions.look():
            self._close()
        return self._transcript.take_events()

    def finish(self, now: float) -> list[Event]:
        """End the turn because the stream ended without a finish_reason: a lost connection, not an answer."""
        return self.fail("disconnected", "network", "", now)

    def stop(self, now: float) -> list[Event]:
        """End the turn because the person pressed Stop."""
        return self.fail("stopped", "person", "", now)

    def end_thought(self, now: float) -> list[Event]:
        """End the thought because the person wants the answer now. No events if there is no thought to end."""
        self._start(now)
        if self.ending is None and self._progress.phase == "waiting" and self._continues_thought:
            self._progress.now = now
            self._enter("thought")
        if self._progress.phase != "thought" or self._splitter.phase == "answer":
            return []
        return self._leave("stopped", "person", "", now, "end_thought")

    def fail(self, code: EndingCode, source: Source, evidence: str, now: float) -> list[Event]:
        """End the turn for a reason outside of the stream; the text that had come stays."""
        return self._leave(code, source, evidence, now)

    def _leave(
        self, code: EndingCode, source: Source, evidence: str, now: float, action: Action = "cut"
    ) -> list[Event]:
        if self.ending:
            return []
        self._start(now)
        self._progress.now = now
        self._close()
        if not self.ending:
            self._end(code, source, evidence=evidence, action=self._allowed(action))
        return self._transcript.take_events()

    def _start(self, now: float) -> None:
        """Start the time of a turn that was made without one."""
        if not self._is_timed:
            self._is_timed = True
            self._progress.started = self._progress.now = self._progress.phase_began = now

    # --- How far it is

    @property
    def deadline(self) -> float | None:
        """Return when `tick` is wanted next; None for never."""
        return None if self.ending or not self._is_timed else self._conditions.leaves.deadline

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
        phase = self._phase_to_continue
        shown = not self._is_cut and self._splitter.phase in (phase, "waiting")
        space = self._splitter.space if shown else ""
        whole = Begun(phase, self._before.thought + self.thought, self._before.answer + self.answer, space)
        earlier = replace(self._before, phase=phase).text
        return replace(whole, since=min(len(earlier) + self._earlier[phase], len(whole.text)))

    @property
    def _phase_to_continue(self) -> TextPhase:
        if self.ending and self.ending.code == "thought_complete":
            return "answer"
        phase = self._progress.phase if self._is_cut else self._splitter.phase
        return self._before.phase if phase == "waiting" else phase

    @property
    def _is_cut(self) -> bool:
        """True if some text of the model is not shown, or if the model itself has ended its turn."""
        verdict = self._conditions.verdict
        if verdict is not None and verdict.cut < AT_THE_END:
            return True
        return self.ending is not None and self.ending.code == "complete"

    @property
    def _continues_thought(self) -> bool:
        """True if it continues a thought that has words, and has no text of its own yet."""
        return self._splitter.phase == "waiting" and self._before.phase == self._before.reached == "thought"

    # --- Text

    def _read(self, pieces: list[Piece]) -> None:
        """Give the text to the conditions, and show what is left of it."""
        for phase, text in pieces:
            if phase == "answer" and self._policy.thought_only and self._thinks:
                self._past_thought = True
            if self._past_thought or self._conditions.verdict:
                return
            if not text:
                self._begin(phase)
                continue
            if phase != self._progress.phase:
                self._enter(phase)
            if not self._conditions.verdict:
                self._transcript.show(self._conditions.feed(text))

    def _begin(self, phase: TextPhase) -> None:
        """Begin a thought or an answer, which may have no text."""
        if self._continues and self._progress.phase == "waiting":
            self._enter(phase)
        else:
            self._earlier[phase] = self._conditions.length(phase)

    def _enter(self, phase: TextPhase) -> None:
        self._transcript.show(self._conditions.leave())
        if self._conditions.verdict:
            return
        continues = self._progress.phase == "waiting" and phase == self._before.phase
        self._progress.enter(phase, self._before.present if continues else "")
        self._transcript.enter(phase, self._progress.tokens, self._progress.seconds)
        self._conditions.enter()

    @property
    def _thinks(self) -> bool:
        """True if the model thinks; one that never does keeps its answer, also with `thought_only`."""
        return self._policy.markers is not None or self._progress.phase == "thought"

    # --- The end

    def _settle(self, delta: Delta) -> None:
        """Take what the server said beside the text, and find out whether the turn is over."""
        if not self._conditions.verdict:  # else the rest of the chunk comes too late: it might be the next one
            self._show_what_is_over(delta)
        if self._conditions.verdict:
            self._cut(self._conditions.verdict)
        elif self._past_thought:  # whatever the chunk says of the server's end: that might have come in the next one
            self._end("thought_complete", "client")
        elif self._splitter.overrun:
            self._count_only_shown()
            last_word = self._splitter.overrun
            self._end("complete", "client", condition_of(last_word), last_word, {"last_word": last_word})
        elif delta.finish_reason:
            self._end_by_server(delta, delta.finish_reason)

    def _show_what_is_over(self, delta: Delta) -> None:
        """Show what was held back until the turn, or this chunk with its token ids, was over."""
        turn_is_over = delta.finish_reason or self._past_thought or self._splitter.overrun
        self._transcript.show(self._conditions.close() if turn_is_over else self._conditions.count())

    def _close(self) -> None:
        """Show what was held back; what the conditions see in it may end the turn."""
        self._read(self._splitter.finish())
        if not self._conditions.verdict:
            self._transcript.show(self._conditions.close())
        if self._conditions.verdict:
            self._cut(self._conditions.verdict)

    def _cut(self, verdict: Verdict) -> None:
        code = verdict.rule.code
        if code == "complete" and self._policy.thought_only and not self.answer:
            code = "thought_complete"
        self._count_only_shown()
        facts = verdict.facts
        if verdict.back is not None and self._progress.phase == "answer":
            kept = landed(self.answer, verdict.back)
            self._transcript.cut_back(kept)
            facts = {**facts, "kept": str(len(kept))}
        self._end(code, "client", verdict.rule.text, verdict.evidence, facts, self._allowed(verdict.rule.action))

    def _count_only_shown(self) -> None:
        self._progress.count_only(self.thought, self.answer)

    def _allowed(self, action: Action) -> Action:
        """Return the action; only a thought can be ended and an answer follow."""
        return action if action == "end_thought" and self._progress.phase == "thought" else "cut"

    def _end_by_server(self, delta: Delta, finish_reason: str) -> None:
        code, source = classify(finish_reason, delta.stop_reason, self._policy, bool(self.answer))
        if code == "complete" and self._is_misfiled:
            self._show_as_answer()
        evidence = "" if delta.stop_reason is None else str(delta.stop_reason)
        self._end(code, source, condition_of(delta.stop_reason), evidence, delta=delta)

    @property
    def _is_misfiled(self) -> bool:
        """True if a reasoning parser filed the whole answer as a thought, because the model wrote no markers."""
        if self._progress.phase != "thought" or self._splitter.closed:
            return False
        return self._splitter.reopened or not (self._splitter.opened or self.answer)

    def _show_as_answer(self) -> None:
        text = self._transcript.present_thought.lstrip("\n")
        self._progress.enter("answer")
        self._transcript.enter("answer", self._progress.tokens, self._progress.seconds)
        self._transcript.show([text])

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
        phase, server = self._progress.phase, delta or Delta()
        self.ending = Ending(
            code=code,
            source=source,
            phase=phase,
            tokens=self._progress.tokens,
            seconds=self._progress.seconds,
            condition=condition,
            evidence=evidence,
            facts=facts or {},
            action=action,
            cut_at=self._transcript.length(phase),
            finish_reason=server.finish_reason,
            stop_reason=server.stop_reason,
            runners_up=self._conditions.runners_up,
            shadows=self._conditions.shadows,
            next=next_steps(code, self._before.reached if phase == "waiting" else phase),
        )
        self._transcript.report(Ended(self.ending))

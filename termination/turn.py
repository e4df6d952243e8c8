"""One turn: fed with chunks and the time, it gives events and, once, an ending."""

from collections.abc import Mapping
from dataclasses import replace

from termination.classify import classify, is_natural
from termination.condition import AnyOf, Condition
from termination.delta import Delta
from termination.ending import Action, Ending, EndingCode, Source, TextPhase
from termination.events import AnswerDelta, CutBack, Ended, Event, PhaseChanged, ThoughtDelta
from termination.landing import landed
from termination.next_steps import next_steps
from termination.partial_reply import Begun
from termination.policy import Policy
from termination.progress import Progress
from termination.splitting.splitter import Piece, Splitter
from termination.stop import StopIds, StopText
from termination.watching.conditions import Watching
from termination.watching.deadlines import NEVER
from termination.watching.held_text import Shown
from termination.watching.verdict import AT_THE_END, Verdict


class Turn:
    """The state of one turn. `now` is monotonic seconds; after the end every call gives no event.

    With `begun` it goes on with a reply. Its events, texts and figures are those of the new text alone, and the
    conditions see no other; `policy.markers.opened` is not for it, nor is `thought_only` once the thought is over.

    Raises BadCondition when the policy's conditions contradict each other; a profile is checked for that before.
    """

    def __init__(self, policy: Policy, now: float, begun: Begun | None = None) -> None:
        opened = policy.markers is not None and policy.markers.opened
        self._before = begun or Begun("thought" if opened else "answer")
        self._goes_on = self._before.stands != "waiting"
        answers = self._goes_on and self._before.phase == "answer"
        self._policy = policy = replace(policy, thought_only=False) if answers else policy
        self._splitter = Splitter(policy.markers, policy.special_tokens, policy.last_words, begun)
        self._progress = Progress(now)
        self._watch(policy.end)
        self._events: list[Event] = []
        self._texts: dict[TextPhase, list[str]] = {"thought": [], "answer": []}
        self._say_as("answer")
        self._past_thought = False  # in THINK_ONLY: the rest is not for the page
        # Characters of a phase's text before its present thought or answer; those of `begun` are counted below 0.
        self._earlier: dict[TextPhase, int] = {"thought": 0, "answer": 0}
        self._earlier[self._before.phase] = -len(self._before.present)
        self._thoughts = 0  # how many texts of the thought there were when this thought began
        self.ending: Ending | None = None

    def expect(self, stop_ids: tuple[int, ...], end: Condition | None = None) -> None:
        """The stop token ids of the request, once they are known, and conditions in the place of the policy's.

        Before the first chunk. Raises BadCondition as the turn itself does.
        """
        if stop_ids or end:
            parts = (end or self._policy.end, StopIds(stop_ids) if stop_ids else None)
            self._watch(AnyOf(tuple(part for part in parts if part)))

    def _watch(self, end: Condition | None) -> None:
        self._watching = Watching(end, self._progress)
        self._leaves = self._watching.leaves
        self._times = self._leaves.times

    @property
    def deadline(self) -> float | None:
        """When `tick` is wanted next, None for never."""
        if self.ending:
            return None
        times, alive = self._times, self._progress.alive
        if alive is None or times.moving is None or times.moving:
            return self._leaves.deadline
        end = alive + times.quiet  # this is asked for each token: the usual case, in short
        return end if end < times.steady_end else None if times.steady_end == NEVER else times.steady_end

    @property
    def thought(self) -> str:
        """The thought so far."""
        return "".join(self._texts["thought"])

    @property
    def answer(self) -> str:
        """The answer so far."""
        return "".join(self._texts["answer"])

    @property
    def so_far(self) -> Begun:
        """The whole reply, of this turn and those before: once it has ended, for a turn that goes on with it.

        Without any text it goes on as a model begins: in the thought if the template opens that, else in the answer.
        """
        phase = self._goes_on_in
        shown = not self._is_cut and self._splitter.phase in (phase, "waiting")
        space = self._splitter.space if shown else ""
        whole = Begun(phase, self._before.thought + self.thought, self._before.answer + self.answer, space)
        earlier = replace(self._before, phase=phase).text
        return replace(whole, since=min(len(earlier) + self._earlier[phase], len(whole.text)))

    def feed(self, delta: Delta, now: float) -> list[Event]:
        """The events of one chunk; its text comes before the ending that the same chunk may carry."""
        if self.ending:
            return []
        plain = not (delta.finish_reason or delta.token_ids)
        text = self._splitter.go_on(delta.reasoning, delta.content) if plain else None
        if not text:
            return self._take_apart(delta, now, text)
        progress = self._progress
        progress.now = progress.alive = now
        if not self._leaves.feed(text, delta.usage):
            self._show(self._watching.shown())
            return self._settled(delta)
        self._text.append(text)
        return [self._delta(text)]

    def tick(self, now: float) -> list[Event]:
        """Time has passed: ends the turn if a clock has run out, and says which, after how many seconds."""
        if self.ending:
            return []
        self._progress.now = now
        if self._watching.look():
            self._close()
        return self._told()

    def finish(self, now: float) -> list[Event]:
        """The stream ended without a finish_reason: a lost connection, not an answer."""
        return self.fail("disconnected", "network", "", now)

    def stop(self, now: float) -> list[Event]:
        """The person pressed Stop."""
        return self.fail("stopped", "person", "", now)

    def end_thought(self, now: float) -> list[Event]:
        """The person wants the answer now: ends the thought. No events where no thought is going on."""
        if self.ending is None and self._progress.phase == "waiting" and self._is_to_go_on_thinking:
            self._progress.now = now
            self._enter("thought")
        thinks = self._progress.phase == "thought" and self._splitter.phase in ("waiting", "thought")
        return self._leave("stopped", "person", "", now, "end_thought") if thinks else []

    def fail(self, code: EndingCode, source: Source, evidence: str, now: float) -> list[Event]:
        """Something outside the stream ends the turn; what had come stays."""
        return self._leave(code, source, evidence, now)

    def _leave(
        self, code: EndingCode, source: Source, evidence: str, now: float, action: Action = "cut"
    ) -> list[Event]:
        if self.ending:
            return []
        self._progress.now = now
        self._close()
        if not self.ending:
            self._end(code, source, evidence=evidence, action=self._allowed(action))
        return self._told()

    # --- Text

    def _take_apart(self, delta: Delta, now: float, text: str | None) -> list[Event]:
        """A chunk that is not just more of the same phase, unless `text` says that it is and shows nothing."""
        self._progress.hears(now, bool(delta.reasoning or delta.content), delta.usage)
        self._progress.token_ids = delta.token_ids
        if delta.finish_reason:
            self._watching.lenient = is_natural(delta.finish_reason)
            self._read(self._splitter.feed(delta.reasoning, delta.content) + self._splitter.finish())
        elif text is None:
            self._read(self._splitter.feed(delta.reasoning, delta.content))
        return self._settled(delta)

    def _settled(self, delta: Delta) -> list[Event]:
        if delta.usage:
            self._progress.count(delta.usage, self._splitter.phase)
        if delta.finish_reason or delta.token_ids or self._past_thought or self._watching.verdict or self._overrun:
            self._settle(delta)
        return self._told()

    def _read(self, pieces: list[Piece]) -> None:
        """Gives the text to the conditions, and shows what is left of it."""
        for phase, text in pieces:
            if phase == "answer" and self._policy.thought_only and self._thinks:
                self._past_thought = True
            if self._watching.verdict or self._past_thought:
                return
            if text:
                self._take(phase, text)
            elif self._goes_on and self._progress.phase == "waiting":
                self._enter(phase)
            else:
                self._earlier[phase] = self._watching.length(phase)

    def _take(self, phase: TextPhase, text: str) -> None:
        if phase != self._progress.phase:
            self._enter(phase)
        if not self._watching.verdict:
            self._show([text] if self._leaves.feed(text) else self._watching.shown())

    def _enter(self, phase: TextPhase) -> None:
        self._show(self._watching.leave())
        if self._watching.verdict:
            return
        goes_on = self._progress.phase == "waiting" and phase == self._before.phase
        self._progress.enter(phase, self._before.present if goes_on else "")
        self._say_as(phase)
        self._watching.enter()
        self._thoughts = len(self._texts["thought"])
        self._events.append(PhaseChanged(phase, self._progress.tokens, self._progress.seconds))

    def _show(self, shown: list[Shown]) -> None:
        for each in shown:
            if isinstance(each, str):
                self._say(each)
            else:
                self._events.append(each)

    def _say(self, text: str) -> None:
        self._text.append(text)
        self._events.append(self._delta(text))

    def _say_as(self, phase: TextPhase) -> None:
        self._text = self._texts[phase]
        self._delta: type[ThoughtDelta | AnswerDelta] = ThoughtDelta if phase == "thought" else AnswerDelta

    def _told(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    # --- The end

    def _settle(self, delta: Delta) -> None:
        """What the server said beside the text, and whether the turn is over."""
        if not self._watching.verdict:  # else the rest of the chunk comes too late: it might be the next one
            self._show_what_is_over(delta)
        if self._watching.verdict:
            self._cut(self._watching.verdict)
        elif self._past_thought:  # whatever the chunk says of the server's end: that might have come in the next one
            self._end("thought_complete", "client")
        elif self._overrun:
            self._progress.only(self._texts["thought"], self._texts["answer"])
            seen = self._overrun
            self._end("complete", "client", str(StopText((seen,))), seen, {"last_word": seen})
        elif delta.finish_reason:
            self._server_end(delta)

    def _show_what_is_over(self, delta: Delta) -> None:
        """Show what was held back until the turn, or this chunk with its token ids, was over."""
        turn_is_over = delta.finish_reason or self._past_thought or self._overrun
        self._show(self._watching.close() if turn_is_over else self._watching.count())

    @property
    def _overrun(self) -> str:
        """The special token with which the model had ended its turn, where the server went on after it."""
        return self._splitter.overrun

    @property
    def _thinks(self) -> bool:
        """A model that never thinks keeps its answer, also in THINK_ONLY."""
        return self._policy.markers is not None or self._progress.phase == "thought"

    def _close(self) -> None:
        """Shows what was held back; what the conditions see in it may end the turn."""
        self._read(self._splitter.finish())
        if not self._watching.verdict:
            self._show(self._watching.close())
        if self._watching.verdict:
            self._cut(self._watching.verdict)

    def _cut(self, verdict: Verdict) -> None:
        code = verdict.rule.code
        if code == "complete" and self._policy.thought_only and not self._texts["answer"]:
            code = "thought_complete"
        self._progress.only(self._texts["thought"], self._texts["answer"])
        facts = verdict.facts
        if verdict.back is not None and self._progress.phase == "answer":
            facts = {**facts, "kept": str(self._take_back(verdict.back))}
        self._end(code, "client", verdict.rule.text, verdict.evidence, facts, self._allowed(verdict.rule.action))

    def _take_back(self, enough: int) -> int:
        """The answer, up to the end of a sentence after that many characters; how many stay."""
        kept = landed(self.answer, enough)
        self._texts["answer"][:] = [kept]
        self._events.append(CutBack("answer", len(kept)))
        return len(kept)

    def _allowed(self, action: Action) -> Action:
        """Only a thought can be ended and an answer follow."""
        return action if action == "end_thought" and self._progress.phase == "thought" else "cut"

    def _server_end(self, delta: Delta) -> None:
        assert delta.finish_reason is not None
        code, source = classify(delta.finish_reason, delta.stop_reason, self._policy, bool(self._texts["answer"]))
        if code == "complete" and self._misfiled:
            self._show_as_answer()
        stop = delta.stop_reason
        condition = None if stop is None else str(StopText((stop,)) if isinstance(stop, str) else StopIds((stop,)))
        self._end(code, source, condition, "" if stop is None else str(stop), delta=delta)

    @property
    def _is_to_go_on_thinking(self) -> bool:
        """Whether it goes on with a thought that has words."""
        return self._splitter.phase == "waiting" and self._before.phase == self._before.stands == "thought"

    @property
    def _misfiled(self) -> bool:
        """A reasoning parser files the whole answer of a model that leaves the markers out as its thought."""
        if self._progress.phase != "thought" or self._splitter.closed:
            return False
        return self._splitter.reopened or not (self._splitter.opened or self._texts["answer"])

    def _show_as_answer(self) -> None:
        text = "".join(self._texts["thought"][self._thoughts :]).lstrip("\n")
        self._progress.enter("answer")
        self._say_as("answer")
        self._events.append(PhaseChanged("answer", self._progress.tokens, self._progress.seconds))
        self._say(text)

    @property
    def _is_cut(self) -> bool:
        """Not all that the model wrote is shown, or the model itself has ended its turn."""
        verdict = self._watching.verdict
        cut = verdict is not None and verdict.cut < AT_THE_END
        return cut or (self.ending is not None and self.ending.code == "complete")

    @property
    def _goes_on_in(self) -> TextPhase:
        if self.ending and self.ending.code == "thought_complete":
            return "answer"
        phase = self._progress.phase if self._is_cut else self._splitter.phase
        return self._before.phase if phase == "waiting" else phase

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
        phase = self._progress.phase
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
            cut_at=0 if phase == "waiting" else sum(map(len, self._texts[phase])),
            finish_reason=delta.finish_reason if delta else None,
            stop_reason=delta.stop_reason if delta else None,
            runners_up=self._watching.runners_up,
            shadows=self._watching.shadows,
            next=next_steps(code, self._before.stands if phase == "waiting" else phase),
        )
        self._events.append(Ended(self.ending))

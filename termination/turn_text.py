"""The text of one turn, from its chunks to what is shown of it."""

from dataclasses import replace

from termination.chunks.classify import is_natural, is_own_end
from termination.chunks.delta import Delta
from termination.condition import AnyOf, Condition
from termination.ending import TextPhase
from termination.partial_reply import UNKNOWN, Around, Begun
from termination.policy import Policy
from termination.progress import Progress
from termination.splitting.markers import Doubt
from termination.splitting.pieces import BREAK, Moved, Piece
from termination.splitting.splitter import Splitter
from termination.stop import StopIds
from termination.transcript import Transcript
from termination.watching.conditions import Conditions
from termination.watching.verdict import AT_THE_END


class TurnText:
    """Splits the text, gives it to the conditions, and shows what they leave of it.

    `before` is the partial reply that it continues; `past_thought` says that an answer began in a turn that is to end
    with the thought: the rest is not for the page.
    """

    def __init__(self, policy: Policy, now: float, begun: Begun | None) -> None:
        opened = policy.markers is not None and policy.markers.opened
        self.before = begun or Begun("thought" if opened else "answer")
        self._continues = self.before.reached != "waiting"
        if self._continues and self.before.phase == "answer":
            policy = replace(policy, thought_only=False)
        self.policy = policy
        self.splitter = Splitter(policy.markers, policy.special_tokens, policy.last_words, begun, policy.thinks)
        self.progress = Progress(now)
        self.conditions = Conditions(policy.end, self.progress)
        self.transcript = Transcript()
        self.past_thought = False
        # A parser that drops the opening marker leaves the line break after it.
        self._begins_with_break = False
        self._is_blank = True  # no word has come
        # Characters of a phase's text before its present thought or answer; those of `begun` are counted below 0.
        self._earlier: dict[TextPhase, int] = {"thought": 0, "answer": 0}
        self._earlier[self.before.phase] = -len(self.before.present)

    def expect(self, stop_ids: tuple[int, ...], end: Condition | None) -> None:
        """Add the stop token ids, and set the conditions if there are others. Raises BadCondition."""
        parts = [self.policy.end if end is None else end, StopIds(stop_ids) if stop_ids else None]
        self.conditions = Conditions(AnyOf(tuple(part for part in parts if part is not None)), self.progress)

    def feed(self, chunk: Delta, now: float) -> bool:
        """Take the text of a chunk, and return whether there is something to settle at its end."""
        progress, splitter, conditions = self.progress, self.splitter, self.conditions
        progress.note_chunk(chunk, now)
        if chunk.finish_reason:
            conditions.lenient = is_natural(chunk.finish_reason)
        text = splitter.feed_plain(chunk.reasoning, chunk.content)
        if text is None:
            self._note_break(chunk.reasoning)
            self._read(splitter.feed(chunk.reasoning, chunk.content))
        elif text:
            self.transcript.show(conditions.feed(text))
        if chunk.finish_reason:
            self._finish()
        if chunk.usage:
            progress.count(chunk.usage, splitter.phase)
        if chunk.finish_reason or chunk.token_ids or conditions.verdict:
            return True
        return self.past_thought or splitter.overrun != ""

    def _note_break(self, reasoning: str) -> None:
        """Note whether a line break comes before the first word of the reasoning."""
        if self._is_blank and self.progress.phase == "waiting":
            self._begins_with_break = self._begins_with_break or "\n" in _leading_space(reasoning)
            self._is_blank = not reasoning.strip()

    def settle(self, chunk: Delta) -> None:
        """Show what was held back until the turn, or this chunk with its token ids, was over."""
        if self.conditions.verdict:  # the rest of the chunk comes too late: it might be the next one
            return
        turn_is_over = chunk.finish_reason or self.past_thought or self.splitter.overrun
        if turn_is_over:
            self.transcript.show(self.conditions.close())
        else:
            self.transcript.show(self.conditions.count())

    def close(self) -> None:
        """Show what was held back, because the turn is over."""
        self._finish()
        if not self.conditions.verdict:
            self.transcript.show(self.conditions.close())

    def enter(self, phase: TextPhase) -> None:
        """End the phase, and begin another unless a condition has ended the turn."""
        if self._leave():
            self._enter(phase)

    def _leave(self) -> bool:
        """End the phase, and return whether the turn continues."""
        self.transcript.show(self.conditions.leave())
        return self.conditions.verdict is None

    def _enter(self, phase: TextPhase) -> None:
        before = ""
        if self.progress.phase == "waiting" and phase == self.before.phase:
            before = self.before.present
        self.progress.enter(phase, before)
        self.transcript.enter(phase, self.progress.tokens, self.progress.seconds)
        self.conditions.enter()

    def show_thought_as_answer(self) -> None:
        """Show the text of the present thought once more, as the answer."""
        text = self.transcript.present_thought.lstrip("\n")
        self.progress.enter("answer")
        self.transcript.enter("answer", self.progress.tokens, self.progress.seconds)
        self.transcript.show([text])

    @property
    def continues_thought(self) -> bool:
        """True if it continues a thought that has words, and has no text of its own yet."""
        return self.splitter.phase == "waiting" and self.before.phase == self.before.reached == "thought"

    @property
    def is_cut(self) -> bool:
        """True if a condition has cut some of the text."""
        verdict = self.conditions.verdict
        return verdict is not None and verdict.cut < AT_THE_END

    def is_answer_filed_as_thought(self, stop_reason: int | str | None) -> bool:
        """True if a reasoning parser filed the whole answer as a thought, because the model wrote no markers.

        It is a thought if the model or the template has opened it, or if a stop token or stop text ended it.
        """
        if self.progress.phase != "thought" or self.splitter.closed:
            return False
        if self.splitter.reopened:
            return True
        if stop_reason is not None and not is_own_end(stop_reason, self.policy):
            return False
        opened = self.splitter.opened or self._begins_with_break or self.before.phase == "thought"
        return not (opened or self.transcript.answer)

    @property
    def is_reasoning_without_thought(self) -> bool:
        """True if all text came as reasoning in a mode without a thought."""
        if self.policy.thinks or self.policy.thought_only or self.progress.phase != "thought":
            return False
        return not (self.splitter.opened or self.splitter.closed or self.transcript.answer or self.before.answer)

    def reply(self, phase: TextPhase, whole: bool) -> Begun:
        """Return the reply so far, with the text before this turn, to be continued in this phase.

        `whole` says that the model has written nothing that is not shown, except white space at the end.
        """
        space = self.splitter.space if whole and self.splitter.phase in (phase, "waiting") else ""
        thought = self.before.thought + self.transcript.thought
        answer = self.before.answer + self.transcript.answer
        reply = Begun(phase, thought, answer, space)
        earlier = replace(self.before, phase=phase).text
        since = min(len(earlier) + self._earlier[phase], len(reply.text))
        return replace(reply, since=since, around=UNKNOWN if since else self._around)

    @property
    def _around(self) -> Around:
        """Return the white space around the markers, with that of the turn before."""
        if not self._continues:
            return self.splitter.around
        if self.before.phase == "answer":
            return self.before.around
        return (self.before.around[0], *self.splitter.around[1:])

    def _read(self, pieces: list[Piece]) -> None:
        """Give the text to the conditions, and show what is left of it."""
        for piece in pieces:
            if self.past_thought or self.conditions.verdict:
                return
            if isinstance(piece, Moved):
                self._move_answer(piece.space)
                continue
            phase, text = piece
            if phase == "answer" and self.policy.thought_only and self._thinks:
                self.past_thought = True
                return
            if not text:
                self._begin(phase)
                continue
            if phase != self.progress.phase:
                self.enter(phase)
            if not self.conditions.verdict:
                self.transcript.show(self.conditions.feed(text))

    def _finish(self) -> None:
        """Read what was held back. A thought that has not ended may have ended where a marker was taken for text."""
        self._read(self.splitter.finish())
        doubt = self.splitter.doubt(natural=self.conditions.lenient)
        if doubt and not (self.conditions.verdict or self.past_thought):
            self._end_thought(doubt)

    def _end_thought(self, doubt: Doubt) -> None:
        """End the thought at a marker that was shown as text: what follows it is the answer."""
        if not self._leave():
            return
        text = self._cut_back("thought", doubt.kept)
        answer = text[text.index(doubt.marker) + len(doubt.marker) :]
        share = len(text) / (self.transcript.length("thought") + len(text))
        with self.progress.moving(text, "thought", "answer", share):
            if answer.strip() and not self.policy.thought_only:
                self._enter("answer")
            self._read(self.splitter.answer(answer))

    def _move_answer(self, space: str) -> None:
        """Take the present answer for a thought: show it again as one."""
        if not self._leave():
            return
        text = self._cut_back("answer", 0)
        share = len(text) / (self.transcript.length("answer") + len(text))
        self._enter("thought")
        thought = space + text.removeprefix(BREAK).rstrip() if self.transcript.thought else text.strip()
        with self.progress.moving(text, "answer", "thought", share):
            self.transcript.show(self.conditions.feed(thought))

    def _cut_back(self, phase: TextPhase, kept: int) -> str:
        """Take back the present thought or answer after `kept` characters, and return that text."""
        keep = max(0, self._earlier[phase]) + kept
        self.conditions.cut_back(phase, keep)
        return self.transcript.cut_back(phase, keep)

    def _begin(self, phase: TextPhase) -> None:
        """Begin a thought or an answer, which may stay without text."""
        if self._continues and self.progress.phase == "waiting":
            self.enter(phase)
        else:
            self._earlier[phase] = self.conditions.length(phase)

    @property
    def _thinks(self) -> bool:
        """True if the model thinks; one that never does keeps its answer, also with `thought_only`."""
        return self.policy.markers is not None or self.progress.phase == "thought"


def _leading_space(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]

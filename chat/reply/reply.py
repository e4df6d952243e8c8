"""What comes of one question: a turn, and more turns if its reply is resumed or its thought was cut."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce

from chat.profiles.modes import policy
from chat.profiles.sentence import Sentence
from chat.reply.handoff import (
    close_thought,
    explain_timeout,
    is_answer_wanted,
    join_endings,
    resume_mode,
    stopped_ending,
)
from chat.reply.notice import HandedOff, NoWay, Report
from chat.reply.play import Play
from chat.reply.prepare import Prepared, Question
from chat.reply.resume import note_accepted, note_rejected
from chat.reply.surrogates import repair_surrogates
from chat.server.budget import note_ignored_budget, note_rejected_budget, spent_budget
from chat.server.endpoint import is_paused
from chat.server.errors import unexpected_fault
from chat.server.faults import Fault
from chat.server.request import Request
from chat.server.server import server_of
from termination import Begun, Ended, Ending, EndingCode, Event, PhaseChanged, Source, Turn

log = logging.getLogger("fullstop")
Show = Callable[[Report], None]


@dataclass(frozen=True, slots=True)
class _Part:
    """One turn that has ended: its own texts, the whole reply after it, its ending, and the ids of its request."""

    thought: str
    answer: str
    so_far: Begun
    ending: Ending
    request_ids: tuple[str, ...] = ()


class Reply:
    """The reply to a question. It can be played to an end and resumed there; its texts can be read at any time.

    A reply may start from a `partial` one, of which the page shows `thought`. `prepared` belongs to the last request.
    """

    def __init__(self, question: Question, show: Show, partial: Begun | None = None, thought: str = "") -> None:
        self._question, self._show = question, show
        self._partial, self._first_thought = partial, thought
        self._parts: list[_Part] = []
        self._turn: Turn | None = None
        self._playing: Play | None = None
        self._wants_answer = False  # the person asked for the answer before there was a turn to end
        self.prepared: Prepared | None = None

    @property
    def thought(self) -> str:
        """Return the thought of all turns."""
        return repair_surrogates(self._first_thought + "".join(turn.thought for turn in self._turns))

    @property
    def answer(self) -> str:
        """Return the answer of all turns."""
        first = self._partial.answer if self._partial else ""
        return repair_surrogates(first + "".join(turn.answer for turn in self._turns))

    @property
    def so_far(self) -> Begun | None:
        """Return the partial reply that a model would have to continue; None before there is one."""
        partial = self._partial
        for turn in self._turns[-1:]:
            partial = turn.so_far
        return partial and replace(
            partial, thought=repair_surrogates(partial.thought), answer=repair_surrogates(partial.answer)
        )

    @property
    def _turns(self) -> list[_Part | Turn]:
        """Return the turns that have ended, and the one that is played."""
        return [*self._parts, *filter(None, [self._turn])]

    @property
    def ending(self) -> Ending | None:
        """Return the ending of all turns together; None before there is one."""
        if not self._parts:
            return None
        return reduce(join_endings, (part.ending for part in self._parts))

    @property
    def used(self) -> int | None:
        """Return the tokens of the last prompt and of its reply; None if the server does not count them."""
        if self._turn or not self._parts:
            return None
        tokens = self._parts[-1].ending.tokens
        if tokens.prompt is None:
            return None
        return tokens.prompt + tokens.thought + tokens.answer

    @property
    def request_ids(self) -> tuple[str, ...]:
        """Return the ids of the requests of all turns that have ended."""
        return tuple(id_ for part in self._parts for id_ in part.request_ids)

    @property
    def dropped(self) -> int:
        """Return how many of the oldest turns were dropped from the last prompt, as the person has seen."""
        if self.prepared is None:
            return 0
        return self.prepared.dropped

    async def play(self, answer: bool = False) -> Fault | None:
        """Play the reply from the question, or from the partial reply, to an end. With `answer` its thought is over.

        Returns the fault if the server caused the end, and NoWay if it does not accept a partial reply: then nothing
        has changed. CancelledError is the Stop button.
        """
        self._wants_answer = False
        try:
            fault = await self._play_turns(answer)
            await self._explain_silence()
            return fault
        finally:
            if self.ending:
                self._show(Ended(self.ending))

    def leave(self, shut_down: bool = False) -> None:
        """Note that the person did not stop it: the page is gone, or the app was `shut_down`."""
        if self._parts and self._parts[-1].ending.code == "stopped":
            facts = {"cause": "shutdown"} if shut_down else {}
            self._replace_ending(replace(self._parts[-1].ending, source="client", facts=facts))

    def answer_now(self) -> None:
        """End the thought that is streaming, for the person wants its answer."""
        if self._playing:
            self._playing.end_thought()
        else:
            self._wants_answer = True

    async def _play_turns(self, answer: bool) -> Fault | None:
        """Play one turn, and the answer to a cut thought once. The person may ask for an answer every time."""
        profile, partial = self._question.profile, self.so_far
        if partial is None:
            fault = await self._start()
        else:
            fault = await self._resume(close_thought(profile, partial) if answer else partial)
        answered = answer
        while fault is None and is_answer_wanted(cut := self._parts[-1].ending, profile, self._question.mode):
            by_person = cut.source == "person"
            if answered and not by_person:
                break
            assert self.so_far
            answered, fault = True, await self._resume(close_thought(profile, self.so_far), cut)
            if isinstance(fault, NoWay) and not by_person:
                self._show(Sentence("handed.no_way"))
                return None
        return fault

    async def _start(self) -> Fault | None:
        """Play the turn of the question. A server that refuses its own budget is asked again without it."""
        fault = await self._play_turn(self._question.mode)
        if fault and self.prepared and note_rejected_budget(self.prepared.request, fault):
            self._parts.pop()
            fault = await self._play_turn(self._question.mode)
        return fault

    async def _resume(self, partial: Begun, cut: Ending | None = None) -> Fault | None:
        """Play the next turn, in the first way that the server accepts: the answer to a `cut` thought, or more."""
        mode = resume_mode(self._question.mode, partial)
        handoff = cut and self._handoff(cut)
        while True:
            try:
                prepared = await self._question.resume(mode, partial, cut, self.dropped)
            except asyncio.CancelledError:
                self._stop(mode, partial)
                raise
            except Fault as refusal:
                return self._give_up(refusal, mode, partial)
            except Exception as error:
                return self._give_up(unexpected_fault(error), mode, partial)
            if handoff:
                self._show(handoff)
                handoff = None
            fault = await self._play_turn(mode, partial, prepared)
            if fault is None or fault.code != "refused":
                if self._parts[-1].ending.seconds.first_token is not None:
                    note_accepted(prepared.request)
                return fault
            self._parts.pop()
            if not note_rejected(prepared.request, _status(fault)):
                return self._give_up(fault, mode, partial)
            log.warning("the server does not accept a partial reply: %s %s", fault.kind, fault.facts)

    async def _play_turn(
        self, mode: str, partial: Begun | None = None, prepared: Prepared | None = None
    ) -> Fault | None:
        """Play one turn and keep what came of it. A request that is not `prepared` is prepared while the clocks run."""
        self._turn = turn = Turn(policy(self._question.profile, mode), asyncio.get_running_loop().time(), partial)
        self._playing = playing = Play(turn, self._pass_on, self._show)
        if self._wants_answer:
            self._playing.end_thought()
            self._wants_answer = False
        try:
            if turn.ending:
                return None
            return await self._playing.run(self._request(turn, mode, prepared))
        finally:
            self._playing = None
            if turn.ending:
                self._keep(turn, explain_timeout(turn.ending, playing.server_state), playing.request_ids)
                self._watch_budget(turn.ending)

    async def _request(self, turn: Turn, mode: str, prepared: Prepared | None) -> Request:
        """Return the request of a turn, once the turn knows its conditions and the page its notices."""
        self.prepared = prepared = prepared or await self._question.prepare(mode, reported=self.dropped)
        turn.expect(tuple(prepared.request.extra.get("stop_token_ids", ())), prepared.end)
        for notice in prepared.notices:
            self._show(notice)
        return prepared.request

    def _keep(self, turn: Turn, ending: Ending, request_ids: tuple[str, ...] = ()) -> None:
        self._parts.append(_Part(turn.thought, turn.answer, turn.so_far, ending, request_ids))
        self._turn = None

    def _replace_ending(self, ending: Ending) -> None:
        self._parts[-1] = replace(self._parts[-1], ending=ending)

    def _handoff(self, cut: Ending) -> HandedOff:
        """Return what the page shows of a thought that was cut: with its limit, if that kept a reserve."""
        sent = self.prepared
        if sent and cut.condition == str(sent.share):
            return HandedOff(cut, sent.most)
        return HandedOff(cut)

    def _give_up(self, fault: Fault, mode: str, partial: Begun) -> Fault:
        """Return the fault that prevented a turn. It is the ending of a reply that has no other."""
        if not self._parts:
            self._end(mode, partial, fault.code, fault.source, fault.facts.get("message", fault.kind))
        return fault

    def _stop(self, mode: str, partial: Begun) -> None:
        """Note that the person pressed Stop between two turns, or before the first."""
        if self._parts:
            self._replace_ending(stopped_ending(self._parts[-1].ending))
        else:
            self._end(mode, partial, "stopped", "person", "")

    def _end(self, mode: str, partial: Begun, code: EndingCode, source: Source, evidence: str) -> None:
        """Keep a turn without a text."""
        now = asyncio.get_running_loop().time()
        turn = Turn(policy(self._question.profile, mode), now, partial)
        turn.fail(code, source, evidence, now)
        assert turn.ending
        self._keep(turn, turn.ending)

    def _pass_on(self, event: Event) -> None:
        """Show an event of the turn. An ending waits, for it may not be the last one."""
        if isinstance(event, Ended):
            return
        self._show(event)
        if isinstance(event, PhaseChanged) and event.phase == "answer" and self.prepared:
            self._note("budget.by_server", spent_budget(self.prepared.request, event.tokens))

    async def _explain_silence(self) -> None:
        """Report it if a timeout has ended the reply and the server says that it is paused."""
        silent = ("first_token_timeout", "idle_timeout")
        if self._parts and self._parts[-1].ending.code in silent and await is_paused(server_of(self._question.profile)):
            self._show(Sentence("server.paused"))

    def _watch_budget(self, ending: Ending) -> None:
        """Report it if the page had to end the thought: then the server ignored the budget."""
        if self.prepared:
            self._note("budget.ignored", note_ignored_budget(self.prepared.request, ending))

    def _note(self, key: str, limit: int | None) -> None:
        if limit is not None:
            self._show(Sentence(key, {"limit": f"{limit:,}"}))


def _status(fault: Fault) -> int:
    """Return the HTTP status with which the server rejected a request; 0 if there was none."""
    if fault.kind == "path":
        return 404
    return int(fault.facts.get("status", 0))

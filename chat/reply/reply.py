"""What comes of one question: a turn, and further ones where the reply goes on or its thought was cut."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import reduce

from chat.profiles.modes import policy
from chat.profiles.profile import Profile
from chat.reply.handoff import answering, closed, is_wanted, joined, left, stopped
from chat.reply.notice import HandedOff, Notice, NoWay, Told
from chat.reply.play import Ask, Play
from chat.reply.prepare import Asked, least
from chat.reply.resume import go_on, not_taken, taken
from chat.reply.surrogates import mended
from chat.server.budget import ended_by_server, ignored, refused
from chat.server.errors import unexpected
from chat.server.faults import Fault
from chat.server.request import Request
from termination import Begun, Ended, Ending, EndingCode, Event, PhaseChanged, Source, Turn

log = logging.getLogger("fullstop")
Show = Callable[[Told], None]
AskIn = Callable[[str, Begun | None], Awaitable[Asked]]


class Reply:
    """Plays one question to an end, and goes on from there. What has come so far can be read at any time.

    `ask` makes the request in a mode, with room for what is begun. A reply may start with what is `begun`; `thought` is
    what the page shows of it. `asked` is the request of the turn that is played, or was the last one.
    """

    def __init__(
        self, profile: Profile, mode: str, ask: AskIn, show: Show, begun: Begun | None = None, thought: str = ""
    ) -> None:
        self._profile, self.mode = profile, mode
        self._ask, self._show = ask, show
        self._begun = begun
        self._before = (thought, begun.answer if begun else "")
        self._turns: list[Turn] = []
        self._endings: list[Ending] = []
        self._playing: Play | None = None
        self.asked: Asked | None = None
        self._wants_answer = False  # the person said so before there was a turn to end

    @property
    def thought(self) -> str:
        """All that was thought."""
        return mended(self._before[0] + "".join(turn.thought for turn in self._turns))

    @property
    def answer(self) -> str:
        """All that was answered."""
        return mended(self._before[1] + "".join(turn.answer for turn in self._turns))

    @property
    def so_far(self) -> Begun | None:
        """The reply as a model would have to go on with it; None before there is one."""
        begun = self._turns[-1].so_far if self._turns else self._begun
        return begun and replace(begun, thought=mended(begun.thought), answer=mended(begun.answer))

    @property
    def ending(self) -> Ending | None:
        """How it ended: for all turns together."""
        return reduce(joined, self._endings) if self._endings else None

    @property
    def used(self) -> int | None:
        """Tokens of the last request's prompt and of what came of it, as the server counts; None where it does not."""
        if not self._turns or not (ending := self._turns[-1].ending) or ending.tokens.prompt is None:
            return None
        return ending.tokens.prompt + ending.tokens.thought + ending.tokens.answer

    @property
    def folded(self) -> int:
        """How many of the oldest turns the last request leaves out, as the person was told."""
        return self.asked.folded if self.asked else 0

    async def play(self, answer: bool = False) -> Fault | None:
        """Runs to an end: from the question, or on from where the reply stands; with `answer` its thought is over.

        Gives the fault if the server caused the end; NoWay if it does not take a reply that has begun: then nothing has
        changed. CancelledError is the Stop button.
        """
        self._wants_answer = False
        try:
            return await self._legs(answer)
        finally:
            if self.ending:
                self._show(Ended(self.ending))

    def leave(self, shut_down: bool = False) -> None:
        """Note that not the person has just stopped it: the page is gone, or the app was `shut_down`."""
        if self._endings and self._endings[-1].code == "stopped":
            facts = {"cause": "shutdown"} if shut_down else {}
            self._endings[-1] = replace(self._endings[-1], source="client", facts=facts)

    def answer_now(self) -> None:
        """The person wants the answer to the thought that is streaming."""
        if self._playing:
            self._playing.end_thought()
        else:
            self._wants_answer = True

    async def _legs(self, answer: bool) -> Fault | None:
        """A thought that is cut is answered once, if it is cut again that is the end; the person may ask each time."""
        begun = self.so_far
        if begun is None:
            fault = await self._from_the_question()
        else:
            fault = await self._on_from(closed(self._profile, begun) if answer else begun)
        once = answer
        while fault is None and (last := self._turns[-1].ending) and is_wanted(last, self._profile, self.mode):
            by_person = last.source == "person"
            if once and not by_person:
                break
            assert self.so_far
            once, fault = True, await self._on_from(closed(self._profile, self.so_far), last)
            if isinstance(fault, NoWay) and not by_person:
                self._show(Notice("handed.no_way"))
                return None
        return fault

    async def _from_the_question(self) -> Fault | None:
        """A server that refuses its own budget after all is asked again without it."""
        fault = await self._asked_anew()
        if fault and self.asked and refused(self._profile, self.asked.request, fault):
            self._take_back()
            fault = await self._asked_anew()
        return fault

    async def _asked_anew(self) -> Fault | None:
        turn = self._turn(self.mode)

        async def ask() -> Request:
            return self._held_to(turn, await self._ask(self.mode, None)).request

        return await self._leg(ask, turn)

    async def _on_from(self, begun: Begun, cut: Ending | None = None) -> Fault | None:
        """The next turn of the reply: the answer to a thought that was `cut`, or just more."""
        mode, former, told = answering(self.mode) if begun.phase == "answer" else self.mode, self.asked, False
        while True:
            try:
                asked = self._limited(await self._ask(mode, begun), cut)
                request = await go_on(self._profile, mode, asked.request, begun, asked.limit)
            except Fault as refusal:
                return self._unheard(refusal, mode, begun)
            except asyncio.CancelledError:
                self._stopped(mode, begun)
                raise
            except Exception as error:
                return self._unheard(unexpected(error), mode, begun)
            if request is None:
                return self._unheard(NoWay(), mode, begun)
            if cut and not told:
                self._show(HandedOff(cut, former.most if former and cut.condition == str(former.share) else None))
                told = True
            fault = await self._one_leg(mode, begun, replace(asked, request=request))
            if fault is None or fault.code != "refused":
                if self._endings[-1].seconds.first_token is not None:
                    taken(request)
                return fault
            self._take_back()
            if not not_taken(request, 404 if fault.kind == "path" else int(fault.facts.get("status", 0))):
                return self._unheard(fault, mode, begun)
            log.warning("the server does not take a reply that has begun: %s %s", fault.kind, fault.facts)

    async def _one_leg(self, mode: str, begun: Begun, asked: Asked) -> Fault | None:
        turn = self._turn(mode, begun)
        request = self._held_to(turn, asked).request

        async def ask() -> Request:
            return request

        return await self._leg(ask, turn)

    def _turn(self, mode: str, begun: Begun | None = None) -> Turn:
        self._turns.append(turn := Turn(policy(self._profile, mode), asyncio.get_running_loop().time(), begun))
        return turn

    def _held_to(self, turn: Turn, asked: Asked) -> Asked:
        self.asked = asked
        turn.expect(tuple(asked.request.extra.get("stop_token_ids", ())), asked.end)
        for notice in asked.notices:
            self._show(notice)
        return asked

    async def _leg(self, ask: Ask, turn: Turn) -> Fault | None:
        self._playing = Play(ask, turn, self._pass_on)
        if self._wants_answer:
            self._playing.end_thought()
            self._wants_answer = False
        try:
            return await self._playing.run()
        finally:
            self._playing = None
            if turn.ending:
                self._endings.append(turn.ending)
                self._watch_budget(turn.ending)

    def _take_back(self) -> None:
        """Nothing has come of the last turn."""
        self._turns.pop()
        self._endings.pop()

    @staticmethod
    def _limited(asked: Asked, cut: Ending | None) -> Asked:
        """What is left of the limit of tokens for the answer to a cut thought; what goes on may have it all again."""
        most = asked.request.sampling.get("max_tokens")
        limit = left(most, cut.tokens.thought) if cut else most
        return replace(asked, limit=limit, most=least(asked.most, limit))

    def _unheard(self, fault: Fault, mode: str, begun: Begun) -> Fault:
        """The server did not go on. A reply that was played before keeps its ending; any other has that one."""
        if not self._endings:
            self._ends(mode, begun, fault.code, fault.source, fault.facts.get("message", fault.kind))
        return fault

    def _stopped(self, mode: str, begun: Begun) -> None:
        """Stop was pressed between two turns, or before the first."""
        if self._endings:
            self._endings[-1] = stopped(self._endings[-1])
        else:
            self._ends(mode, begun, "stopped", "person", "")

    def _ends(self, mode: str, begun: Begun, code: EndingCode, source: Source, evidence: str) -> None:
        """A turn of which nothing came."""
        turn = self._turn(mode, begun)
        turn.fail(code, source, evidence, asyncio.get_running_loop().time())
        assert turn.ending
        self._endings.append(turn.ending)

    def _pass_on(self, event: Event) -> None:
        """An ending waits: it may not be the last one."""
        if isinstance(event, Ended):
            return
        self._show(event)
        if isinstance(event, PhaseChanged) and event.phase == "answer" and self.asked:
            self._note("budget.by_server", ended_by_server(self.asked.request, event.tokens))

    def _watch_budget(self, ending: Ending) -> None:
        """A thought that our net had to end shows that the server's own budget did not."""
        if self.asked:
            self._note("budget.ignored", ignored(self._profile, self.asked.request, ending))

    def _note(self, key: str, limit: int | None) -> None:
        if limit is not None:
            self._show(Notice(key, {"limit": f"{limit:,}"}))

"""A reply played at real vLLM as the page does it, with all that the page received of it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from chat.profiles.profile import FULL, End, Profile
from chat.profiles.sentence import Sentence
from chat.reply.history import Exchange, History
from chat.reply.notice import HandedOff, Report
from chat.reply.prepare import Prepared, Question
from chat.reply.reply import Reply
from chat.server.faults import Fault
from chat.server.request import request
from chat.server.server import server_of
from chat.server.stop_ids import resolve_stop_ids
from termination import AnswerDelta, Begun, Ended, Ending, ThoughtDelta
from tests.vllm.playing import PATIENCE_SECONDS, Gate, Player, merged
from tests.vllm.templates import MISTRAL, OPENS, PLAIN
from tests.vllm.vllm_server import Vllm

TEMPLATES = {"Qwen3's own": None, "opens the thought": OPENS, "plain": PLAIN, "Mistral's": MISTRAL}


@dataclass(frozen=True, slots=True)
class Said:
    """The text for the model to write, as in scripted.py, in a template of TEMPLATES; held at the gate."""

    reply: str
    template: str = "plain"
    answer: str = ""
    step_ms: int = 0
    slow_from: int = 0
    goes_on: bool = False
    gate: Gate | None = None
    held_from: int = 0


@dataclass(frozen=True)
class Recorded(Question):
    """A question that records the requests that it prepared."""

    made: list[Prepared] = field(default_factory=list)

    async def prepare(self, mode: str, partial: Begun | None = None, reported: int = 0) -> Prepared:
        self.made.append(made := await self.make(mode, partial, reported))
        return made

    async def make(self, mode: str, partial: Begun | None, reported: int) -> Prepared:
        return await super().prepare(mode, partial, reported)


@dataclass(frozen=True)
class Bare(Recorded):
    """A question with bare requests: the thinking budget is enforced by the page."""

    async def make(self, mode: str, partial: Begun | None, reported: int) -> Prepared:
        stops = await resolve_stop_ids(self.profile, self.profile.modes[mode].stop_tokens)
        return Prepared(request(self.profile, mode, self.prompt().messages(), stops, self.chat_id))


@dataclass(frozen=True)
class Unhurried(Bare):
    """A bare question whose first turn alone has the profile's timeouts: a stall does not end what follows."""

    async def make(self, mode: str, partial: Begun | None, reported: int) -> Prepared:
        made = await super().make(mode, partial, reported)
        return replace(made, end=self.profile.model_copy(update={"end": End()}).condition) if partial else made


def question(
    profile: Profile, kind: type[Recorded] = Recorded, exchange: Exchange | None = None, history: History | None = None
) -> Recorded:
    """Return the question of a new chat, or that of an exchange in its history."""
    return kind(profile, FULL, "", exchange or Exchange("", "1+1?"), history or History(), "a-chat")


class Replying:
    """One question and its reply."""

    def __init__(self, question: Recorded) -> None:
        self.question, self.profile = question, question.profile
        self.reported: list[Report] = []
        self.made = question.made
        self._pieces = itertools.count(1)
        self._after: dict[int, Callable[[], object]] = {}
        self.reply = Reply(question, self._show)

    def _show(self, event: Report) -> None:
        self.reported.append(event)
        if isinstance(event, ThoughtDelta | AnswerDelta) and (act := self._after.get(next(self._pieces))):
            act()

    def after(self, pieces: int, act: Callable[[], object]) -> None:
        """Act when that number of pieces of text has come."""
        self._after[pieces] = act

    async def play(self, answer: bool = False) -> Fault | None:
        return await asyncio.wait_for(self.reply.play(answer), PATIENCE_SECONDS)

    @property
    def ending(self) -> Ending:
        assert self.reply.ending
        return self.reply.ending

    @property
    def handed(self) -> list[Ending]:
        """Return the endings of the thoughts that were cut."""
        return [each.ending for each in self.reported if isinstance(each, HandedOff)]

    @property
    def notices(self) -> list[str]:
        return [each.key for each in self.reported if isinstance(each, Sentence)]

    def check_answer(self, thought: str, answer: str) -> None:
        """Check that one more request gave the answer, with the thought as shown and no marker in either text."""
        assert isinstance(self.reported[-1], Ended)
        assert len(self.made) == 2
        assert (self.ending.code, self.ending.phase, self.reply.answer) == ("complete", "answer", answer)
        assert self.reply.thought
        assert thought.startswith(self.reply.thought)


@asynccontextmanager
async def connected(profile: Profile) -> AsyncIterator[Profile]:
    """Yield the profile, then close its connections, which belong to the loop of one test."""
    try:
        yield profile
    finally:
        await server_of(profile).connection.close()


def speaking(player: Player, said: Said, base_url: str | None = None, **changes: Any) -> Profile:
    """Return a profile of a server that says the text, with these keys changed."""
    vllm = vllm_of(player)
    extra = vllm.says(said.reply, said.step_ms, said.slow_from)
    extra["vllm_xargs"]["goes_on"] = said.goes_on
    if said.gate:
        extra["vllm_xargs"] |= {"until": str(said.gate.file), "held_from": said.held_from}
    if said.answer:
        extra["vllm_xargs"]["answer"] = vllm.token_ids(said.answer)
    if template := TEMPLATES[said.template]:
        extra["chat_template"] = template
    opened = {"opened": said.template == "opens the thought"}
    return player.profile(base_url, **merged({"extra": extra, "thinking": opened}, changes))


def vllm_of(player: Player) -> Vllm:
    """Return the server, which in these tests is always vLLM."""
    assert isinstance(player.server, Vllm)
    return player.server

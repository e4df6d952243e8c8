"""The thought on the page: a step that tells how long it has been going on, then how long it took."""

import asyncio
from typing import NamedTuple

import chainlit as cl
from chainlit.utils import utc_now

from chat.page.view.paper import FRAME_SECONDS, Paper
from chat.profiles.settings import Display
from chat.words.texts import Language, count, say, seconds_text
from termination import Timing, TokenCounts


class _Taken(NamedTuple):
    """What a thought has taken; `exact` where the server has counted."""

    tokens: int = 0
    seconds: float = 0.0
    exact: bool = True


class ThoughtStep:
    """One thought, from its first token to its end, and further where it is gone on with."""

    def __init__(self, shown: Display, language: Language) -> None:
        self._language = language
        self._began = asyncio.get_running_loop().time()
        self._seconds = 0
        self._taken = self._before = _Taken()  # that is, before it went on
        self.step = cl.Step(
            name=say("thinking", language, seconds=0),
            type="tool",
            icon="brain",
            default_open=shown == "live",
            show_input=False,
            parent_id=cl.context.current_step.id if cl.context.current_step else None,
        )
        self._paper = None if shown == "hidden" else Paper(self.step)

    async def open(self) -> None:
        """Puts the step on the page."""
        self.step.start = utc_now()
        await self.step.send()

    async def reopen(self) -> None:
        """It goes on where it ended."""
        self._before = self._taken
        self._began = asyncio.get_running_loop().time() - self._before.seconds
        self._seconds = int(self._before.seconds)
        self.step.name = say("thinking", self._language, seconds=self._seconds)
        self.step.end = None
        await self.step.update()

    @property
    def frame_seconds(self) -> float:
        """As long as one more frame takes the browser."""
        return self._paper.frame_seconds if self._paper else FRAME_SECONDS

    @property
    def seconds(self) -> int:
        """Whole seconds that the thought has been going on, as its title says."""
        return self._seconds

    def write(self, text: str) -> None:
        """More of the thought."""
        if self._paper:
            self._paper.write(text)

    async def paint(self) -> None:
        """The text and the running seconds."""
        if self._paper:
            await self._paper.paint()
        seconds = int(asyncio.get_running_loop().time() - self._began)
        if seconds != self._seconds:
            self._seconds = seconds
            self.step.name = say("thinking", self._language, seconds=seconds)
            await cl.context.emitter.update_step({"id": self.step.id, "name": self.step.name})

    async def close(self, tokens: TokenCounts, seconds: Timing, whole: bool = False) -> None:
        """The thought is over: its title says how long it took. `whole`: the figures are those of all its turns."""
        before = _Taken() if whole else self._before
        exact = before.exact and tokens.exact
        taken = self._taken = _Taken(before.tokens + tokens.thought, before.seconds + seconds.thought, exact)
        counted = count(taken.tokens, TokenCounts(exact=exact), self._language)
        await self._end(say("thought", self._language, seconds=seconds_text(taken.seconds), tokens=counted))

    async def keep(self) -> None:
        """It was thought for a former version of the answer."""
        await self._end(say("thought.kept", self._language))

    async def _end(self, title: str) -> None:
        if self._paper:
            await self._paper.finish()
        self.step.name = title
        self.step.end = utc_now()
        await self.step.update()

"""The thought on the page: a step that tells how long it has been going on, then how long it took."""

import asyncio

import chainlit as cl
from chainlit.utils import utc_now

from chat.page.paper import FRAME_SECONDS, Paper
from chat.settings import Display
from chat.texts import Language, count, say, seconds_text
from termination import Seconds, Tokens


class ThoughtStep:
    """One thought, from its first token to its end."""

    def __init__(self, shown: Display, language: Language) -> None:
        self._language = language
        self._began = asyncio.get_running_loop().time()
        self._seconds = 0
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

    @property
    def frame_seconds(self) -> float:
        """As long as one more frame takes the browser."""
        return self._paper.frame_seconds if self._paper else FRAME_SECONDS

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

    async def close(self, tokens: Tokens, seconds: Seconds) -> None:
        """The thought is over: its title says how long it took."""
        if self._paper:
            await self._paper.paint()
        self.step.name = say(
            "thought",
            self._language,
            seconds=seconds_text(seconds.thought),
            tokens=count(tokens.thought, tokens, self._language),
        )
        self.step.end = utc_now()
        await self.step.update()

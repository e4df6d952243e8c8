"""The thought on the page: a step whose title says how long the model has been thinking, then how long it took."""

import asyncio
from typing import NamedTuple

import chainlit as cl
from chainlit.utils import utc_now

from chat.page.view.paper import FRAME_SECONDS, Paper
from chat.profiles.settings import Display
from chat.words.texts import Language, count, say, seconds_text
from termination import Timing, TokenCounts


class _Cost(NamedTuple):
    """Tokens and seconds of a thought; `exact` if the server has counted the tokens."""

    tokens: int = 0
    seconds: float = 0.0
    exact: bool = True


class ThoughtStep:
    """One thought, from its first token to its end. It can be reopened, to continue."""

    def __init__(self, display: Display, language: Language) -> None:
        self._language = language
        self._began = asyncio.get_running_loop().time()
        self._seconds = 0
        self.is_open = True
        self._cost = self._cost_before = _Cost()  # all of it, and what it was before it was resumed
        self.step = cl.Step(
            name=say("thinking", language, seconds=0),
            type="tool",
            icon="brain",
            default_open=display == "live",
            show_input=False,
            parent_id=cl.context.current_step.id if cl.context.current_step else None,
        )
        self._paper = None if display == "hidden" else Paper(self.step)
        self._written: list[str] = []  # as the model wrote it

    async def open(self) -> None:
        """Put the step on the page."""
        self.step.start = utc_now()
        await self.step.send()

    async def reopen(self) -> None:
        """Continue the thought where it ended."""
        self.is_open = True
        self._cost_before = self._cost
        self._began = asyncio.get_running_loop().time() - self._cost_before.seconds
        self._seconds = int(self._cost_before.seconds)
        self.step.name = say("thinking", self._language, seconds=self._seconds)
        self.step.end = None
        await self.step.update()

    @property
    def frame_seconds(self) -> float:
        """Return how long the browser needs for one more frame."""
        return self._paper.frame_seconds if self._paper else FRAME_SECONDS

    @property
    def seconds(self) -> int:
        """Return the whole seconds that the model has been thinking, as the title says."""
        return self._seconds

    def write(self, text: str) -> None:
        """Add text; `paint` shows it."""
        if self._paper:
            self._paper.write(text)
            self._written.append(text)

    def cut_back(self, length: int) -> None:
        """Take the last `length` characters back; `paint` shows what is left."""
        if self._paper:
            text = "".join(self._written)
            self._written = [text[: len(text) - length]]
            self.step.output, self.step.streaming = "", False
            self._paper = Paper(self.step)
            self._paper.write(self._written[0])

    async def paint(self) -> None:
        """Show the text and the running seconds."""
        if self._paper:
            await self._paper.paint()
        seconds = int(asyncio.get_running_loop().time() - self._began)
        if seconds != self._seconds:
            self._seconds = seconds
            self.step.name = say("thinking", self._language, seconds=seconds)
            await cl.context.emitter.update_step({"id": self.step.id, "name": self.step.name})

    async def close(self, tokens: TokenCounts, seconds: Timing, whole: bool = False) -> None:
        """End the thought; its title says how long it took. `whole`: the figures are those of all its turns."""
        before = _Cost() if whole else self._cost_before
        exact = before.exact and tokens.exact
        cost = self._cost = _Cost(before.tokens + tokens.thought, before.seconds + seconds.thought, exact)
        counted = count(cost.tokens, TokenCounts(exact=exact), self._language)
        await self._end(say("thought", self._language, seconds=seconds_text(cost.seconds), tokens=counted))

    async def close_as_kept(self) -> None:
        """End the thought, which belongs to a former version of the answer."""
        await self._end(say("thought.kept", self._language))

    async def _end(self, title: str) -> None:
        self.is_open = False
        if self._paper:
            await self._paper.finish()
        self.step.name = title
        self.step.end = utc_now()
        await self.step.update()

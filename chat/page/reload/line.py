"""The line on the page that says that the app does not know the chat above it."""

import asyncio
import uuid

import chainlit as cl
from chainlit.utils import utc_now

from chat.words.texts import Language, say

MOVING_SECONDS = 3.0  # in which a question may have been shown before the line that came first
_LINES = uuid.UUID("6b1f6a0e-1d5c-4a86-9f3e-2f0c5f1f0b1d")


class LostLine:
    """The line of one chat, shown at most once. For a short time it can be moved."""

    def __init__(self) -> None:
        self._step: cl.Step | None = None
        self._movable_until = 0.0

    @property
    def is_shown(self) -> bool:
        """True if the page shows the line."""
        return self._step is not None

    def prepare(self, last_question: str, language: Language) -> None:
        """Make the line that follows that question. The same line is not shown twice: the question gives its id."""
        self._step = cl.Step(name=say("lost.line", language), type="tool", icon="unplug", show_input=False)
        self._step.id = str(uuid.uuid5(_LINES, last_question))
        self._step.start = self._step.end = utc_now()
        self._movable_until = asyncio.get_running_loop().time() + MOVING_SECONDS

    async def show(self) -> None:
        """Put the line on the page."""
        if self._step:
            await self._step.send()

    async def resend(self) -> None:
        """Send the line again, to a page that may have missed it."""
        if self._step:
            await cl.context.emitter.send_step(self._step.to_dict())

    async def move_into(self, run_id: str) -> None:
        """Move a line that has just been shown into the run of a question.

        The page may have shown the question before the line came. Below the question, it would stand below the answer
        too.
        """
        if self._step and asyncio.get_running_loop().time() < self._movable_until:
            self._movable_until = 0.0
            await cl.context.emitter.delete_step(self._step.to_dict())
            self._step.parent_id = run_id
            await self._step.send()

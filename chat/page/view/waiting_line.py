"""The line on the page that says what the server does before the first token."""

import chainlit as cl
from chainlit.utils import utc_now

from chat.reply.notice import Waiting
from chat.words.texts import Language, say

_ICONS = {"queued": "hourglass", "reading": "book-open"}


class WaitingLine:
    """One line with running seconds. It is on the page from `show` to `remove`."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self.step = cl.Step(name="", type="tool", show_input=False)
        self.step.parent_id = cl.context.current_step.id if cl.context.current_step else None

    async def show(self, waiting: Waiting) -> None:
        """Put the line on the page, or change it there."""
        self.step.name = say(f"waiting.{waiting.state}", self._language, seconds=waiting.seconds)
        self.step.icon = _ICONS[waiting.state]
        if self.step.end is None:
            self.step.start = self.step.end = utc_now()
            await self.step.send()
        else:
            shown = {"id": self.step.id, "name": self.step.name, "icon": self.step.icon}
            await cl.context.emitter.update_step(shown)  # type: ignore[arg-type]  # the page keeps the rest

    async def remove(self) -> None:
        """Take the line off the page."""
        await self.step.remove()

"""A text on the page that grows: a thought, or one block of the answer."""

import asyncio

import chainlit as cl

from chat.page.view.markdown import Markdown

FRAME_SECONDS = 0.05
BLOCK_CHARACTERS = 2000
SHORT_CHARACTERS = 4_000  # up to here a text may be sent whole for every change
WHOLE_FOR_EACH = 200  # a longer text is sent whole only after a change to more than 1/200 of its characters
SENT_CHARACTERS = 32_768  # in one event: to encode and compress more would hold up the loop
CHARACTERS_A_SECOND = 80_000  # what a browser redraws without falling behind; measured in docs/decisions


class Paper:
    """A growing text in one message or step. It is sent as the page's Markdown, and only what is new if possible.

    With `block_characters` it ends after one block: `rest` is then the text that belongs to the next one.
    """

    def __init__(self, item: cl.Message | cl.Step, block_characters: int | None = None) -> None:
        self._item = item
        self._markdown = Markdown(block_characters)
        self._new: list[str] = []  # settled, but not on the page
        self._length = 0  # of the settled text on the page
        self._tail = ""  # what the page shows after it, which may still change
        self._changed = False

    @property
    def frame_seconds(self) -> float:
        """Return how long the browser needs for one more frame: it draws the whole text again."""
        return max(FRAME_SECONDS, (self._length + len(self._tail)) / CHARACTERS_A_SECOND)

    @property
    def rest(self) -> str | None:
        """Return the text that follows the block; None while the block is not complete."""
        return self._markdown.rest

    def write(self, text: str) -> None:
        """Add text; `paint` shows it."""
        self._changed = True
        if settled := self._markdown.feed(text):
            self._new.append(settled)

    async def paint(self, whole: bool = False) -> None:
        """Bring the page up to date.

        A construct that has just ended changes what the page shows for it, and then the text is sent again. A long text
        shows a construct only when it has ended, unless `whole`, or unless the construct is long itself. Otherwise each
        formula of a long thought would send all of it.
        """
        if not self._changed and not whole:
            return
        self._changed = False
        shows_tail = whole or self._shows_tail()
        if not (shows_tail or self._new):
            return
        new = "".join(self._new)
        tail = self._markdown.tail if shows_tail else ""
        self._new.clear()
        former, self._tail = self._tail, tail
        before, self._length = self._length, self._length + len(new)
        shown = new + tail
        if shown.startswith(former):
            await self._send(shown[len(former) :])
        else:
            self._text = self._text[:before] + shown
            await cl.context.emitter.update_step({"id": self._item.id, "output": self._text})

    async def finish(self) -> None:
        """Show all of the text. A complete block loses the blank lines at its end; then its message is sent again."""
        if self.rest is None:
            await self.paint(whole=True)
        else:
            self._text = (self._text[: self._length] + "".join(self._new)).rstrip("\n")

    async def _send(self, text: str) -> None:
        for start in range(0, len(text), SENT_CHARACTERS):
            if start:
                await asyncio.sleep(0)
            await self._item.stream_token(text[start : start + SENT_CHARACTERS])

    def _shows_tail(self) -> bool:
        return self._markdown.waiting * WHOLE_FOR_EACH >= self._length - SHORT_CHARACTERS

    @property
    def _text(self) -> str:
        """Return all that the page shows. Chainlit keeps it, so it is not kept here again."""
        return self._item.content if isinstance(self._item, cl.Message) else str(self._item.output)

    @_text.setter
    def _text(self, text: str) -> None:
        if isinstance(self._item, cl.Message):
            self._item.content = text
        else:
            self._item.output = text

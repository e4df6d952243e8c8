"""A text on the page that grows: the thought's step, or one block of the answer."""

import chainlit as cl

from chat.markdown import block_end, display

FRAME_SECONDS = 0.05
BLOCK_CHARACTERS = 2000
SETTLED_CHARACTERS = 200  # complete paragraphs of that much text are not looked at again
CHARACTERS_A_SECOND = 80_000  # what a browser redraws without falling behind; measured in docs/decisions


class Paper:
    """Takes model text, shows it as the page's Markdown, and sends only what is new where it can."""

    def __init__(self, item: cl.Message | cl.Step) -> None:
        self._item = item
        self._written = ""
        self._settled = ""
        self._tail = ""
        self._shown = ""

    @property
    def frame_seconds(self) -> float:
        """How long the browser needs for one more frame of this text: it draws the whole of it again."""
        return max(FRAME_SECONDS, len(self._shown) / CHARACTERS_A_SECOND)

    def write(self, text: str) -> None:
        """More text; `paint` shows it."""
        self._tail += text

    def part(self) -> str | None:
        """If a block of the text is complete: keeps it, and gives back what belongs to the next."""
        text = self._written + self._tail
        end = block_end(text, BLOCK_CHARACTERS)
        if not end:
            return None
        self._written, self._settled, self._tail = "", "", text[:end].rstrip("\n")
        return text[end:]

    async def paint(self) -> None:
        """Brings the page up to date. A change further back (a formula closed) sends the text anew."""
        self._settle()
        text = self._settled + display(self._tail)
        shown, self._shown = self._shown, text
        if text == shown:
            return
        if text.startswith(shown):
            await self._item.stream_token(text[len(shown) :])
        else:
            self._replace(text)
            await cl.context.emitter.update_step({"id": self._item.id, "output": text})

    def _settle(self) -> None:
        while end := block_end(self._tail, SETTLED_CHARACTERS):
            self._written += self._tail[:end]
            self._settled += display(self._tail[:end])
            self._tail = self._tail[end:]

    def _replace(self, text: str) -> None:
        if isinstance(self._item, cl.Message):
            self._item.content = text
        else:
            self._item.output = text

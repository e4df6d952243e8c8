"""The answer on the page: several messages that read as one. The browser draws a whole message for every frame."""

from collections.abc import Callable

import chainlit as cl

from chat.page.view.event_queue import PIECE_CHARACTERS
from chat.page.view.paper import BLOCK_CHARACTERS, FRAME_SECONDS, Paper

Keep = Callable[[cl.Message], None]


class Blocks:
    """The messages of one answer. `keep` is called with each new message."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._written: list[str] = []  # as the model wrote it
        self.length = 0  # characters of that
        self.messages: list[cl.Message] = []
        self._starts: list[int] = []  # where each message begins in the text
        self._paper: Paper | None = None
        self._is_growing = False

    @property
    def frame_seconds(self) -> float:
        """Return how long the browser needs for one more frame."""
        if self._paper is None:
            return FRAME_SECONDS
        return self._paper.frame_seconds

    @property
    def is_growing(self) -> bool:
        """True if the last message is not finished."""
        return self._is_growing

    @property
    def text(self) -> str:
        """Return the whole answer as the model wrote it. It is joined for each call, so this is not for every delta."""
        self._written = ["".join(self._written)]
        return self._written[0]

    async def write(self, text: str) -> None:
        """Add text to the answer; a message that was finished continues.

        A long text is written in pieces, for what follows a block is looked at again.
        """
        for start in range(0, len(text), PIECE_CHARACTERS):
            await self._write(text[start : start + PIECE_CHARACTERS])

    async def _write(self, text: str) -> None:
        paper = self._paper or self._open(self.length)
        self._is_growing = True
        self._written.append(text)
        self.length += len(text)
        paper.write(text)
        while (rest := paper.rest) is not None:
            await self.close()
            paper = self._open(self.length - len(rest))
            self._is_growing = True
            paper.write(rest)

    async def start_new_message(self) -> None:
        """Make what comes next a message of its own: something else comes between."""
        await self.close()
        self._paper = None

    async def cut_back(self, keep: int) -> list[cl.Message]:
        """Cut the text back to its first `keep` characters, and return the messages that are removed."""
        kept = self.text[:keep]
        self._written, self.length = [kept], len(kept)
        gone: list[cl.Message] = []
        while self._starts and self._starts[-1] >= keep:
            self._starts.pop()
            gone.append(self.messages.pop())
        for message in gone:
            await message.remove()
        if self.messages:
            self.messages[-1].content, self.messages[-1].streaming = "", False
            self._paper = Paper(self.messages[-1], BLOCK_CHARACTERS)
            self._paper.write(kept[self._starts[-1] :])
            self._is_growing = True
        else:
            self._paper, self._is_growing = None, False
        return gone

    async def paint(self) -> None:
        """Bring the page up to date."""
        if self._paper:
            await self._paper.paint()

    async def close(self) -> None:
        """Finish the last message. It can be continued."""
        if self._is_growing and self._paper:
            await self._paper.finish()
            await self.messages[-1].send()
        self._is_growing = False

    def _open(self, start: int) -> Paper:
        message = cl.Message("")
        self.messages.append(message)
        self._starts.append(start)
        self._paper = Paper(message, BLOCK_CHARACTERS)
        self._keep(message)
        return self._paper

"""The answer on the page: several messages that read as one, as the browser draws a whole message for every frame."""

from collections.abc import Callable

import chainlit as cl

from chat.page.paper import FRAME_SECONDS, Paper

Keep = Callable[[cl.Message], None]


class Blocks:
    """One answer. `kept` hears of each message that is begun."""

    def __init__(self, kept: Keep) -> None:
        self._kept = kept
        self.text = ""  # as the model wrote it
        self.messages: list[cl.Message] = []
        self._starts: list[int] = []  # where each message begins in the text
        self._paper: Paper | None = None
        self._growing = False

    @property
    def frame_seconds(self) -> float:
        """As long as one more frame takes the browser."""
        return self._paper.frame_seconds if self._paper else FRAME_SECONDS

    @property
    def growing(self) -> bool:
        """Whether the last message is not finished."""
        return self._growing

    async def write(self, text: str) -> None:
        """More of the answer; a message that was finished goes on."""
        if self._paper is None:
            self._open(len(self.text))
        assert self._paper
        self._growing = True
        self.text += text
        self._paper.write(text)
        while (rest := self._paper.part()) is not None:
            await self.close()
            self._open(len(self.text) - len(rest))
            self._growing = True
            self._paper.write(rest)

    async def part(self) -> None:
        """What comes next is a message of its own: something else stands between."""
        await self.close()
        self._paper = None

    async def cut_back(self, keep: int) -> list[cl.Message]:
        """Only so many characters of the text stay. Gives the messages that are gone."""
        self.text = self.text[:keep]
        gone: list[cl.Message] = []
        while self._starts and self._starts[-1] >= keep:
            self._starts.pop()
            gone.append(self.messages.pop())
        for message in gone:
            await message.remove()
        if self.messages:
            self.messages[-1].content, self.messages[-1].streaming = "", False
            self._paper = Paper(self.messages[-1])
            self._paper.write(self.text[self._starts[-1] :])
            self._growing = True
        else:
            self._paper, self._growing = None, False
        return gone

    async def paint(self) -> None:
        """Brings the page up to date."""
        if self._paper:
            await self._paper.paint()

    async def close(self) -> None:
        """Finishes the last message; it can be gone on with."""
        if self._growing and self._paper:
            await self._paper.paint()
            await self.messages[-1].send()
        self._growing = False

    def _open(self, start: int) -> None:
        message = cl.Message("")
        self.messages.append(message)
        self._starts.append(start)
        self._paper = Paper(message)
        self._kept(message)

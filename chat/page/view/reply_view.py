"""One version of a reply on the page, with all its rounds: it can be continued where it ended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import chainlit as cl

from chat.page.view.drawing import Drawing
from chat.page.view.event_queue import EventQueue
from chat.page.view.receipt import Receipt
from chat.page.view.round import Round
from chat.page.view.uncut import uncut
from chat.profiles.settings import Display
from chat.reply.notice import Report
from chat.words.texts import Language
from termination import Begun


class ReplyView:
    """A reply on the page, from its first round on. `run` is Chainlit's step around all of it.

    `receipt` is shown below the reply between its rounds; None while a round runs and no receipt is made yet.
    """

    def __init__(self, display: Display, language: Language, thinks: bool) -> None:
        self._events = EventQueue()
        self._drawing = Drawing(display, language, thinks)
        self._round: Round | None = None
        self._removed_receipt: Receipt | None = None
        self.run: cl.Step | None = None
        self.receipt: Receipt | None = None

    @property
    def is_running(self) -> bool:
        """True during a round."""
        return self._round is not None

    def show(self, event: Report) -> None:
        """Add an event; the next frame of a round paints it."""
        self._events.put(event)

    @asynccontextmanager
    async def open_round(self) -> AsyncIterator[Round]:
        """Yield a round, which paints the events of the reply.

        Whatever ends it, all events are then on the page, nothing blinks, and the receipt says why. Stop interrupts
        neither the start nor the end of a round.
        """
        await uncut(self._start_round())
        assert self._round
        try:
            yield self._round
        finally:
            await uncut(self._end_round(self._round))

    async def resume(self, begun: Begun) -> None:
        """Prepare to continue where the reply ended: a thought that was cut is open again."""
        if begun.phase == "thought":
            await self._drawing.resume_thought()

    async def resend(self) -> None:
        """Send all of the reply again, to a page that may have missed some of it."""
        if self._round:
            await cl.context.emitter.task_start()
        await self._drawing.resend()
        if self._removed_receipt:
            await self._removed_receipt.remove()
        if self.receipt and not self._round:
            await self.receipt.resend()

    async def _start_round(self) -> None:
        self.run = cl.context.current_step
        self._drawing.start_turn()
        self._round = Round(self._events, self._drawing)
        if self.receipt:
            await self.receipt.remove()
            self._removed_receipt, self.receipt = self.receipt, None
        await self._drawing.remove_fault()
        self._round.start()

    async def _end_round(self, ended: Round) -> None:
        await ended.finish()
        await self._drawing.close()
        if ended.fault:
            await self._drawing.add_fault(ended.fault)
        if self.receipt:
            await self.receipt.show(self._drawing.answer, self._drawing.block_ids)
        self._round = None

"""One version of a reply on the page: events come at any pace, the page gets a frame at a time."""

import asyncio
import logging
from contextlib import suppress
from types import TracebackType
from typing import assert_never

import chainlit as cl
from chainlit.utils import utc_now

from chat.page.view.blocks import Blocks
from chat.page.view.event_queue import PIECE_CHARACTERS, EventQueue
from chat.page.view.markdown import display
from chat.page.view.paper import FRAME_SECONDS
from chat.page.view.pill import Pill
from chat.page.view.receipt import Receipt
from chat.page.view.thought import ThoughtStep
from chat.page.view.uncut import uncut
from chat.profiles.settings import Display
from chat.reply.notice import HandedOff, Notice, Told
from chat.server.faults import Fault
from chat.words.texts import Language, fault_text, handed_text, notice_text, say
from termination import AnswerDelta, Begun, ConditionFailed, CutBack, Ended, Nudged, PhaseChanged, ThoughtDelta
from termination.ending import Timing, TokenCounts

log = logging.getLogger("fullstop")
TURN_SECONDS = 0.005  # of work on waiting events, then other chats come first


class View:
    """Shows a reply. Inside `async with`, `show` takes events at once; a task of its own paints them.

    It can be entered again: the reply goes on where it ended. `fault` is what the server did wrong, set within. Stop
    ends what is done within, and cuts nothing of the way in or out.
    """

    def __init__(self, shown: Display, language: Language, thinks: bool) -> None:
        self._shown, self._language = shown, language
        self._events = EventQueue()
        self._wake = asyncio.Event()
        self._closed = asyncio.Event()
        self._thought: ThoughtStep | None = None
        self._last_thought: ThoughtStep | None = None
        self._blocks = Blocks(self._keep)
        self._pill = Pill(language) if thinks else None
        self.items: list[cl.Message | cl.Step | cl.ErrorMessage] = []
        self.run: cl.Step | None = None
        self.receipt: Receipt | None = None
        self._former: Receipt | None = None  # before it went on
        self.fault: Fault | None = None
        self._error: cl.ErrorMessage | None = None  # that tells it
        self.running = False

    async def __aenter__(self) -> "View":
        await uncut(self._enter())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whatever happened: all that came is on the page, nothing spins, nothing blinks, and the receipt says why."""
        await uncut(self._leave())

    async def _enter(self) -> None:
        self.run = cl.context.current_step
        self.running, self.fault = True, None
        self._closed.clear()
        self._from = self._blocks.length
        if self.receipt:
            await self.receipt.remove()
            self._former, self.receipt = self.receipt, None
        if self._error:
            self.items.remove(self._error)
            await self._error.remove()
            self._error = None
        self._painter = asyncio.create_task(self._paint_frames())

    async def _leave(self) -> None:
        self._closed.set()
        self._wake.set()
        await self._painter
        await self.paint()
        await self._close_thought(TokenCounts(), Timing(0.0))
        await self._blocks.close()
        if self.fault:
            await self._tell(self.fault)
        if self.receipt:
            await self.receipt.show(self._blocks.text, [block.id for block in self._blocks.messages])
        self.running = False

    def show(self, event: Told) -> None:
        """Takes an event; the next frame paints it."""
        self._events.put(event)
        self._wake.set()

    async def begin(self, begun: Begun, thought: str) -> None:
        """What the reply starts with: a thought that is gone on with, or one that is kept for another answer."""
        if thought:
            await self._open_thought()
            assert self._thought
            for start in range(0, len(thought), PIECE_CHARACTERS):
                self._thought.write(thought[start : start + PIECE_CHARACTERS])
                await asyncio.sleep(0)
            if begun.phase == "answer":
                await self._thought.keep()
                self._thought = None

    async def go_on(self, begun: Begun) -> None:
        """The reply goes on where it ended: in the same thought, or the same message."""
        if begun.phase == "thought" and self._last_thought:
            self._thought = self._last_thought
            await self._thought.reopen()

    async def resend(self) -> None:
        """The browser has a new connection: sends what it may have missed."""
        if self.running:
            await cl.context.emitter.task_start()
        for item in self.items:
            shown = item.to_dict()
            if shown.get("end"):
                shown["defaultOpen"] = False
            await cl.context.emitter.send_step(shown)
        if self._pill:
            await self._pill.resend()
        if self._former:
            await self._former.remove()
        if self.receipt and not self.running:
            await self.receipt.resend()

    def _keep(self, message: cl.Message) -> None:
        self.items.append(message)

    async def _paint_frames(self) -> None:
        """The first event at once, then a frame at a time; the running seconds also without events."""
        while not self._closed.is_set():
            await _within(self._wake, 0.2 if self._thought else None)
            self._wake.clear()
            await self.paint()
            await _within(self._closed, self._frame_seconds)

    @property
    def _frame_seconds(self) -> float:
        if self._thought:
            return self._thought.frame_seconds
        return self._blocks.frame_seconds if self._blocks.growing else FRAME_SECONDS

    async def paint(self) -> None:
        """Bring the page up to date with the events that wait. Other tasks get their turn in between."""
        now = asyncio.get_running_loop().time
        turn_ends = now() + TURN_SECONDS
        for event in self._events.take():
            await self._take(event)
            if now() >= turn_ends:
                await asyncio.sleep(0)
                turn_ends = now() + TURN_SECONDS
        if self._thought:
            await self._thought.paint()
            if self._pill and self._thought.seconds:
                await self._pill.show()
        if self._blocks.growing:
            await self._blocks.paint()

    async def _take(self, event: Told) -> None:
        match event:
            case PhaseChanged("thought"):
                if self._thought is None:
                    await self._blocks.part()
                    await self._open_thought()
            case PhaseChanged(_, tokens, seconds):
                await self._close_thought(tokens, seconds)
            case ThoughtDelta(text):
                assert self._thought is not None
                self._thought.write(text)
            case AnswerDelta(text):
                await self._blocks.write(text)
            case CutBack(_, keep):
                for message in await self._blocks.cut_back(self._from + keep):
                    self.items.remove(message)
            case Nudged():
                await self._nudge(notice_text(event, self._language))
            case ConditionFailed(condition, problem):
                log.warning("the condition %s failed: %s", condition, problem)
                await self._line(notice_text(event, self._language), "unplug")
            case Notice(key, facts):
                await self._line(say(key, self._language, **facts), "info")
            case HandedOff(ending, share):
                await self._close_thought(ending.tokens, ending.seconds)
                said = handed_text(ending, self._language, None if share is None else f"{share:,}")
                await self._line(said, "corner-down-right")
                self._from = self._blocks.length
            case Ended(ending):
                await self._close_thought(ending.tokens, ending.seconds, whole=True)
                await self._blocks.close()
            case _:
                assert_never(event)

    async def _open_thought(self) -> None:
        self._thought = self._last_thought = ThoughtStep(self._shown, self._language)
        self.items.append(self._thought.step)
        await self._thought.open()

    async def _close_thought(self, tokens: TokenCounts, seconds: Timing, whole: bool = False) -> None:
        if self._thought:
            await self._thought.close(tokens, seconds, whole)
            self._thought = None
        if self._pill:
            await self._pill.hide()

    async def _nudge(self, hint: str) -> None:
        """Beside the button that helps, where that is there."""
        if self._thought and self._pill:
            await self._pill.show(hint)
        else:
            await self._line(hint, "refresh-cw")

    async def _tell(self, fault: Fault) -> None:
        """What went wrong with the server, and what to do."""
        self._error = cl.ErrorMessage(display(fault_text(fault, self._language)))
        self.items.append(self._error)
        await self._error.send()

    async def _line(self, text: str, icon: str) -> None:
        """One muted line."""
        line = cl.Step(name=text, type="tool", icon=icon, show_input=False)
        line.parent_id = cl.context.current_step.id if cl.context.current_step else None
        line.start = line.end = utc_now()
        self.items.append(line)
        await line.send()


async def _within(event: asyncio.Event, seconds: float | None) -> None:
    """Waits for the event, or until the time is up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()

"""One turn on the page: events come at any pace, the page gets a frame at a time."""

import asyncio
import logging
from contextlib import suppress
from types import TracebackType
from typing import assert_never

import chainlit as cl
from chainlit.utils import utc_now

from chat.faults import Fault
from chat.markdown import display
from chat.page.paper import FRAME_SECONDS, Paper
from chat.page.thought import ThoughtStep
from chat.reply import HandedOff
from chat.settings import Display
from chat.texts import Language, ending_text, fault_text, handed_text, notice_text
from termination import AnswerDelta, ConditionFailed, Ended, Ending, Event, Nudged, PhaseChanged, ThoughtDelta
from termination.ending import EndingCode, Seconds, Tokens

log = logging.getLogger("fullstop")
_ICONS: dict[EndingCode, str] = {
    "complete": "check",
    "thought_complete": "lightbulb",
    "stopped": "square",
    "first_token_timeout": "timer-off",
    "idle_timeout": "timer-off",
    "total_timeout": "timer-off",
}


class View:
    """Shows a turn. Inside `async with`, `show` takes events at once; a task of its own paints them.

    The line under the turn ends with the `signature`.
    """

    def __init__(self, shown: Display, language: Language, signature: str = "") -> None:
        self._shown = shown
        self._signature = signature
        self._language = language
        self._events: list[Event | HandedOff] = []
        self._wake = asyncio.Event()
        self._closed = asyncio.Event()
        self._thought: ThoughtStep | None = None
        self._message: cl.Message | None = None
        self._answer: Paper | None = None
        self._items: list[cl.Message | cl.Step] = []
        self._said: list[str] = []
        self.running = True

    async def __aenter__(self) -> "View":
        self._painter = asyncio.create_task(self._paint_frames())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whatever happened: all that came is on the page, nothing spins, nothing blinks."""
        self._closed.set()
        self._wake.set()
        await self._painter
        await self._paint()
        await self._close_thought(Tokens(), Seconds(0.0))
        await self._close_block()
        self.running = False

    def show(self, event: Event | HandedOff) -> None:
        """Takes an event; the next frame paints it."""
        self._events.append(event)
        self._wake.set()

    async def tell(self, fault: Fault) -> None:
        """Says what went wrong with the server, and what to do."""
        await cl.ErrorMessage(display(fault_text(fault, self._language))).send()

    async def resend(self) -> None:
        """The browser has a new connection: sends what it may have missed."""
        if self.running:
            await cl.context.emitter.task_start()
        for item in self._items:
            await cl.context.emitter.send_step(item.to_dict())

    async def _paint_frames(self) -> None:
        """The first event at once, then a frame at a time; the running seconds also without events."""
        while not self._closed.is_set():
            await _within(self._wake, 0.2 if self._thought else None)
            self._wake.clear()
            await self._paint()
            await _within(self._closed, self._frame_seconds)

    @property
    def _frame_seconds(self) -> float:
        growing = self._thought or self._answer
        return growing.frame_seconds if growing else FRAME_SECONDS

    async def _paint(self) -> None:
        events, self._events = self._events, []
        for event in events:
            await self._take(event)
        if self._thought:
            await self._thought.paint()
        if self._answer:
            await self._answer.paint()

    async def _take(self, event: Event | HandedOff) -> None:
        match event:
            case PhaseChanged("thought"):
                await self._close_block()
                await self._open_thought()
            case PhaseChanged(_, tokens, seconds):
                await self._close_thought(tokens, seconds)
            case ThoughtDelta(text):
                assert self._thought is not None
                self._thought.write(text)
            case AnswerDelta(text):
                await self._write_answer(text)
            case Nudged():
                await self._line(notice_text(event, self._language), "refresh-cw")
            case ConditionFailed(condition, problem):
                log.warning("the condition %s failed: %s", condition, problem)
                await self._line(notice_text(event, self._language), "unplug")
            case HandedOff(ending):
                await self._close_thought(ending.tokens, ending.seconds)
                await self._line(handed_text(ending, self._language), "corner-down-right")
            case Ended(ending):
                await self._end(ending)
            case _:
                assert_never(event)

    async def _open_thought(self) -> None:
        self._thought = ThoughtStep(self._shown, self._language)
        self._items.append(self._thought.step)
        await self._thought.open()

    async def _close_thought(self, tokens: Tokens, seconds: Seconds) -> None:
        if self._thought:
            await self._thought.close(tokens, seconds)
            self._thought = None

    async def _write_answer(self, text: str) -> None:
        """Long answers go into several messages: the browser draws a whole message for every frame."""
        self._said.append(text)
        if self._answer is None:
            self._open_block()
        assert self._answer is not None
        self._answer.write(text)
        while (rest := self._answer.part()) is not None:
            await self._close_block()
            self._open_block()
            self._answer.write(rest)

    def _open_block(self) -> None:
        self._message = cl.Message("")
        self._answer = Paper(self._message)
        self._items.append(self._message)

    async def _close_block(self) -> None:
        if self._answer and self._message:
            await self._answer.paint()
            await self._message.send()
        self._answer = self._message = None

    async def _offer_copy(self) -> None:
        """What Chainlit's copy button is to copy: the whole answer, and as the model wrote it (fullstop.js)."""
        blocks = [item.id for item in self._items if isinstance(item, cl.Message)]
        if blocks:
            await cl.context.emitter.send_window_message({"fullstop": blocks, "text": "".join(self._said)})

    async def _end(self, ending: Ending) -> None:
        """The line under the turn; where the server failed, `tell` speaks instead."""
        await self._close_thought(ending.tokens, ending.seconds)
        await self._close_block()
        await self._offer_copy()
        if ending.code in ("refused", "server_error", "disconnected"):
            return
        text = ending_text(ending, self._language)
        signed = f"{text} · {self._signature}" if self._signature else text
        await self._line(signed, _ICONS.get(ending.code, "circle-stop"))

    async def _line(self, text: str, icon: str) -> None:
        """One muted line."""
        line = cl.Step(name=text, type="tool", icon=icon, show_input=False)
        line.parent_id = cl.context.current_step.id if cl.context.current_step else None
        line.start = line.end = utc_now()
        self._items.append(line)
        await line.send()


async def _within(event: asyncio.Event, seconds: float | None) -> None:
    """Waits for the event, or until the time is up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()

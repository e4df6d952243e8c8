"""One round of a reply on the page: events come at any pace, the page gets a frame at a time."""

import asyncio
from contextlib import suppress

from chat.page.view.drawing import Drawing
from chat.page.view.event_queue import EventQueue
from chat.server.faults import Fault
from termination import Begun

TURN_SECONDS = 0.005  # of work on waiting events, then other chats come first
CLOCK_SECONDS = 0.2  # between two looks at the seconds of a thought that gets no text


class Round:
    """One round, from the request to the ending. A task of its own paints the events of the reply meanwhile.

    `fault` is what the server did wrong.
    """

    def __init__(self, events: EventQueue, drawing: Drawing) -> None:
        self._events, self._drawing = events, drawing
        self._finished = asyncio.Event()
        self.fault: Fault | None = None

    def start(self) -> None:
        """Begin to paint."""
        self._painter = asyncio.create_task(self._paint_frames())

    async def finish(self) -> None:
        """Paint the events that still wait, and no more after them."""
        self._finished.set()
        self._events.changed.set()
        await self._painter
        await self.paint()

    async def begin(self, begun: Begun, thought: str) -> None:
        """Show what the reply begins with: a thought to continue, or one that is kept for another answer."""
        if thought:
            await self._drawing.add_thought(thought, kept=begun.phase == "answer")

    async def _paint_frames(self) -> None:
        """Paint the first event at once, then a frame at a time; the running seconds also without events."""
        while not self._finished.is_set():
            await _wait_within(self._events.changed, CLOCK_SECONDS if self._drawing.is_thinking else None)
            self._events.changed.clear()
            await self.paint()
            await _wait_within(self._finished, self._drawing.frame_seconds)

    async def paint(self) -> None:
        """Bring the page up to date with the events that wait. Other tasks get their turn in between."""
        now = asyncio.get_running_loop().time
        turn_ends = now() + TURN_SECONDS
        for event in self._events.pop_all():
            await self._drawing.add(event)
            if now() >= turn_ends:
                await asyncio.sleep(0)
                turn_ends = now() + TURN_SECONDS
        await self._drawing.paint()


async def _wait_within(event: asyncio.Event, seconds: float | None) -> None:
    """Wait for the event, or until the time is up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()

"""The work that runs in one chat: a turn, or what a button of the page has begun. One thing at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import chainlit as cl

from chat.page.connection import current_connection
from chat.page.errors import report_faults
from chat.page.version import Version

Job = Callable[[], Awaitable[None]]
RUN = "on_message"  # Chainlit's own name for a step that is a turn
PATIENCE_SECONDS = 1.0


def new_run(message_id: str) -> cl.Step:
    """Return a step for a turn under that message, as Chainlit opens one for each message that is sent."""
    return cl.Step(name=RUN, type="run", parent_id=message_id)


def cancel_once(task: asyncio.Task[None]) -> None:
    """Cancel a turn as Stop does. A second time would interrupt its cleanup, in which it shows the rest."""
    if not task.cancelling():
        task.cancel()


class Work:
    """The tasks of one chat.

    `opening` greets a page that has just been opened, `greeting` looks whether its server works. `turn` is what Stop
    ends, `begun` is what a button has begun. `version` was played last, in the run with the id `run_id`.
    """

    def __init__(self) -> None:
        self.opening: asyncio.Task[None] | None = None
        self.greeting: asyncio.Task[None] | None = None
        self.turn: asyncio.Task[None] | None = None
        self.begun: asyncio.Task[None] | None = None
        self._short: set[asyncio.Task[None]] = set()
        self.version: Version | None = None
        self.run_id = ""
        self.is_shut_down = False

    @property
    def running(self) -> list[asyncio.Task[None]]:
        """Return the tasks of turns and buttons that have not ended."""
        return [task for task in (self.turn, self.begun) if task and not task.done()]

    async def take_over(self, run: cl.Step | None = None) -> None:
        """Make the current task the one that Stop ends. A turn that still runs in this chat is ended first.

        Chainlit runs an edited message outside the task that its Stop button cancels. The page remembers the `run`: an
        app that does not know it can end it then.
        """
        former, self.turn = self.turn, asyncio.current_task()
        current_connection().current_task = self.turn
        if former and former is not self.turn and not former.done():
            cancel_once(former)
            await asyncio.wait([former])
        if self.opening:
            await asyncio.wait([self.opening])
        await cl.context.emitter.task_start()  # the end of either has taken the Stop button away
        if run := run or cl.context.current_step:
            self.run_id = run.id
            await cl.context.emitter.send_window_message({"fullstopRun": run.id})

    def begin_turn(self, run: cl.Step, job: Job) -> None:
        """Start the job in a task of its own and in that run, as a message's turn: with a Stop button and a cursor.

        The press of the button that began it is answered at once. A run that has ended is continued.
        """

        @report_faults
        async def working() -> None:
            await self.take_over(run)
            run.end, run.is_error, run.output = None, False, ""
            async with run:
                await job()

        async def to_the_end() -> None:
            try:
                with suppress(asyncio.CancelledError):
                    await working()
            finally:
                await cl.context.emitter.task_end()

        self.begun = asyncio.create_task(to_the_end())

    def begin_short(self, job: Job) -> None:
        """Start a short job that is no turn, in a task of its own. Stop does not end it; later work waits for it."""

        @report_faults
        async def working() -> None:
            await job()

        self.begun = task = asyncio.ensure_future(working())
        self._short.add(task)
        task.add_done_callback(self._short.discard)

    async def wait_for_short(self) -> None:
        """Wait for the end of short jobs."""
        while self.begun in self._short:
            await asyncio.wait([self.begun])

    async def becomes_idle(self) -> bool:
        """True if nothing runs now or soon: the page enables its buttons before a turn is quite over."""
        if running := self.running:
            await asyncio.wait(running, timeout=PATIENCE_SECONDS)
        return not self.running

    async def end_turn(self) -> None:
        """End a turn that runs, and wait for it."""
        if self.turn and not self.turn.done():
            cancel_once(self.turn)
            await asyncio.wait([self.turn])
        await self.wait_for_short()

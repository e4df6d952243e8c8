"""Work that a button of the page begins, one thing after the other."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import chainlit as cl

from chat.page.session import Chat
from chat.page.tell import told

Work = Callable[[], Awaitable[None]]
RUN = "on_message"  # Chainlit's own name for a step that is a turn
PATIENCE_SECONDS = 1.0
_apart: set[asyncio.Task[None]] = set()


def run_step(message_id: str) -> cl.Step:
    """A turn under that message, as Chainlit opens one for each message that is sent."""
    return cl.Step(name=RUN, type="run", parent_id=message_id)


def begin(chat: Chat, run: cl.Step, work: Work) -> None:
    """Does the work in a task of its own, in that run, as a message's turn: with a Stop button and a cursor.

    The press of a button that began it is answered at once. A run that has ended goes on.
    """

    @told
    async def working() -> None:
        await chat.take_over(run)
        run.end, run.is_error, run.output = None, False, ""
        async with run:
            await work()

    async def to_the_end() -> None:
        try:
            with suppress(asyncio.CancelledError):
                await working()
        finally:
            await cl.context.emitter.task_end()

    chat.begun = asyncio.create_task(to_the_end())


def apart(chat: Chat, work: Work) -> None:
    """Does short work that is no turn, in a task of its own: Stop does not end it, what comes next waits for it."""

    @told
    async def working() -> None:
        await work()

    chat.begun = task = asyncio.ensure_future(working())
    _apart.add(task)
    task.add_done_callback(_apart.discard)


async def settled(chat: Chat) -> None:
    """Waits for the end of short work."""
    while chat.begun in _apart:
        await asyncio.wait([chat.begun])


async def idle(chat: Chat) -> bool:
    """Whether nothing is done at the moment, or soon: the page enables its buttons before a turn is quite over."""
    if running := [task for task in (chat.task, chat.begun) if task and not task.done()]:
        await asyncio.wait(running, timeout=PATIENCE_SECONDS)
    return not chat.busy

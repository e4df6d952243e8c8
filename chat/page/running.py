"""Work that a button of the page begins: it runs as a message's turn does, with a Stop button and a cursor."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import chainlit as cl

from chat.page.session import Chat
from chat.page.tell import told

Work = Callable[[], Awaitable[None]]
RUN = "on_message"  # Chainlit's own name for a step that is a turn


def run_step(message_id: str) -> cl.Step:
    """A turn under that message, as Chainlit opens one for each message that is sent."""
    return cl.Step(name=RUN, type="run", parent_id=message_id)


def begin(chat: Chat, run: cl.Step, work: Work) -> None:
    """Does the work in a task of its own, in that run. The press of a button that began it is answered at once.

    A run that has ended goes on.
    """

    @told
    async def working() -> None:
        await chat.take_over()
        await cl.context.emitter.task_start()
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

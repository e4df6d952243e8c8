"""Plays one turn: opens the stream, feeds it to the turn, keeps the clocks, closes the stream on every way out."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from chat.endpoint import stream
from chat.faults import Fault
from chat.request import Request
from termination import Event, Turn

Ask = Callable[[], Awaitable[Request]]
Show = Callable[[Event], None]


async def play(ask: Ask, turn: Turn, show: Show) -> Fault | None:
    """Runs until the turn has an ending, and returns the fault if the server caused it.

    `ask` makes the request; the first-token clock runs meanwhile. `CancelledError` is the Stop button: the turn
    ends as `stopped`, then the error goes on.
    """
    now = asyncio.get_running_loop().time
    fault: Fault | None = None
    try:
        await _read(ask, turn, show)
    except TimeoutError:
        _show(turn.tick(max(now(), turn.deadline or 0.0)), show)
    except Fault as error:
        fault = error
        _show(turn.fail(error.code, error.source, error.facts.get("message", error.kind), now()), show)
    except asyncio.CancelledError:
        _show(turn.stop(now()), show)
        raise
    return fault


async def _read(ask: Ask, turn: Turn, show: Show) -> None:
    """A timeout stands around each wait for the server and around nothing else."""
    now = asyncio.get_running_loop().time
    async with AsyncExitStack() as opened:
        async with asyncio.timeout_at(turn.deadline):
            deltas = await opened.enter_async_context(stream(await ask()))
        while turn.ending is None:
            async with asyncio.timeout_at(turn.deadline):
                delta = await anext(deltas, None)
            if delta is None:
                raise Fault("disconnected", "network", "disconnected")
            _show(turn.feed(delta, now()), show)


def _show(events: list[Event], show: Show) -> None:
    for event in events:
        show(event)

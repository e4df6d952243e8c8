"""Plays one turn: opens the stream, feeds it to the turn, keeps the clocks, closes the stream on every way out."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from types import TracebackType

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
        assert turn.ending, "only an ending interrupts a wait"
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
        async with _Watched(turn, show):
            deltas = await opened.enter_async_context(stream(await ask()))
        while turn.ending is None:
            async with _Watched(turn, show):
                delta = await anext(deltas, None)
            if delta is None:
                raise Fault("disconnected", "network", "disconnected")
            _show(turn.feed(delta, now()), show)


class _Watched:
    """Around one wait: the turn is asked whenever it wants to be; if it is over then, the wait ends: TimeoutError."""

    def __init__(self, turn: Turn, show: Show) -> None:
        self._turn, self._show = turn, show
        self._loop = asyncio.get_running_loop()
        self._wait = asyncio.timeout(None)
        self._bell: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> None:
        await self._wait.__aenter__()
        self._arm()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bell:
            self._bell.cancel()
        await self._wait.__aexit__(kind, error, trace)

    def _arm(self) -> None:
        deadline = self._turn.deadline
        self._bell = None if deadline is None else self._loop.call_at(deadline, self._ring, deadline)

    def _ring(self, deadline: float) -> None:
        _show(self._turn.tick(max(self._loop.time(), deadline)), self._show)
        if self._turn.ending:
            self._wait.reschedule(self._loop.time())
        else:
            self._arm()


def _show(events: list[Event], show: Show) -> None:
    for event in events:
        show(event)

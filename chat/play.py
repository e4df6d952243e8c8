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


class Play:
    """One turn that is being played, and can be told to end its thought.

    `ask` makes the request; the first-token clock runs meanwhile.
    """

    def __init__(self, ask: Ask, turn: Turn, show: Show) -> None:
        self._ask, self._turn, self._show = ask, turn, show
        self._now = asyncio.get_running_loop().time
        self._wait: _Watched | None = None

    async def run(self) -> Fault | None:
        """Runs until the turn has an ending, and returns the fault if the server caused it.

        `CancelledError` is the Stop button: the turn ends as `stopped`, then the error goes on.
        """
        fault: Fault | None = None
        try:
            if self._turn.ending is None:
                await self._read()
        except TimeoutError:
            assert self._turn.ending, "only an ending interrupts a wait"
        except Fault as error:
            fault = error
            evidence = error.facts.get("message", error.kind)
            self._tell(self._turn.fail(error.code, error.source, evidence, self._now()))
        except asyncio.CancelledError:
            self._tell(self._turn.stop(self._now()))
            raise
        return fault

    def end_thought(self) -> None:
        """The person wants the answer now: a turn in its thought ends at once, any other goes on."""
        self._tell(self._turn.end_thought(self._now()))
        if self._turn.ending and self._wait:
            self._wait.interrupt()

    async def _read(self) -> None:
        """A timeout stands around each wait for the server and around nothing else."""
        async with AsyncExitStack() as opened:
            async with self._watched():
                deltas = await opened.enter_async_context(stream(await self._ask()))
            while self._turn.ending is None:
                async with self._watched():
                    delta = await anext(deltas, None)
                if delta is None:
                    raise Fault("disconnected", "network", "disconnected")
                self._tell(self._turn.feed(delta, self._now()))

    def _watched(self) -> "_Watched":
        self._wait = _Watched(self._turn, self._tell)
        return self._wait

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            self._show(event)


class _Watched:
    """Around one wait: the turn is asked whenever it wants to be; if it is over then, the wait ends: TimeoutError."""

    def __init__(self, turn: Turn, tell: Callable[[list[Event]], None]) -> None:
        self._turn, self._tell = turn, tell
        self._loop = asyncio.get_running_loop()
        self._wait = asyncio.timeout(None)
        self._bell: asyncio.TimerHandle | None = None
        self._waiting = False

    async def __aenter__(self) -> None:
        await self._wait.__aenter__()
        self._waiting = True
        self._arm()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting = False
        if self._bell:
            self._bell.cancel()
        await self._wait.__aexit__(kind, error, trace)

    def interrupt(self) -> None:
        """Ends the wait, if there is one."""
        if self._waiting and not self._wait.expired():
            self._wait.reschedule(self._loop.time())

    def _arm(self) -> None:
        deadline = self._turn.deadline
        self._bell = None if deadline is None else self._loop.call_at(deadline, self._ring, deadline)

    def _ring(self, deadline: float) -> None:
        self._tell(self._turn.tick(max(self._loop.time(), deadline)))
        if self._turn.ending:
            self.interrupt()
        else:
            self._arm()

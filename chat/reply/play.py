"""Plays one turn: opens the stream, feeds it to the turn, keeps the clocks, closes the stream on every way out."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from chat.reply.waiting import Alarm, TurnTime, Wait
from chat.server.endpoint import stream
from chat.server.errors import unexpected
from chat.server.faults import Fault
from chat.server.request import Request
from chat.server.transport.fairness import Fairness
from termination import Delta, Event, Turn

Ask = Callable[[], Awaitable[Request]]
Show = Callable[[Event], None]


class Play:
    """One turn that is being played, and can be told to end its thought.

    `ask` makes the request; the first-token clock runs meanwhile.
    """

    def __init__(self, ask: Ask, turn: Turn, show: Show) -> None:
        self._ask, self._turn, self._show = ask, turn, show
        self._time, self._alarm = TurnTime(turn), Alarm()
        self._wait: Wait | None = None

    async def run(self) -> Fault | None:
        """Run until the turn has an ending, and return the fault if the server, or an error in the app, caused it.

        `CancelledError` is the Stop button: the turn ends as `stopped`, then the error goes on.
        """
        try:
            if self._turn.ending is None:
                await self._read()
        except Fault as error:
            return self._failed(error)
        except asyncio.CancelledError:
            self._tell(self._turn.stop(self._time.now()))
            raise
        except Exception as error:
            if self._turn.ending is None:
                return self._failed(unexpected(error))
            if not isinstance(error, TimeoutError):  # that is an ending which has interrupted a wait
                raise
        finally:
            self._alarm.end()
        return None

    def _failed(self, fault: Fault) -> Fault:
        """End the turn with that fault."""
        evidence = fault.facts.get("message", fault.kind)
        self._tell(self._turn.fail(fault.code, fault.source, evidence, self._time.now()))
        return fault

    def end_thought(self) -> None:
        """The person wants the answer now: a turn in its thought ends at once, any other goes on."""
        self._tell(self._turn.end_thought(self._time.now()))
        if self._turn.ending and self._wait:
            self._wait.interrupt()

    async def _read(self) -> None:
        """A timeout stands around each wait for the server and around nothing else."""
        fairness = Fairness()
        async with AsyncExitStack() as opened:
            async with self._watched():
                deltas = await opened.enter_async_context(stream(await self._ask()))
            while self._turn.ending is None:
                async with self._watched():
                    delta = await anext(deltas, None)
                if delta is None:
                    raise Fault("disconnected", "network", "disconnected")
                self._feed(delta)
                if fairness.is_due:
                    await asyncio.sleep(0)

    def _feed(self, delta: Delta) -> None:
        """Feed what has come, then look at the clocks: a wait that is over at once lets no bell ring."""
        now = self._time.now()
        self._tell(self._turn.feed(delta, now))
        if self._time.is_over(now):
            self._tell(self._turn.tick(now))

    def _watched(self) -> Wait:
        self._wait = Wait(self._turn, self._time, self._alarm, self._tell)
        return self._wait

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            self._show(event)

"""One turn, played: opens the stream, feeds the turn, watches its timeouts, closes the stream on every way out."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from chat.reply.first_token import FirstToken
from chat.reply.notice import Waiting
from chat.reply.waiting import Alarm, TurnTime, Wait
from chat.server.deltas import Deltas
from chat.server.endpoint import open_stream
from chat.server.errors import unexpected_fault
from chat.server.faults import Fault, make_fault
from chat.server.request import Request
from chat.server.server import server_of
from chat.server.transport.fairness import Fairness
from termination import Delta, Event, Turn

Show = Callable[[Event], None]


class Play:
    """One turn at a server. Its thought can be ended while it is played.

    `show_waiting` is called before the first token, if the server says what it does. `request_ids` has the id of the
    request, and the one of the server if it has another.
    """

    def __init__(self, turn: Turn, show: Show, show_waiting: Callable[[Waiting], None] = lambda _: None) -> None:
        self._turn, self._show = turn, show
        self._time, self._alarm = TurnTime(turn), Alarm()
        self._first_token = FirstToken(turn, self._time, show_waiting)
        self._wait: Wait | None = None
        self.request_ids: tuple[str, ...] = ()

    @property
    def server_state(self) -> str | None:
        """Return what the server last did before the first token; None if it did not say."""
        return self._first_token.state

    async def run(self, request: Awaitable[Request]) -> Fault | None:
        """Run until the turn has an ending, and return the fault if the server, or an error in the app, caused it.

        The first-token timeout includes the wait for `request`. `CancelledError` is the Stop button: the turn ends as
        `stopped`, then the error is raised again.
        """
        try:
            await self._read(request)
        except Fault as error:
            return self._failed(error)
        except asyncio.CancelledError:
            self._pass_on(self._turn.stop(self._time.now()))
            raise
        except Exception as error:
            if self._turn.ending is None:
                return self._failed(unexpected_fault(error))
            if not isinstance(error, TimeoutError):  # that is an ending which has interrupted a wait
                raise
        finally:
            self._alarm.end()
        return None

    def _failed(self, fault: Fault) -> Fault:
        """End the turn with that fault, and return it."""
        self._note_id(fault.request_id)
        evidence = fault.facts.get("message", fault.kind)
        self._pass_on(self._turn.fail(fault.code, fault.source, evidence, self._time.now()))
        return fault

    def end_thought(self) -> None:
        """End the turn if it is in its thought, for the person wants the answer now."""
        self._pass_on(self._turn.end_thought(self._time.now()))
        if self._turn.ending and self._wait:
            self._wait.interrupt()

    async def _read(self, request: Awaitable[Request]) -> None:
        """Feed the stream to the turn. A timeout surrounds each wait for the server, and nothing else."""
        fairness = Fairness()
        async with AsyncExitStack() as opened:
            async with self._watched():
                prepared = await request
                self._note_id(prepared.id)
                await opened.enter_async_context(self._first_token.watch(server_of(prepared)))
                deltas = await opened.enter_async_context(open_stream(prepared))
                self._note_id(deltas.request_id)
            while self._turn.ending is None:
                self._feed(deltas.next_ready() or await self._next(deltas))
                if fairness.is_due:
                    await asyncio.sleep(0)

    async def _next(self, deltas: Deltas) -> Delta:
        """Return the next delta, as soon as it comes.

        Raises:
            Fault: if there is none.
        """
        async with self._watched():
            delta = await anext(deltas, None)
        if delta is None:
            raise make_fault("disconnected", "network", "disconnected")
        return delta

    def _note_id(self, request_id: str) -> None:
        if request_id and request_id not in self.request_ids:
            self.request_ids = (*self.request_ids, request_id)

    def _feed(self, delta: Delta) -> None:
        """Feed one chunk, then check the timeouts: no timer fires between chunks that come without a pause."""
        now = self._time.now()
        self._pass_on(self._turn.feed(delta, now))
        if self._time.is_over(now):
            self._pass_on(self._turn.tick(now))

    def _watched(self) -> Wait:
        self._wait = Wait(self._turn, self._time, self._alarm, self._pass_on)
        return self._wait

    def _pass_on(self, events: list[Event]) -> None:
        for event in events:
            self._show(event)

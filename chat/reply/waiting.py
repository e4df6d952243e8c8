"""One wait for the server, which a timeout of the turn may end, and the time by which timeouts are measured."""

import asyncio
from collections.abc import Callable
from functools import partial
from types import TracebackType

from termination import Event, Turn

LATE_SECONDS = 0.5
_LOOP_TURNS = 5  # what waits in a socket passes the transport and the decoder within fewer


class TurnTime:
    """The time of one turn, without the time in which this process did not run.

    A process that was stopped, or whose machine slept, finds a deadline long past though the server has continued.
    """

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._loop = asyncio.get_running_loop()
        self._lost, self._last = 0.0, self._loop.time()

    def now(self) -> float:
        """Return the time for the turn: after a stop in which a deadline passed, a moment before that deadline."""
        now, deadline = self._loop.time() - self._lost, self._turn.deadline
        if deadline is not None and now - LATE_SECONDS > max(deadline, self._last):
            before = max(self._last, deadline - LATE_SECONDS)
            self._lost += now - before
            now = before
        self._last = now
        return now

    def is_over(self, now: float) -> bool:
        """True if a deadline has passed, and what came before it has had time to be read."""
        deadline = self._turn.deadline
        return deadline is not None and now >= deadline + LATE_SECONDS

    def real(self, moment: float) -> float:
        """Return a moment of the turn as the time of the event loop."""
        return moment + self._lost


class Alarm:
    """The one timer of a turn. A later moment sets no new timer: one that fires early is set again.

    The event loop under `chainlit run` keeps each cancelled timer until its time has come. A timer for each chunk would
    fill the memory, and each run of the garbage collector would visit all of them.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._ring: Callable[[], None] | None = None

    def set(self, moment: float, ring: Callable[[], None]) -> None:
        """Call `ring` at that time of the loop, or before."""
        self._ring = ring
        if self._timer is None or self._timer.when() > moment:
            self._cancel()
            self._timer = self._loop.call_at(moment, self._rang)

    def clear(self) -> None:
        """Call nothing, until the alarm is set again."""
        self._ring = None

    def end(self) -> None:
        """Drop the timer at the end of the turn."""
        self._ring = None
        self._cancel()

    def _cancel(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _rang(self) -> None:
        self._timer = None
        if self._ring:
            self._ring()


class Wait:
    """One wait. The turn checks its timeouts at each deadline; if that ends it, the wait ends with TimeoutError."""

    def __init__(self, turn: Turn, time: TurnTime, alarm: Alarm, show: Callable[[list[Event]], None]) -> None:
        self._turn, self._time, self._alarm, self._show = turn, time, alarm, show
        self._loop = asyncio.get_running_loop()
        self._wait = asyncio.timeout(None)
        self._next_check: asyncio.Handle | None = None
        self._waiting = False

    async def __aenter__(self) -> None:
        await self._wait.__aenter__()
        self._waiting = True
        self._arm()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting = False
        self._alarm.clear()
        if self._next_check:
            self._next_check.cancel()
        await self._wait.__aexit__(kind, error, trace)

    def interrupt(self) -> None:
        """End the wait, if there is one."""
        if self._waiting and not self._wait.expired():
            self._wait.reschedule(self._loop.time())

    def _arm(self) -> None:
        deadline = self._turn.deadline
        self._next_check = None
        if deadline is not None:
            self._alarm.set(self._time.real(deadline), partial(self._ring, deadline, _LOOP_TURNS))

    def _ring(self, deadline: float, turns: int) -> None:
        """Check the timeouts, but first let the loop deliver what came before the deadline."""
        now = self._time.now()
        if now < deadline:  # the alarm was early, or it was late and the time of the turn leaves that out
            self._arm()
        elif turns:
            self._next_check = self._loop.call_soon(self._ring, deadline, turns - 1)
        else:
            self._look(now)

    def _look(self, now: float) -> None:
        self._show(self._turn.tick(now))
        if self._turn.ending:
            self.interrupt()
        else:
            self._arm()

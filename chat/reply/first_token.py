"""The wait for the first token: the server is asked what it does, so that its progress can keep the turn alive."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from chat.process.waits import read_waits
from chat.reply.notice import Waiting
from chat.reply.waiting import TurnTime
from chat.server.server import Server
from chat.server.status.activity import Activity, State
from termination import Turn

_LOOKS = 4  # the minimum until a timeout
_SHORTEST_SECONDS = 0.02
log = logging.getLogger("fullstop")


class FirstToken:
    """Watches a server until the first token of a turn. `state` is what the server last did, None if it is unknown."""

    def __init__(self, turn: Turn, time: TurnTime, show: Callable[[Waiting], None]) -> None:
        self._turn, self._time, self._show = turn, time, show
        self._began = time.now()
        self._last: Activity | None = None

    @property
    def state(self) -> State | None:
        """Return what the server did when it last said so; None if it never did."""
        return self._last.state if self._last else None

    @asynccontextmanager
    async def watch(self, server: Server) -> AsyncIterator[None]:
        """Watch the server within the block."""
        watching = asyncio.create_task(self._watch(server))
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait({watching})
            if not watching.cancelled() and (error := watching.exception()):
                log.error("watching the server failed: %s: %s", type(error).__name__, error)

    async def _watch(self, server: Server) -> None:
        """Look at the server until the first token. A look that fails says nothing: the timeout runs on."""
        pause = self._pause()
        while self._turn.is_waiting:
            await asyncio.sleep(pause)
            if self._turn.is_waiting and (activity := await server.read_activity()):
                self._note(activity)

    def _pause(self) -> float:
        """Return the seconds between two looks."""
        longest, deadline = read_waits().activity_seconds, self._turn.deadline
        if deadline is None:
            return longest
        return max(_SHORTEST_SECONDS, min(longest, (deadline - self._time.now()) / _LOOKS))

    def _note(self, activity: Activity) -> None:
        if not self._turn.is_waiting:
            return
        now = self._time.now()
        if activity.progressed(self._last):
            self._turn.note_progress(now)
        self._last = activity
        if activity.state != "idle":
            self._show(Waiting(activity.state, int(now - self._began)))

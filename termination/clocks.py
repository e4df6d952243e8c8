"""The three clocks of a turn: until the first token, between tokens, and in all."""

from dataclasses import dataclass
from typing import Literal

from termination.ending import EndingCode

Clock = Literal["first_token", "idle", "total"]
TIMEOUTS: dict[Clock, EndingCode] = {
    "first_token": "first_token_timeout",
    "idle": "idle_timeout",
    "total": "total_timeout",
}


@dataclass(frozen=True, slots=True)
class Clocks:
    """Limits in seconds; None lets that clock run for ever."""

    first_token: float | None = None
    idle: float | None = None
    total: float | None = None

    def limit(self, clock: Clock) -> float | None:
        """The limit of the clock with that name."""
        return {"first_token": self.first_token, "idle": self.idle, "total": self.total}[clock]


@dataclass(slots=True)
class RunningClocks:
    """The clocks of one turn. `now` is any monotonic time in seconds, the same one throughout."""

    limits: Clocks
    started: float
    last: float | None = None

    def alive(self, now: float) -> None:
        """Text or tokens came: the first-token clock is done, the idle clock starts afresh."""
        self.last = now

    @property
    def deadline(self) -> tuple[float, Clock] | None:
        """When the nearest clock runs out and which one it is; None when none is set."""
        waiting: Clock = "first_token" if self.last is None else "idle"
        since = self.started if self.last is None else self.last
        ends: list[tuple[float, Clock]] = []
        if (limit := self.limits.limit(waiting)) is not None:
            ends.append((since + limit, waiting))
        if self.limits.total is not None:
            ends.append((self.started + self.limits.total, "total"))
        return min(ends, default=None)

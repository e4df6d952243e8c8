"""Conditions on time: until the first token, between tokens, and for the whole turn."""

from typing import ClassVar

from termination.arguments import Duration, Time, duration
from termination.condition import AnyOf, Condition, Scope, Timed
from termination.ending import EndingCode
from termination.progress import Progress
from termination.watch import Seen, Watch


class FirstToken(Timed):
    """A timeout for the first sign of life after the request: `first_token(120s)`.

    `Turn.note_progress` restarts it: a server that reads a long prompt is alive.
    """

    __slots__ = ()

    name: ClassVar[str] = "first_token"
    code: ClassVar[EndingCode] = "first_token_timeout"
    scopes: ClassVar[tuple[Scope, ...]] = ("any",)

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _FirstToken(self.limit)


class Idle(Timed):
    """A timeout for silence after the first token: `idle(60s)`.

    Text, and tokens that the server counts, end the silence. The keep-alives of a server or a proxy do not.
    """

    __slots__ = ()

    name: ClassVar[str] = "idle"
    code: ClassVar[EndingCode] = "idle_timeout"

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Idle(self.limit)


class Total(Timed):
    """A timeout for the whole turn, counted from the request: `total(30m)`."""

    __slots__ = ()

    name: ClassVar[str] = "total"
    code: ClassVar[EndingCode] = "total_timeout"
    scopes: ClassVar[tuple[Scope, ...]] = ("any",)

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Total(self.limit)


def timeouts(first_token: Time | None = None, idle: Time | None = None, total: Time | None = None) -> Condition:
    """Return the three timeouts as one condition. Each is seconds or a timedelta, or None for no timeout.

    Raises:
        BadCondition: if a time is not above 0, or is not a time.

    >>> str(timeouts(idle=30, total=1800))
    'idle(30s) | total(1800s)'
    """
    kinds = ((FirstToken, first_token), (Idle, idle), (Total, total))
    return AnyOf(tuple(kind(duration(kind.name, limit)) for kind, limit in kinds if limit is not None))


class _Timeout(Watch):
    def __init__(self, limit: Duration) -> None:
        self._seconds = float(limit)  # adding a plain float is faster, for each token

    def look(self, progress: Progress) -> Seen | None:
        """Return that the time is over."""
        end = self.deadline(progress)
        if end is None or progress.now < end:
            return None
        return Seen(0, f"{self._seconds:g}", facts={"limit": f"{self._seconds:g}"})


class _FirstToken(_Timeout):
    lasting = False

    def deadline(self, progress: Progress) -> float | None:
        """Return the end of the wait, None once something has come."""
        if progress.alive is not None:
            return None
        since = progress.started if progress.worked is None else progress.worked
        return since + self._seconds


class _Idle(_Timeout):
    lasting = False

    def deadline(self, progress: Progress) -> float | None:
        """Return the end of the silence, None before the first token."""
        return None if progress.alive is None else progress.alive + self._seconds


class _Total(_Timeout):
    def feed(self, text: str, progress: Progress) -> Seen | None:
        """Return that the time is over."""
        if progress.now < progress.started + self._seconds:
            return None
        return self.look(progress)

    def deadline(self, progress: Progress) -> float | None:
        """Return the end of the turn's time."""
        return progress.started + self._seconds

"""Conditions on time: the clocks of a turn until the first token, between tokens, and in all."""

from typing import ClassVar

from termination.arguments import Duration
from termination.condition import AnyOf, Condition, Scope, Timed
from termination.ending import EndingCode
from termination.progress import Progress
from termination.watch import Seen, Watch


class FirstToken(Timed):
    """Holds when nothing has come so long after the request: `first_token(120s)`."""

    name: ClassVar[str] = "first_token"
    code: ClassVar[EndingCode] = "first_token_timeout"
    scopes: ClassVar[tuple[Scope, ...]] = ("any",)

    def start(self) -> Watch:
        return _FirstToken(self.limit)


class Idle(Timed):
    """Holds when nothing new has come for so long, after the first token: `idle(60s)`.

    Text and tokens that the server counts are something new; the keep-alives of a server or a proxy are not.
    """

    name: ClassVar[str] = "idle"
    code: ClassVar[EndingCode] = "idle_timeout"

    def start(self) -> Watch:
        return _Idle(self.limit)


class Total(Timed):
    """Holds when the turn has lasted so long since the request: `total(30m)`."""

    name: ClassVar[str] = "total"
    code: ClassVar[EndingCode] = "total_timeout"
    scopes: ClassVar[tuple[Scope, ...]] = ("any",)

    def start(self) -> Watch:
        return _Total(self.limit)


def timeouts(first_token: float | None = None, idle: float | None = None, total: float | None = None) -> Condition:
    """The three clocks in seconds; None leaves one out.

    >>> str(clocks(idle=30, total=1800))
    'idle(30s) | total(1800s)'
    """
    kinds = ((FirstToken, first_token), (Idle, idle), (Total, total))
    return AnyOf(tuple(kind(Duration(limit)) for kind, limit in kinds if limit is not None))


class _Clock(Watch):
    def __init__(self, limit: Duration) -> None:
        self._limit = limit

    def look(self, progress: Progress) -> Seen | None:
        end = self.deadline(progress)
        if end is None or progress.now < end:
            return None
        return Seen(0, f"{self._limit:g}", facts={"limit": f"{self._limit:g}"})


class _FirstToken(_Clock):
    lasting = False
    steady = True

    def deadline(self, progress: Progress) -> float | None:
        return progress.started + self._limit if progress.alive is None else None


class _Idle(_Clock):
    lasting = False

    def __init__(self, limit: Duration) -> None:
        super().__init__(limit)
        self.quiet = limit

    def deadline(self, progress: Progress) -> float | None:
        return None if progress.alive is None else progress.alive + self._limit


class _Total(_Clock):
    steady = True

    def feed(self, text: str, progress: Progress) -> Seen | None:
        return self.look(progress)

    def deadline(self, progress: Progress) -> float | None:
        return progress.started + self._limit

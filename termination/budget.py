"""Conditions on how much there is: a budget that lands, and plain counts of tokens and seconds."""

import re
from dataclasses import replace
from typing import ClassVar

from termination.arguments import BadCondition, Duration, amount
from termination.condition import Scope, Spec, Timed
from termination.ending import Action, EndingCode
from termination.landing import ENDED, MEMORY, lands
from termination.progress import Progress
from termination.watch import Seen, Watch

_LEEWAY = 1.1


class Budget(Spec):
    """Holds when so many tokens, or seconds, of its scope are spent and a sentence or a line ends.

    `budget(4096)`, `budget(90s)`. It runs on to that end for a tenth of the limit at most, then cuts where it stands;
    the ten per cent are those that NVIDIA NIM's thinking budget allows. It holds only where the text goes on: a phase
    that ends by itself at the limit is not cut.
    """

    name: ClassVar[str] = "budget"
    code: ClassVar[EndingCode] = "budget"
    action: ClassVar[Action] = "end_thought"
    scope: ClassVar[Scope] = "thought"
    __slots__ = __match_args__ = ("limit",)
    limit: int | Duration

    def __init__(self, limit: int | Duration) -> None:
        amount(self.name, limit)
        self._set(limit)

    def start(self) -> Watch:
        return _LandingInTime(self.limit) if isinstance(self.limit, Duration) else _LandingInTokens(self.limit)


class _Counted(Spec):
    """A condition whose one argument is a number of tokens above 0, and which holds from the last of them on."""

    __slots__ = __match_args__ = ("limit",)
    limit: int

    def __init__(self, limit: int) -> None:
        whole(self.name, limit)
        self._set(limit)

    def start(self) -> Watch:
        return _Count(self.limit)


class TokenLimit(_Counted):
    """Holds from the end of the n-th token of its scope on, where the text goes on: `tokens(500)`."""

    name: ClassVar[str] = "tokens"
    code: ClassVar[EndingCode] = "budget"


class MaxTokens(_Counted):
    """Holds from the end of the n-th token of the whole turn on, where the text goes on: `max_tokens(2048)`.

    The limit of the request, for servers that do not keep to it; the turn ends as `length`.
    """

    name: ClassVar[str] = "max_tokens"
    code: ClassVar[EndingCode] = "length"
    scopes: ClassVar[tuple[Scope, ...]] = ("any",)


class SecondLimit(Timed):
    """Holds when its scope has lasted so long, wherever the text is then: `seconds(30s)`."""

    name: ClassVar[str] = "seconds"
    code: ClassVar[EndingCode] = "budget"

    def start(self) -> Watch:
        return _Seconds(self.limit)


def whole(name: str, limit: object) -> None:
    """Raises BadCondition unless the limit is a whole number above 0."""
    if isinstance(limit, Duration):
        raise BadCondition("tokens", name=name, value=limit)
    amount(name, limit)


def spent(limit: int | Duration) -> Seen:
    """That the limit is reached, as it is told."""
    number, unit = (f"{limit:g}", "s") if isinstance(limit, Duration) else (str(limit), "tokens")
    return Seen(0, f"{number} {unit}", facts={"limit": number, "unit": unit})


class _Count(Watch):
    def __init__(self, limit: int) -> None:
        self._limit = self.far = limit

    def feed(self, text: str, progress: Progress) -> Seen | None:
        at = progress.reaches(self._limit, self.measured, text)
        return None if at is None or at == len(text) else replace(spent(self._limit), at=at, known=at + 1)


class _Seconds(Watch):
    steady = True

    def __init__(self, limit: Duration) -> None:
        self._limit = limit

    def feed(self, text: str, progress: Progress) -> Seen | None:
        return self.look(progress)

    def look(self, progress: Progress) -> Seen | None:
        return spent(self._limit) if progress.passed(self._limit, self.measured) else None

    def deadline(self, progress: Progress) -> float | None:
        return progress.when(self._limit, self.measured)


class _Landing(Watch):
    """Looks for the end of a sentence once the limit is reached, and cuts at the leeway's end."""

    def __init__(self, limit: int | Duration) -> None:
        self._spent = spent(limit)
        self._over = False

    def _land(self, text: str, start: int, last: int | None, before: str) -> Seen | None:
        """Where in `text`, from `start` on, a sentence or a line has ended; `last` if none has until then."""
        self._over = True
        for at in range(start, len(text) if last is None else min(last + 1, len(text))):
            if at == last or lands((before + text[:at])[-MEMORY:], text[at]):
                return replace(self._spent, at=at, known=at + 1)
        return None


class _LandingInTokens(_Landing):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._limit, self._last, self.far = limit, int(limit * _LEEWAY), limit

    def feed(self, text: str, progress: Progress) -> Seen | None:
        start = 0 if self._over else progress.reaches(self._limit, self.measured, text)
        if start is None:
            return None
        return self._land(text, start, progress.reaches(self._last, self.measured, text), progress.before)


class _LandingInTime(_Landing):
    def __init__(self, limit: Duration) -> None:
        super().__init__(limit)
        self._limit, self._last = limit, Duration(limit * _LEEWAY)

    def feed(self, text: str, progress: Progress) -> Seen | None:
        if not self._over and not progress.passed(self._limit, self.measured):
            return None
        return self._land(text, 0, 0 if progress.passed(self._last, self.measured) else None, progress.before)

    def look(self, progress: Progress) -> Seen | None:
        """In a pause an ended sentence is ended for good; what comes next does not matter."""
        if not progress.passed(self._limit, self.measured):
            return None
        self._over = True
        landed = re.search(ENDED, progress.before) or progress.passed(self._last, self.measured)
        return self._spent if landed else None

    def deadline(self, progress: Progress) -> float | None:
        return progress.when(self._last if self._over else self._limit, self.measured)

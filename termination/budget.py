"""Conditions on amounts: a budget that ends with a sentence, and plain limits of tokens and seconds."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from termination.arguments import Duration, amount, token_count
from termination.condition import Condition, Scope, Timed
from termination.ending import Action, EndingCode
from termination.landing import ENDED, MEMORY, lands
from termination.phrases import Phrase
from termination.progress import Progress
from termination.watch import Seen, Watch

_LEEWAY = 1.1


@dataclass(frozen=True, slots=True)
class Budget(Condition):
    """A limit of tokens or seconds that waits for the end of a sentence or a line: `budget(4096)`, `budget(90s)`.

    It waits for at most a tenth of the limit, then cuts at once. NVIDIA NIM's thinking budget allows the same ten
    per cent. It is true only if text follows: a phase that ends by itself at the limit is not cut.
    """

    name: ClassVar[str] = "budget"
    code: ClassVar[EndingCode] = "budget"
    action: ClassVar[Action] = "end_thought"
    scope: ClassVar[Scope] = "thought"
    limit: int | Duration

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", amount(self.name, self.limit))

    def start(self) -> Watch:
        """Return new state for one turn."""
        if isinstance(self.limit, Duration):
            return _LandingInTime(self.limit)
        return _LandingInTokens(self.limit)


@dataclass(frozen=True, slots=True)
class _Counted(Condition):
    """A condition whose one argument is a number of tokens above 0. It is true after the last of them."""

    limit: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", token_count(self.name, self.limit))

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Count(self.limit)


class TokenLimit(_Counted):
    """A limit of tokens in its scope: `tokens(500)`. It is true after the last of them, if text follows."""

    __slots__ = ()

    name: ClassVar[str] = "tokens"
    code: ClassVar[EndingCode] = "budget"


class MaxTokens(_Counted):
    """A limit of tokens in the whole turn: `max_tokens(2048)`. It is true after the last of them, if text follows.

    It is the request's limit, for servers that do not obey it. The turn ends as `length`.
    """

    __slots__ = ()

    name: ClassVar[str] = "max_tokens"
    code: ClassVar[EndingCode] = "length"
    scopes: ClassVar[tuple[Scope, ...]] = ("any",)


class SecondLimit(Timed):
    """A limit of seconds in its scope: `seconds(30s)`. It cuts at once, in the middle of a word if need be."""

    __slots__ = ()

    name: ClassVar[str] = "seconds"
    code: ClassVar[EndingCode] = "budget"

    def start(self) -> Watch:
        """Return new state for one turn."""
        return _Seconds(self.limit)


def spent(limit: int | Duration) -> Seen:
    """Return that the limit is reached, with its number and unit as facts."""
    if isinstance(limit, Duration):
        return Seen(0, f"{limit:g} s", facts={"limit": f"{limit:g}", "unit": "s"})
    return Seen(0, Phrase("tokens", number=limit), facts={"limit": str(limit), "unit": "tokens"})


class _Count(Watch):
    def __init__(self, limit: int) -> None:
        self._limit = limit

    def feed(self, text: str, progress: Progress) -> Seen | None:
        """Return the place after the last token, if text follows."""
        at = progress.reaches(self._limit, self.measured, text)
        if at is None or at == len(text):
            return None
        return replace(spent(self._limit), at=at, known=at + 1)


class _Seconds(Watch):
    def __init__(self, limit: Duration) -> None:
        self._limit = limit

    def feed(self, text: str, progress: Progress) -> Seen | None:
        """Return that the time is over."""
        return self.look(progress)

    def look(self, progress: Progress) -> Seen | None:
        """Return that the time is over."""
        if not progress.passed(self._limit, self.measured):
            return None
        return spent(self._limit)

    def deadline(self, progress: Progress) -> float | None:
        """Return the time at which the limit is reached."""
        return progress.when(self._limit, self.measured)


class _Landing(Watch):
    """A limit that, once it is reached, waits for the end of a sentence until its leeway is over too."""

    def __init__(self, limit: int | Duration) -> None:
        self._spent = spent(limit)
        self._over = False

    def _land(self, text: str, start: int, last: int | None, before: str) -> Seen | None:
        """Return the place in `text`, from `start`, at which a sentence or a line has ended; at most `last`."""
        self._over = True
        end = len(text)
        if last is not None:
            end = min(end, last + 1)
        for at in range(start, end):
            if at == last or lands((before + text[:at])[-MEMORY:], text[at]):
                return replace(self._spent, at=at, known=at + 1)
        return None


class _LandingInTokens(_Landing):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._limit, self._last = limit, int(limit * _LEEWAY)

    def feed(self, text: str, progress: Progress) -> Seen | None:
        """Return the place to cut at, once the tokens are spent."""
        start = 0 if self._over else progress.reaches(self._limit, self.measured, text)
        if start is None:
            return None
        return self._land(text, start, progress.reaches(self._last, self.measured, text), progress.before)


class _LandingInTime(_Landing):
    def __init__(self, limit: Duration) -> None:
        super().__init__(limit)
        self._limit, self._last = limit, Duration(limit * _LEEWAY)

    def feed(self, text: str, progress: Progress) -> Seen | None:
        """Return the place to cut at, once the time is over."""
        if not self._over and not progress.passed(self._limit, self.measured):
            return None
        last = 0 if progress.passed(self._last, self.measured) else None
        return self._land(text, 0, last, progress.before)

    def look(self, progress: Progress) -> Seen | None:
        """Return that the time is over and a sentence has ended: in a pause it does not matter what comes next."""
        if not progress.passed(self._limit, self.measured):
            return None
        self._over = True
        if re.search(ENDED, progress.before) or progress.passed(self._last, self.measured):
            return self._spent
        return None

    def deadline(self, progress: Progress) -> float | None:
        """Return the time at which the limit is reached, then the time at which the leeway is over."""
        return progress.when(self._last if self._over else self._limit, self.measured)

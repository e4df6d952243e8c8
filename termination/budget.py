"""Conditions on how much there is: a budget that lands, and plain counts of tokens and seconds."""

import re
from collections import deque
from dataclasses import dataclass, replace
from typing import ClassVar

from termination.condition import BadCondition, Condition, Duration, Scope, Seen, Watch, amount, period
from termination.ending import Action, EndingCode
from termination.progress import Progress

_LEEWAY = 1.1
_MEMORY = 16
_ENDED = re.compile(r"(?:\n|[.!?…][\"'”’)\]*_]*(?P<space>\s+)?|(?P<cjk>[。！？；][”’」』）】]*))\Z")
_CLOSES = "”’」』）】。！？；"
_ENDERS = frozenset(" \t\n.!?…\"'”’)]*_。！？；」』）】")


@dataclass(frozen=True, slots=True)
class Budget(Condition):
    """Holds when so many tokens, or seconds, of its scope are spent and a sentence or a line ends.

    `budget(4096)`, `budget(90s)`. It runs on to that end for a tenth of the limit at most, then cuts where it stands;
    the ten per cent are those that NVIDIA NIM's thinking budget allows. It holds only where the text goes on: a phase
    that ends by itself at the limit is not cut.
    """

    name: ClassVar[str] = "budget"
    code: ClassVar[EndingCode] = "budget"
    action: ClassVar[Action] = "end_thought"
    scope: ClassVar[Scope] = "thought"
    limit: int | Duration

    def __post_init__(self) -> None:
        amount(self.name, self.limit)

    def start(self) -> Watch:
        return _LandingInTime(self.limit) if isinstance(self.limit, Duration) else _LandingInTokens(self.limit)


@dataclass(frozen=True, slots=True)
class TokenCount(Condition):
    """Holds from the end of the n-th token of its scope on, where the text goes on: `tokens(500)`."""

    name: ClassVar[str] = "tokens"
    code: ClassVar[EndingCode] = "budget"
    limit: int

    def __post_init__(self) -> None:
        whole(self.name, self.limit)

    def start(self) -> Watch:
        return _Count(self.limit)


@dataclass(frozen=True, slots=True)
class MaxTokens(Condition):
    """Holds from the end of the n-th token of the whole turn on, where the text goes on: `max_tokens(2048)`.

    The limit of the request, for servers that do not keep to it; the turn ends as `length`.
    """

    name: ClassVar[str] = "max_tokens"
    code: ClassVar[EndingCode] = "length"
    scopes: ClassVar[tuple[Scope, ...]] = ("any",)
    limit: int

    def __post_init__(self) -> None:
        whole(self.name, self.limit)

    def start(self) -> Watch:
        return _Count(self.limit)


@dataclass(frozen=True, slots=True)
class SecondCount(Condition):
    """Holds when its scope has lasted so long, wherever the text is then: `seconds(30s)`."""

    name: ClassVar[str] = "seconds"
    code: ClassVar[EndingCode] = "budget"
    limit: Duration

    def __post_init__(self) -> None:
        period(self.name, self.limit)

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
        self._limit = limit

    def feed(self, text: str, progress: Progress) -> Seen | None:
        at = progress.reaches(self._limit, self.measured, text)
        return None if at is None or at == len(text) else replace(spent(self._limit), at=at)


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
        self._before = deque[str](maxlen=_MEMORY)

    def enter(self, progress: Progress) -> None:
        self._before.clear()

    def _land(self, text: str, start: int, last: int | None) -> Seen | None:
        """Where in `text`, from `start` on, a sentence or a line has ended; `last` if none has until then."""
        self._over = True
        before = "".join(self._before)
        self._before.append(text)
        for at in range(start, len(text) if last is None else min(last + 1, len(text))):
            if at == last or lands((before + text[:at])[-_MEMORY:], text[at]):
                return replace(self._spent, at=at)
        return None


class _LandingInTokens(_Landing):
    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._limit, self._last = limit, int(limit * _LEEWAY)

    def feed(self, text: str, progress: Progress) -> Seen | None:
        start = 0 if self._over else progress.reaches(self._limit, self.measured, text)
        if start is not None:
            return self._land(text, start, progress.reaches(self._last, self.measured, text))
        self._before.append(text)
        return None


class _LandingInTime(_Landing):
    def __init__(self, limit: Duration) -> None:
        super().__init__(limit)
        self._limit, self._last = limit, Duration(limit * _LEEWAY)

    def feed(self, text: str, progress: Progress) -> Seen | None:
        if self._over or progress.passed(self._limit, self.measured):
            return self._land(text, 0, 0 if progress.passed(self._last, self.measured) else None)
        self._before.append(text)
        return None

    def look(self, progress: Progress) -> Seen | None:
        """In a pause an ended sentence is ended for good; what comes next does not matter."""
        if not progress.passed(self._limit, self.measured):
            return None
        self._over = True
        landed = _ENDED.search("".join(self._before)[-_MEMORY:]) or progress.passed(self._last, self.measured)
        return self._spent if landed else None

    def deadline(self, progress: Progress) -> float | None:
        return progress.when(self._last if self._over else self._limit, self.measured)


def lands(before: str, following: str) -> bool:
    """Whether a sentence or a line has ended between the text and the character that follows.

    >>> lands("It is 3.", "1"), lands("Done.", " "), lands("好。", "那"), lands("\n", "a")
    (False, True, True, True)
    """
    if before[-1:] not in _ENDERS or not (ended := _ENDED.search(before)):
        return False
    if ended[0] == "\n" or ended["space"]:
        return True
    return following not in _CLOSES if ended["cjk"] else following.isspace()

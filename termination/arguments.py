"""The arguments of conditions: how they are checked, and how the notation writes them."""

from collections.abc import Iterable
from datetime import timedelta
from math import isfinite
from numbers import Real
from operator import index
from typing import TypeAlias

from termination.errors import BadArgument, BadCondition
from termination.phrases import Phrase

MOST_TOKENS = 10**300  # what a float can count, and the notation read
MICROSECOND = 1e-6
LONGEST_SHOWN = 80

Texts: TypeAlias = str | Iterable[str]


class Duration(float):
    """Seconds. The notation of conditions writes it as `1.5s`, and also reads `500ms`, `30m` and `1h`."""

    def __str__(self) -> str:
        """Return the seconds to the microsecond, such as `1.5s`."""
        return f"{f'{float(self):.6f}'.rstrip('0').rstrip('.')}s"


Time: TypeAlias = float | timedelta  # a number is seconds; Duration is a number
Amount: TypeAlias = int | Duration | timedelta  # a number is tokens


def written(value: object) -> str:
    """Return an argument as the notation of conditions writes it."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{escaped}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= MOST_TOKENS:
        return Phrase("long_number", bits=value.bit_length())  # Python refuses to print a very long one
    if isinstance(value, int | float):
        return str(value)
    return repr(value)[:LONGEST_SHOWN]


def duration(name: str, value: object) -> Duration:
    """Return a time above 0 as a Duration, in whole microseconds.

    Args:
        name: of the condition, for the error.
        value: seconds as any kind of number, or a timedelta.

    Raises:
        BadCondition: if it is something else, is not finite, or is not above 0.
    """
    seconds = _seconds(value)
    if seconds is None:
        raise BadCondition("period", name=name, value=written(value))
    if not 0 < seconds < float("inf"):
        shown = seconds if isfinite(seconds) else float(seconds)
        raise BadCondition("not_positive", name=name, value=shown, example="60")
    return seconds


def token_count(name: str, value: object) -> int:
    """Return a whole number of tokens above 0, from any kind of whole number.

    Raises:
        BadCondition: if it is something else, or is not above 0.
    """
    whole = _whole(value)
    if whole is None:
        raise BadCondition("tokens", name=name, value=written(value))
    return _count(name, whole)


def amount(name: str, value: object) -> int | Duration:
    """Return a whole number as tokens, and a Duration or a timedelta as a Duration.

    Raises:
        BadCondition: if it is something else, is not finite, or is not above 0.
    """
    if isinstance(value, Duration | timedelta):
        return duration(name, value)
    whole = _whole(value)
    if whole is None:
        raise BadCondition("amount", name=name, value=written(value))
    return _count(name, whole)


def token_id(value: object) -> int:
    """Return a token id, from any kind of whole number.

    Raises:
        BadCondition: if it is something else, or is below 0.
    """
    whole = _whole(value)
    if whole is None or not 0 <= whole < MOST_TOKENS:
        raise BadCondition("not_id", value=written(value))
    return whole


def texts(name: str, value: object) -> tuple[str, ...]:
    """Return one text or several as a tuple.

    Args:
        name: of the argument, for the error.
        value: a string, which counts as one text, or an iterable of strings.

    Raises:
        BadArgument: if it is something else, or if a text is empty.
    """
    items = (value,) if isinstance(value, str) else value
    if isinstance(items, bytes) or not isinstance(items, Iterable):
        raise BadArgument("not_texts", name=name, value=written(value))
    found: list[str] = []
    for item in items:
        if not isinstance(item, str):
            raise BadArgument("not_texts", name=name, value=written(item))
        if not item:
            raise BadArgument("empty_item", name=name)
        found.append(item)
    return tuple(found)


def check_now(now: object) -> None:
    """Check the time that a turn is given.

    Raises:
        BadArgument: if it is not a number.
    """
    if not isinstance(now, Real) or isinstance(now, bool):
        raise BadArgument("now", value=written(now))


def _seconds(value: object) -> Duration | None:
    """Return any number or timedelta as seconds, None for everything else. Text that looks like a number is text."""
    if isinstance(value, timedelta):
        return Duration(value.total_seconds())
    if isinstance(value, bool | str | bytes | bytearray):
        return None
    try:
        seconds = float(value)  # type: ignore[arg-type]  # which the next line is for
    except (TypeError, ValueError):
        return None
    except OverflowError:  # a whole number that no float can hold
        return Duration("inf")
    if 0 < seconds < MICROSECOND:
        return Duration(MICROSECOND)
    return Duration(round(seconds, 6))


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        return index(value)  # type: ignore[arg-type]  # which the next line is for
    except TypeError:
        return None


def _count(name: str, whole: int) -> int:
    if whole <= 0:
        raise BadCondition("not_positive", name=name, value=written(whole), example="4096")
    if whole >= MOST_TOKENS:
        raise BadCondition("too_much", name=name)
    return whole

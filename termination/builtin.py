"""The conditions of the library, by the names that the notation has for them."""

from collections.abc import Callable, Mapping

from termination.arguments import Amount, Time, amount, duration, token_count
from termination.budget import Budget, MaxTokens, SecondLimit, TokenLimit
from termination.condition import Condition
from termination.errors import unknown_condition
from termination.loops.conditions import Circles, Loop
from termination.stop import Matches, StopIds, StopText
from termination.timeouts import FirstToken, Idle, Total

Factory = Callable[..., Condition]


def stop(*texts: str) -> StopText:
    """Return a condition that cuts an answer before the first of these texts: `stop("END", "Question:")`.

    Args:
        texts: of 1 to 1,000 characters. The leftmost match counts, then the longest.

    Raises:
        BadCondition: if there is no text, or one is empty, too long, or not a string.
    """
    return StopText(texts)


def stop_ids(*ids: int) -> StopIds:
    """Return a condition that ends a turn after the first chunk with one of these token ids: `stop_ids(151645)`.

    Raises:
        BadCondition: if there is no id, or one is not a whole number from 0.
    """
    return StopIds(ids)


def pattern(source: str) -> Matches:
    """Return a condition that cuts after the first match of a regular expression: `pattern("^Q[0-9]+:")`.

    Args:
        source: at most 1,000 characters in Python's spelling, without look-around and back-references. `^` and `$`
            match at every line.

    Raises:
        BadCondition: if it cannot be used.
    """
    return Matches(source)


def budget(limit: Amount) -> Budget:
    """Return a condition that ends a thought at a limit, with the end of a sentence: `budget(4096)`.

    Args:
        limit: a whole number of tokens, or a timedelta or Duration. The sentence may take a tenth more.

    Raises:
        BadCondition: if the limit is not above 0, or is something else.
    """
    return Budget(amount("budget", limit))


def tokens(limit: int) -> TokenLimit:
    """Return a condition that cuts after that many tokens of its scope: `tokens(500)`.

    Raises:
        BadCondition: if the limit is not a whole number above 0.
    """
    return TokenLimit(token_count("tokens", limit))


def seconds(limit: Time) -> SecondLimit:
    """Return a condition that cuts after that many seconds of its scope: `seconds(30)`.

    `limit` is seconds above 0, or a timedelta; anything else raises BadCondition.
    """
    return SecondLimit(duration("seconds", limit))


def max_tokens(limit: int) -> MaxTokens:
    """Return a condition that cuts after that many tokens of the whole turn, as `length`: `max_tokens(2048)`.

    Raises:
        BadCondition: if the limit is not a whole number above 0.
    """
    return MaxTokens(token_count("max_tokens", limit))


def loop() -> Loop:
    """Return a condition that ends a turn whose text repeats itself word for word: `loop()`."""
    return Loop()


def circling() -> Circles:
    """Return a condition that reports, once a turn, that the text comes back to the same words: `circling()`."""
    return Circles()


def first_token(limit: Time) -> FirstToken:
    """Return a condition that ends a turn if nothing comes for that long after the request: `first_token(120)`.

    `limit` is seconds above 0, or a timedelta; anything else raises BadCondition.
    """
    return FirstToken(duration("first_token", limit))


def idle(limit: Time) -> Idle:
    """Return a condition that ends a turn if nothing new comes for that long: `idle(60)`.

    `limit` is seconds above 0, or a timedelta, since the last sign of life; anything else raises BadCondition.
    """
    return Idle(duration("idle", limit))


def total(limit: Time) -> Total:
    """Return a condition that ends a turn that long after the request: `total(1800)`.

    `limit` is seconds above 0, or a timedelta; anything else raises BadCondition.
    """
    return Total(duration("total", limit))


BUILT_IN: Mapping[str, Factory] = {
    "stop": stop,
    "stop_ids": stop_ids,
    "pattern": pattern,
    "budget": budget,
    "tokens": tokens,
    "seconds": seconds,
    "max_tokens": max_tokens,
    "loop": loop,
    "circling": circling,
    "first_token": first_token,
    "idle": idle,
    "total": total,
}


def built_in(name: str) -> Factory:
    """Return the function that makes the built-in condition of that name.

    Raises:
        BadCondition: if there is none. It names the closest one.
    """
    if name not in BUILT_IN:
        raise unknown_condition(name, BUILT_IN)
    return BUILT_IN[name]

"""The conditions that come with the library, by the names that profiles call them."""

from collections.abc import Callable, Mapping

from termination.budget import Budget, MaxTokens, SecondLimit, TokenLimit
from termination.clocks import FirstToken, Idle, Total
from termination.condition import Condition
from termination.loops.conditions import Circles, Loop
from termination.stop import Matches, StopIds, StopText

Factory = Callable[..., Condition]


def stop(*texts: str) -> StopText:
    """Ends at the first of these texts. See `StopText`."""
    return StopText(texts)


def stop_ids(*ids: int) -> StopIds:
    """Ends at the first of these token ids. See `StopIds`."""
    return StopIds(ids)


budget, tokens, seconds, max_tokens = Budget, TokenLimit, SecondLimit, MaxTokens
loop, circling, pattern = Loop, Circles, Matches
first_token, idle, total = FirstToken, Idle, Total

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

"""The oldest turns of a chat are left out before the server would refuse a prompt that is too long."""

import math
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chat.profiles.profile import Profile
from chat.server.request import ChatMessage
from chat.server.window import AROUND, count_prompt_tokens, count_tokens, read_window

LEAST = 256  # tokens for the reply
_BYTES = 3  # of UTF-8 a token, where nobody counts: more than there are in most languages' tokens
_GUESSES = 3  # counts after which the rest is halved


@dataclass(frozen=True, slots=True)
class Fitted:
    """The messages that fit, without the `folded` oldest turns.

    `prompt` are their tokens with those of the reply that is begun, where they were counted, and `about` in any case.
    """

    messages: list[ChatMessage]
    folded: int = 0
    prompt: int | None = None
    window: int | None = None
    about: int = 0

    @property
    def room(self) -> int | None:
        """What the window leaves for more of the reply, as far as that is known."""
        return None if self.window is None else max(0, self.window - self.about)


async def fitted(
    profile: Profile,
    make: Callable[[int], list[ChatMessage]],
    most: int,
    extra: Mapping[str, Any],
    limit: int | None,
    last: int = 0,
    begun: str = "",
) -> Fitted:
    """The messages with as many of the past turns as the window has room for beside the reply. Never raises.

    `make(n)` gives them without the n oldest of the `most` past turns, `limit` is the request's `max_tokens`, `last`
    the number that was left out last time, `begun` what there is of the reply. Nothing is asked of the server while the
    text is short enough for any tokenizer and has a limit. A question that is too long by itself stays: the server says
    so.
    """
    whole, span = make(0), await read_window(profile)
    if span is None:
        return Fitted(whole)
    reply, bytes_ = reserve(limit, span), size(whole) + len(begun.encode())
    if limit is not None and bytes_ + max(reply, limit) <= span:
        return Fitted(whole, window=span, about=math.ceil(bytes_ / _BYTES))
    stands = await count_tokens(profile, begun) if begun else 0
    ahead = math.ceil(len(begun.encode()) / _BYTES) if stands is None else stands
    sizes, counts = _sizes(make, most), stands is not None

    async def count(folded: int) -> int:
        nonlocal counts
        tokens = await count_prompt_tokens(profile, make(folded), extra) if counts else None
        counts = tokens is not None
        return math.ceil(sizes[folded] / _BYTES) if tokens is None else tokens

    folded, prompt = 0, None
    if most and bytes_ + reply > span:
        folded, prompt = await fold(sizes, max(1, span - reply - ahead), last, count)
    about = (await count(folded) if prompt is None else prompt) + ahead
    return Fitted(make(folded), folded, about if counts else None, span, about)


def reserve(limit: int | None, window: int) -> int:
    """The tokens that are kept for the reply: what it may have, but a quarter of the window at most."""
    quarter = window // 4
    return min(max(LEAST, min(limit or quarter, quarter)), window // 2)


def size(messages: Sequence[ChatMessage]) -> int:
    """More tokens than any tokenizer that knows all bytes makes of them: their bytes, and some for the template."""
    return sum(len(message["content"].encode()) + AROUND for message in messages)


def _sizes(make: Callable[[int], list[ChatMessage]], most: int) -> list[int]:
    """The size without the oldest turn, the two oldest and so on; each text is measured once."""
    known: dict[str, int] = {}

    def measured(text: str) -> int:
        if text not in known:
            known[text] = len(text.encode())
        return known[text]

    return [sum(measured(each["content"]) + AROUND for each in make(folded)) for folded in range(most + 1)]


def points(sizes: Sequence[int], lot: int) -> list[int]:
    """The numbers of turns that may be left out: none, one more lot of bytes each, and all.

    They stay where they are while the chat grows, so that what is sent begins as it did the turn before: the server
    has that in its cache.
    """
    gone = [(sizes[0] - size) // lot for size in sizes]
    found = [0, *(folded for folded in range(1, len(sizes)) if gone[folded] > gone[folded - 1])]
    return found if found[-1] == len(sizes) - 1 else [*found, len(sizes) - 1]


async def fold(
    sizes: Sequence[int], room: int, last: int, count: Callable[[int], Awaitable[int]]
) -> tuple[int, int | None]:
    """How many of the oldest turns to leave out for at most `room` tokens, and the tokens that then are counted.

    A lot is `room` bytes, about a quarter of the room. The search begins where it ended `last` time, and goes by what
    the counts say of the bytes of a token: one or two counts as a rule.
    """
    places = points(sizes, room)
    low, high = 0, len(places) - 1
    at, tries, found = bisect_right(places, last) - 1, 0, None
    while low < high:
        tokens, tries = await count(places[at]), tries + 1
        if tokens <= room:
            high, found = at, tokens
        else:
            low = at + 1
        likely = (here for here in range(low, high) if sizes[places[here]] * tokens <= room * sizes[places[at]])
        at = next(likely, high)
        if at == high and found is not None:
            break
        if tries >= _GUESSES:
            at = (low + high) // 2
    return places[high], found

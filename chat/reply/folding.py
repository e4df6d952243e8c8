"""A prompt that fits the model's window: its oldest turns are dropped before the server would reject it."""

import math
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from chat.reply.history import Prompt
from chat.server.request import ChatMessage, texts_of
from chat.server.window import AROUND, count_prompt_tokens, count_tokens, read_window

LEAST = 256  # tokens for the reply
_BYTES = 3  # of UTF-8 per token, if no tokenizer is known: more than there are in most languages' tokens
_GUESSES = 3  # counts after which the rest is halved


@dataclass(frozen=True, slots=True)
class Fitted:
    """The messages that fit, without the `dropped` oldest turns.

    `prompt` counts their tokens with those of the partial reply; None if nothing can count them. `about` is that number
    or an estimate.
    """

    messages: list[ChatMessage]
    dropped: int = 0
    prompt: int | None = None
    window: int | None = None
    about: int = 0

    @property
    def room(self) -> int | None:
        """Return what the window leaves for more of the reply; None if the window is unknown."""
        if self.window is None:
            return None
        return max(0, self.window - self.about)


async def fit_prompt(
    prompt: Prompt, extra: Mapping[str, Any], limit: int | None, partial: str = "", last: int = 0
) -> Fitted:
    """Return the messages with as many past turns as the window has room for beside the reply. Never raises.

    `limit` is the request's `max_tokens`, `partial` the reply so far, `last` the number of turns that was dropped last
    time. The server counts nothing while the text is short enough for any tokenizer and has a limit. A question that is
    too long by itself stays: the server will say so.
    """
    messages, span = prompt.messages(), await read_window(prompt.profile)
    if span is None:
        return Fitted(messages)
    reserved, bytes_ = reserve(limit, span), size(messages) + len(partial.encode())
    if limit is not None and bytes_ + max(reserved, limit) <= span:
        return Fitted(messages, window=span, about=_estimate(bytes_))
    counter = _Counter(prompt, extra)
    written = await counter.count_text(partial)
    dropped, tokens = 0, None
    if prompt.past and bytes_ + reserved > span:
        room = max(1, span - reserved - written)
        dropped, tokens = await find_dropped(counter.sizes, room, last, counter.count_prompt)
    if tokens is None:
        tokens = await counter.count_prompt(dropped)
    about = tokens + written
    return Fitted(prompt.messages(dropped), dropped, about if counter.is_exact else None, span, about)


class _Counter:
    """Counts tokens by the server as long as it can say, then by the bytes of the text."""

    def __init__(self, prompt: Prompt, extra: Mapping[str, Any]) -> None:
        self._prompt, self._extra = prompt, extra
        self.sizes = _sizes(prompt)
        self.is_exact = True

    async def count_text(self, text: str) -> int:
        """Return the tokens of a text."""
        if not text:
            return 0
        return self._or_estimate(await count_tokens(self._prompt.profile, text), len(text.encode()))

    async def count_prompt(self, dropped: int) -> int:
        """Return the tokens of the prompt without the oldest `dropped` turns."""
        tokens = None
        if self.is_exact:
            tokens = await count_prompt_tokens(self._prompt.profile, self._prompt.messages(dropped), self._extra)
        return self._or_estimate(tokens, self.sizes[dropped])

    def _or_estimate(self, tokens: int | None, bytes_: int) -> int:
        self.is_exact = tokens is not None
        if tokens is None:
            return _estimate(bytes_)
        return tokens


def reserve(limit: int | None, window: int) -> int:
    """Return the tokens that are kept for the reply: its limit, but at most a quarter of the window."""
    quarter = window // 4
    return min(max(LEAST, min(limit or quarter, quarter)), window // 2)


def size(messages: Sequence[ChatMessage]) -> int:
    """Return an upper bound of the tokens, for any tokenizer that has all bytes: bytes, and some for the template."""
    return sum(sum(map(_length, texts_of(message))) + AROUND for message in messages)


def _sizes(prompt: Prompt) -> list[int]:
    """Return the size of the prompt without the oldest turn, the two oldest and so on. Each text is measured once."""
    length = cache(_length)
    return [
        sum(sum(map(length, texts_of(message))) + AROUND for message in prompt.messages(dropped))
        for dropped in range(len(prompt.past) + 1)
    ]


def _length(text: str) -> int:
    return len(text.encode())


def _estimate(bytes_: int) -> int:
    return math.ceil(bytes_ / _BYTES)


def drop_points(sizes: Sequence[int], lot: int) -> list[int]:
    """Return the numbers of turns that may be dropped: none, one more `lot` of bytes each, and all.

    They stay the same while the chat grows. So the next prompt begins as this one does, and the server has that
    beginning in its cache.
    """
    lots = [(sizes[0] - size) // lot for size in sizes]
    points = [0, *(dropped for dropped in range(1, len(sizes)) if lots[dropped] > lots[dropped - 1])]
    if points[-1] != len(sizes) - 1:
        points.append(len(sizes) - 1)
    return points


async def find_dropped(
    sizes: Sequence[int], room: int, last: int, count: Callable[[int], Awaitable[int]]
) -> tuple[int, int | None]:
    """Return how many of the oldest turns to drop for at most `room` tokens, and the tokens that are then counted.

    A lot is `room` bytes, about a quarter of the room. The search begins at the `last` number, and uses the counts to
    guess the bytes of a token: it mostly takes one or two counts.
    """
    points = drop_points(sizes, room)
    low, high = 0, len(points) - 1
    at, tries, found = bisect_right(points, last) - 1, 0, None
    while low < high:
        tokens, tries = await count(points[at]), tries + 1
        if tokens <= room:
            high, found = at, tokens
        else:
            low = at + 1
        likely = (here for here in range(low, high) if sizes[points[here]] * tokens <= room * sizes[points[at]])
        at = next(likely, high)
        if at == high and found is not None:
            break
        if tries >= _GUESSES:
            at = (low + high) // 2
    return points[high], found

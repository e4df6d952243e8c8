"""A search for text that comes back to the same words, if not word for word."""

from typing import NamedTuple

from termination.loops.checkpoints import STEP, Checkpoints

REACH = 8_000


class Refrain(NamedTuple):
    """Words before `at` that came that many `times` in the last few thousand characters."""

    at: int
    times: int


class CirclingSearch(Checkpoints[Refrain]):
    """Text in, hints out that it may go in circles; too uncertain to cut anything.

    Words that come for the third time may be a manner of speaking. Twice within a few lines they are a hint.
    """

    def __init__(self) -> None:
        super().__init__(kept=REACH)
        self._last = -512

    def _look(self) -> Refrain | None:
        before = self._at - self._last
        if before > 512 and self._at % (2 * STEP):
            return None  # a single refrain is rare, so that half of the looks are enough
        words = last_words(self._tail)
        times = self._tail.count(words, -REACH)
        if times < 3 or len(set(filter(str.isalpha, words))) < 10:
            return None
        self._last = self._at
        return Refrain(self._at, times) if before <= 512 else None


def last_words(text: str) -> str:
    """Return the last eight words or so, which are fewer characters in Chinese, Japanese and Korean."""
    end = text[-20:]
    if end.isascii() or sum(letter > "\u2e7f" for letter in end) <= 10:
        return text[-48:]
    return end

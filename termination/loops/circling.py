"""Tells when a text goes round in circles: in the same words, if not word for word."""

from typing import NamedTuple

from termination.loops.checkpoints import STEP, Checkpoints

REACH = 8_000


class Refrain(NamedTuple):
    """The words before `at` were said that many `times` in the last few thousand characters."""

    at: int
    times: int


class Circling(Checkpoints[Refrain]):
    """Text in, hints out that it may go round in circles; too soft to cut anything.

    Words said for the third time may be a manner of speaking. Twice within a few lines they are a hint.
    """

    def __init__(self) -> None:
        super().__init__(kept=REACH)
        self._last = -512

    def _look(self) -> Refrain | None:
        before = self._at - self._last
        if before > 512 and self._at % (2 * STEP):
            return None  # once is seldom, so that half of the looks will do
        words = last_words(self._tail)
        times = self._tail.count(words, -REACH)
        if times < 3 or len(set(filter(str.isalpha, words))) < 10:
            return None
        self._last = self._at
        return Refrain(self._at, times) if before <= 512 else None


def last_words(text: str) -> str:
    """The last eight or so, which are fewer characters in Chinese, Japanese and Korean."""
    end = text[-20:]
    return text[-48:] if end.isascii() or sum(letter > "\u2e7f" for letter in end) <= 10 else end

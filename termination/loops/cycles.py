"""A search for text that repeats itself word for word."""

from bisect import bisect_left
from typing import NamedTuple

from termination.loops.checkpoints import STEP, Checkpoints

LONGEST = 8_000  # a quarter of the cycles of thinking models are longer than 3,000, few longer than this
CLOSE = 2_000
FAR = 4 * STEP


class Band(NamedTuple):
    """The copies, and the characters, that make a loop of a cycle of up to `longest` characters."""

    longest: int
    copies: float
    least: int


class Tier(NamedTuple):
    """The rules by which exact copies are a loop: the first band that the cycle fits in applies."""

    bands: tuple[Band, ...]

    def loops(self, cycle: str, run: int) -> bool:
        """True if `run` characters of copies of `cycle` are a loop. The last copy may be incomplete."""
        band = next(band for band in self.bands if len(cycle) <= band.longest)
        if run < max(band.least, band.copies * len(cycle)):
            return False
        # Without a letter it is a ruler, blanks or a table of zeros: it repeats on purpose.
        return run >= 3 * band.least or any(map(str.isalpha, cycle))


# A thought may repeat a passage once, word for word, and continue well after that: two copies alone are no loop.
# When a third begins, the model has made the same choice twice. A short cycle needs three: it may be a list.
THOUGHT = Tier((Band(450, 3, 600), Band(LONGEST, 2.1, 1_500)))

# The person may have asked for the repetition, and to cut an answer is worse than to let it run.
ANSWER = Tier((Band(LONGEST, 4, 3_000),))


class Cycle(NamedTuple):
    """The last `run` characters before `at`, which are the same every `period` characters."""

    at: int
    period: int
    run: int

    @property
    def onset(self) -> int:
        """Return the place where the first copy begins."""
        return self.at - self.run


class CycleSearch(Checkpoints[Cycle]):
    """Text in, exact loops out."""

    def __init__(self, tier: Tier) -> None:
        super().__init__(kept=2 * LONGEST + FAR)
        self._tier = tier
        self._period = self._run = 0

    def _look(self) -> Cycle | None:
        if self._period and same(self._tail, self._period, STEP):
            self._run += STEP  # counted as it comes, since it may outgrow the tail
        else:
            # Two copies of a long cycle leave time to look for it. The end of a run is the place to see a longer one.
            far = self._period > 0 or self._at % FAR == 0
            self._run, self._period = longest_run(self._tail, LONGEST if far else CLOSE)
        if self._period and self._tier.loops(self._tail[-self._period :], self._run):
            return Cycle(self._at, self._period, self._run)
        return None


def longest_run(text: str, reach: int) -> tuple[int, int]:
    """Return the length of the text's end that repeats, and its period; (0, 0) if there are not two whole copies.

    The place where the end was written before gives the period. If the end is a refrain in the cycle, a longer end
    reaches past it.
    """
    near = earlier(text, 32, reach, tries=8)
    if not near:
        return 0, 0
    twice = [period for period in near + earlier(text, 256, reach, tries=1) if same(text, period, period)]
    return max(((run(text, period), period) for period in twice), key=lambda found: found[0], default=(0, 0))


def earlier(text: str, length: int, reach: int, tries: int) -> list[int]:
    """Return how far back the last `length` characters were written before, the nearest places first."""
    end, last = text[-length:], len(text) - length
    found: list[int] = []
    place = text.rfind(end, -length - reach, -1)
    while place >= 0 and len(found) < tries:
        found.append(last - place)
        place = text.rfind(end, -length - reach, place + length - 1)
    return found


def same(text: str, period: int, length: int) -> bool:
    """True if the last `length` characters are those one period before."""
    return period + length <= len(text) and text.endswith(text[-period - length : -period])


def run(text: str, period: int) -> int:
    """Return the length of the text's end that is the same every `period` characters; two copies are known to be."""
    sizes = range(period + 1, len(text) - period + 1)
    return 2 * period + bisect_left(sizes, True, key=lambda size: not same(text, period, size))

"""That a rule holds, where it asks for the cut, and who goes first."""

from collections.abc import Mapping
from typing import NamedTuple

from termination.ending import EndingCode, RunnerUp
from termination.rules import Rule

AT_THE_END = 1 << 62  # a cut at the end of the text, wherever that will be
_CLOCKS: frozenset[EndingCode] = frozenset(("first_token_timeout", "idle_timeout", "total_timeout"))
YIELDING: frozenset[EndingCode] = _CLOCKS | {"budget", "length"}  # to a natural finish in the same chunk


def rank(code: EndingCode) -> int:
    """Who goes first at the same place: content, then budgets, then loops, then clocks."""
    return {"budget": 1, "length": 1, "loop": 2}.get(code, 3 if code in _CLOCKS else 0)


class Verdict(NamedTuple):
    """A rule holds from `at` on and asks for a cut at `cut`, in characters of the whole turn.

    `back` is how much of the phase's text would be enough, where an answer is to be shortened.
    """

    rule: Rule
    at: int
    cut: int
    evidence: str
    facts: Mapping[str, str]
    as_runner_up: RunnerUp
    back: int | None = None

    @property
    def key(self) -> tuple[int, bool, int, int, int]:
        """The smallest is the first: the earliest cut, the longest match, the rank, the declared order.

        What holds at its cut was seen before any match that begins there.
        """
        return self.cut, self.at > self.cut, self.cut - self.at, rank(self.rule.code), self.rule.order

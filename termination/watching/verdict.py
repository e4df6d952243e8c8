"""What a rule that is true asks for, and which of several goes first."""

from collections.abc import Mapping
from typing import NamedTuple

from termination.ending import EndingCode, RunnerUp
from termination.watching.rules import Rule

AT_THE_END = 1 << 62  # a cut at the end of the text, wherever that will be
_TIMEOUTS: frozenset[EndingCode] = frozenset(("first_token_timeout", "idle_timeout", "total_timeout"))
YIELDING: frozenset[EndingCode] = _TIMEOUTS | {"budget", "length"}  # to a natural finish in the same chunk


def rank(code: EndingCode) -> int:
    """Return the order at the same place: content, then budgets, then loops, then timeouts."""
    return {"budget": 1, "length": 1, "loop": 2}.get(code, 3 if code in _TIMEOUTS else 0)


class Verdict(NamedTuple):
    """A cut that a rule asks for, at `cut` in characters of the whole turn; what it has seen ends at `at`.

    `known` is the number of characters that had to come until this was certain. All three depend on the text alone,
    not on how it was cut into chunks. `back` is how much of the phase's text is enough, if an answer is to be
    shortened.
    """

    rule: Rule
    known: int
    at: int
    cut: int
    evidence: str
    facts: Mapping[str, str]
    as_runner_up: RunnerUp
    back: int | None = None

    @property
    def key(self) -> tuple[int, bool, int, bool, int, int]:
        """Return the order of verdicts: the earliest cut, the longest match, the rank, the declared order.

        What ends at its cut was seen before any match that begins there. What was certain there may have ended the
        turn before the next character came, so it goes before what only that character showed.
        """
        length = max(0, self.at - self.cut)
        late = self.known > self.cut
        return self.cut, length > 0, -length, late, rank(self.rule.code), self.rule.order

"""What a turn tells the page, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from termination.ending import Ending, Phase, TextPhase, Timing, TokenCounts


@dataclass(frozen=True, slots=True, init=False)
class ThoughtDelta:
    """More of the thought, free of markers."""

    text: str

    def __init__(self, text: str) -> None:
        _set_thought(self, text)


@dataclass(frozen=True, slots=True, init=False)
class AnswerDelta:
    """More of the answer, free of markers."""

    text: str

    def __init__(self, text: str) -> None:
        _set_answer(self, text)


# One of these is made for each token: the `__init__` of a frozen dataclass takes twice as long.
_set_thought, _set_answer = vars(ThoughtDelta)["text"].__set__, vars(AnswerDelta)["text"].__set__


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """From here on the text belongs to `phase`; `tokens` and `seconds` are those of the turn so far."""

    phase: Phase
    tokens: TokenCounts = field(default=TokenCounts(), compare=False)
    seconds: Timing = field(default=Timing(0.0), compare=False)


@dataclass(frozen=True, slots=True)
class Nudged:
    """A condition that only tells has seen something at this place; the turn goes on."""

    condition: str
    evidence: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConditionFailed:
    """A condition has raised an error: it is out for the rest of the turn, which goes on."""

    condition: str
    problem: str


@dataclass(frozen=True, slots=True)
class CutBack:
    """Of this turn's answer only the first `keep` characters stay: what came after them was the same again."""

    phase: TextPhase
    keep: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The turn is over; nothing follows."""

    ending: Ending


Event = ThoughtDelta | AnswerDelta | PhaseChanged | Nudged | ConditionFailed | CutBack | Ended

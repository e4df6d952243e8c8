"""The events of a turn, which it returns in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from termination.ending import Ending, Phase, TextPhase, Timing, TokenCounts


@dataclass(frozen=True, slots=True)
class _TextDelta:
    """More text, without markers."""

    text: str


class ThoughtDelta(_TextDelta):
    """More text of the thought, without markers."""

    __slots__ = ()


class AnswerDelta(_TextDelta):
    """More text of the answer, without markers."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """The beginning of a phase: the text that follows belongs to it. `tokens` and `seconds` are those so far."""

    phase: Phase
    tokens: TokenCounts = field(default=TokenCounts(), compare=False)
    seconds: Timing = field(default=Timing(0.0), compare=False)


@dataclass(frozen=True, slots=True)
class Nudged:
    """A report of a condition whose action is `nudge`, at this place of the text. The turn continues."""

    condition: str
    evidence: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConditionFailed:
    """The error of a condition, which is dropped for the rest of the turn. The turn continues."""

    condition: str
    problem: str


@dataclass(frozen=True, slots=True)
class CutBack:
    """A cut in text that was shown: only the first `keep` characters of the phase stay.

    The rest was a repetition, or belongs to the other phase: then it follows there.
    """

    phase: TextPhase
    keep: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of the turn. Nothing follows."""

    ending: Ending


Event = ThoughtDelta | AnswerDelta | PhaseChanged | Nudged | ConditionFailed | CutBack | Ended

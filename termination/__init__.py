"""The library that decides when a streamed reply ends, and says why: plain values in and out. See its README.md."""

from termination.arguments import Duration
from termination.budget import Budget
from termination.builtin import (
    BUILT_IN,
    Factory,
    budget,
    circling,
    first_token,
    idle,
    loop,
    max_tokens,
    pattern,
    seconds,
    stop,
    stop_ids,
    tokens,
    total,
)
from termination.chunks.delta import Delta, Usage, delta
from termination.condition import AnyOf, Condition, During, Scope, any_of
from termination.ending import Ending, EndingCode, NextStep, Phase, RunnerUp, Source, TextPhase, Timing, TokenCounts
from termination.errors import BadArgument, BadCondition, closest, unknown_condition
from termination.events import AnswerDelta, ConditionFailed, CutBack, Ended, Event, Nudged, PhaseChanged, ThoughtDelta
from termination.next_steps import next_steps
from termination.notation.parse import parse_condition
from termination.notation.words import BadNotation
from termination.partial_reply import Begun
from termination.phrases import Phrase
from termination.policy import Markers, Policy
from termination.progress import Progress
from termination.tags import ModeTag, mode_tag
from termination.timeouts import timeouts
from termination.turn import Turn
from termination.watch import Seen, Watch
from termination.watching.rules import check_condition
from termination.when import when

__version__ = "0.1.0"

__all__ = [
    "BUILT_IN",
    "AnswerDelta",
    "AnyOf",
    "BadArgument",
    "BadCondition",
    "BadNotation",
    "Begun",
    "Budget",
    "Condition",
    "ConditionFailed",
    "CutBack",
    "Delta",
    "Duration",
    "During",
    "Ended",
    "Ending",
    "EndingCode",
    "Event",
    "Factory",
    "Markers",
    "ModeTag",
    "NextStep",
    "Nudged",
    "Phase",
    "PhaseChanged",
    "Phrase",
    "Policy",
    "Progress",
    "RunnerUp",
    "Scope",
    "Seen",
    "Source",
    "TextPhase",
    "ThoughtDelta",
    "Timing",
    "TokenCounts",
    "Turn",
    "Usage",
    "Watch",
    "__version__",
    "any_of",
    "budget",
    "check_condition",
    "circling",
    "closest",
    "delta",
    "first_token",
    "idle",
    "loop",
    "max_tokens",
    "mode_tag",
    "next_steps",
    "parse_condition",
    "pattern",
    "seconds",
    "stop",
    "stop_ids",
    "timeouts",
    "tokens",
    "total",
    "unknown_condition",
    "when",
]

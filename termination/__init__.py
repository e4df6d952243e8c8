"""Where a streamed turn ends, and why: plain values in, plain values out."""

from termination.alike import unknown_condition
from termination.arguments import BadCondition, Duration
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
from termination.clocks import timeouts
from termination.condition import AnyOf, Condition, During, Scope, any_of
from termination.delta import Delta, Usage
from termination.ending import (
    Ending,
    EndingCode,
    NextStep,
    Phase,
    RunnerUp,
    Source,
    TextPhase,
    Timing,
    TokenCounts,
)
from termination.events import AnswerDelta, ConditionFailed, CutBack, Ended, Event, Nudged, PhaseChanged, ThoughtDelta
from termination.next_steps import next_steps
from termination.notation.parse import parse_condition
from termination.notation.words import BadNotation
from termination.partial_reply import Begun
from termination.policy import Markers, Policy
from termination.progress import Progress
from termination.tags import ModeTag, mode_tag
from termination.turn import Turn
from termination.watch import Seen, Watch
from termination.watching.rules import check_condition

__all__ = [
    "BUILT_IN",
    "AnswerDelta",
    "AnyOf",
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
    "any_of",
    "budget",
    "check_condition",
    "circling",
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
]

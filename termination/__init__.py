"""Where a streamed turn ends, and why: plain values in, plain values out."""

from termination.clocks import Clocks
from termination.delta import Delta, Usage
from termination.ending import Ending, EndingCode, NextStep, Phase, Seconds, Source, Tokens
from termination.events import AnswerDelta, Ended, Event, PhaseChanged, ThoughtDelta
from termination.policy import Markers, Policy
from termination.tags import ModeTag, mode_tag
from termination.turn import Turn

__all__ = [
    "AnswerDelta",
    "Clocks",
    "Delta",
    "Ended",
    "Ending",
    "EndingCode",
    "Event",
    "Markers",
    "ModeTag",
    "NextStep",
    "Phase",
    "PhaseChanged",
    "Policy",
    "Seconds",
    "Source",
    "ThoughtDelta",
    "Tokens",
    "Turn",
    "Usage",
    "mode_tag",
]

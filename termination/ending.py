"""The one value every turn ends with: why, by whom, in which phase."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Phase = Literal["waiting", "thought", "answer"]
TextPhase = Literal["thought", "answer"]
Source = Literal["model", "server", "client", "person", "network"]
NextStep = Literal["answer_now", "continue", "retry"]
Action = Literal["cut", "end_thought", "nudge"]
EndingCode = Literal[
    "complete",
    "thought_complete",
    "stop_text",
    "length",
    "budget",
    "loop",
    "first_token_timeout",
    "idle_timeout",
    "total_timeout",
    "stopped",
    "disconnected",
    "server_error",
    "refused",
    "tool_calls",
    "content_filter",
    "aborted",
]


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """Tokens of each phase; `exact` when the server counted them, else they are estimated by the text.

    `prompt` are those of the prompt, where the server counts them.
    """

    thought: int = 0
    answer: int = 0
    exact: bool = False
    prompt: int | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds since the request was sent; `first_token` is None when none came."""

    total: float
    first_token: float | None = None
    thought: float = 0.0


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """Another condition that held when the turn ended, or one in the shadow that would have ended it.

    `cut_at` as in `Ending`, in the text of `phase`.
    """

    condition: str
    code: EndingCode
    phase: Phase
    cut_at: int
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a turn ended.

    `condition` is the condition that ended it, in the notation of profiles. `evidence` says in a few words what was
    seen, for the person and the log: the clock's seconds, the stop text, the server's message; `facts` are its parts.
    `action` is what the condition asks for: the end of the turn, or only that of the thought, with an answer to follow.
    `cut_at` counts the characters of the phase's text up to the end. `finish_reason` and `stop_reason` are the
    server's own words, None where it said nothing. `runners_up` held as well, `shadows` were only watched.
    """

    code: EndingCode
    source: Source
    phase: Phase
    tokens: TokenCounts
    seconds: Timing
    condition: str | None = None
    evidence: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    action: Action = "cut"
    cut_at: int = 0
    finish_reason: str | None = None
    stop_reason: int | str | None = None
    runners_up: tuple[RunnerUp, ...] = ()
    shadows: tuple[RunnerUp, ...] = ()
    next: tuple[NextStep, ...] = field(default=())

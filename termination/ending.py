"""The value that every turn ends with: why, by whom, in which phase."""

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
    """The tokens of a turn.

    Attributes:
        thought: tokens of the thought.
        answer: tokens of the answer.
        exact: True if the server counted them; otherwise they are estimated from the text.
        prompt: tokens of the prompt, None if the server does not count them.
    """

    thought: int = 0
    answer: int = 0
    exact: bool = False
    prompt: int | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of a turn, in seconds.

    Attributes:
        total: since the request was sent.
        first_token: from the request to the first token, None if none came.
        thought: while the thought lasted.
    """

    total: float
    first_token: float | None = None
    thought: float = 0.0


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """Another condition that was true when the turn ended, or a shadow that would have ended it.

    Its fields are those of `Ending`.
    """

    condition: str
    code: EndingCode
    phase: Phase
    cut_at: int
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a turn ended.

    Attributes:
        code: why, as a word for programs.
        source: who ended it.
        phase: the phase in which it ended; `waiting` is before any text.
        tokens: the tokens of thought, answer and prompt.
        seconds: the times of the turn.
        condition: the condition that ended it, in its notation; None if no condition did.
        evidence: in a few words, what was seen: a timeout's seconds, the stop text, the server's message.
        facts: the parts of the evidence, by name.
        action: what the condition asks for: `cut` ends the turn; `end_thought` only the thought, and an answer should
            follow.
        cut_at: the characters of the phase's text that stay.
        finish_reason: the server's own word, None if it said nothing.
        stop_reason: the server's own stop text or token id, None if it said nothing.
        runners_up: other conditions that were true as well.
        shadows: shadows that would have ended it.
        next: what can be done next, in the order in which it is offered.
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
    next: tuple[NextStep, ...] = ()

    @property
    def is_unanswered(self) -> bool:
        """True if the model, or a stop text of the server, ended the turn inside the thought."""
        by_stop_text = self.code == "stop_text" and self.source == "server"
        return self.phase == "thought" and (self.code == "complete" or by_stop_text)

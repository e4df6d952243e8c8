"""The steps of a script: what a scripted server says, and when, and how it falls silent."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Body = Mapping[str, Any]
Field = Literal["reasoning", "reasoning_content", "content"]


@dataclass(frozen=True, slots=True)
class Role:
    """The first chunk, which vLLM sends together with the first token."""


@dataclass(frozen=True, slots=True)
class Delta:
    """One chunk with any delta, for what the other steps cannot say."""

    delta: Mapping[str, Any]
    token_ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Reasoning:
    text: str
    field: Field = "reasoning"


@dataclass(frozen=True, slots=True)
class Content:
    text: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The last chunk; `text` goes into the same chunk, as vLLM does it for `length` and `repetition`."""

    reason: str = "stop"
    stop_reason: int | str | None = None
    text: str = ""
    field: Field = "content"


@dataclass(frozen=True, slots=True)
class Usage:
    """The chunk with `choices: []`."""

    prompt: int = 15
    completion: int = 29
    reasoning: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """`data: [DONE]`."""


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """The comment of vLLM's `--sse-keep-alive-interval`."""


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """An error inside a stream that began with 200."""

    message: str = "EngineCore encountered an issue. See stack trace (above) for the root cause."
    type: str = "InternalServerError"
    code: int = 500
    param: str | None = None


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are, in one write."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Moves the schedule on; the schedule is absolute, so the time a write takes does not add up."""

    seconds: float


class Hold:
    """Waits until the test lets go: a pause without a clock."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.released = threading.Event()

    def release(self) -> None:
        self.released.set()


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing more, until the client goes away."""


@dataclass(frozen=True, slots=True)
class Drop:
    """FIN without the end of the chunked body: `incomplete chunked read` at the client."""


@dataclass(frozen=True, slots=True)
class Reset:
    """RST: `connection reset by peer` at the client."""


@dataclass(frozen=True, slots=True)
class Status:
    """A plain response instead of a stream: a mapping as JSON, text as HTML, bytes as they are."""

    code: int
    body: Body | str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Step = (
    Role
    | Delta
    | Reasoning
    | Content
    | Finish
    | Usage
    | Done
    | KeepAlive
    | ErrorEvent
    | Raw
    | Pause
    | Hold
    | Hang
    | Drop
    | Reset
    | Status
)
Script = Iterable[Step]
Answer = Script | Callable[[Body], Script]

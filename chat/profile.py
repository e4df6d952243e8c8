"""What a profile may say: one model, its endpoint, its modes and its clocks, as a YAML file states them."""

import math
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    PlainValidator,
    StrictInt,
    StrictStr,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from chat.conditions import budgets, condition
from termination import (
    AnyOf,
    BadCondition,
    BadNotation,
    Budget,
    Condition,
    Markers,
    Scope,
    any_of,
    circling,
    clocks,
    loop,
)
from termination import Duration as Span

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)?")


def seconds(value: object) -> object:
    """`120`, `"120s"`, `"30m"`, `"1.5h"` as seconds, `"off"` as None; anything else raises PydanticCustomError."""
    if value is None or value is False or value == "off":
        return None
    match = _DURATION.fullmatch(str(value).strip())
    span = float(match[1]) * _UNITS[match[2] or "s"] if match and not isinstance(value, bool) else 0.0
    if not 0 < span < math.inf:
        raise PydanticCustomError("duration", "a duration looks like 30s, 5m, 1h or off")
    return span


def budget(value: object) -> int | Span:
    """`4096` as tokens, `"90s"` or `"5m"` as a time; anything else raises PydanticCustomError."""
    text = str(value).strip()
    if isinstance(value, Span):
        return value
    if re.fullmatch("[0-9]{1,12}", text) and int(text):
        return int(text)
    if (match := _DURATION.fullmatch(text)) and match[2]:
        return Span(seconds(text))  # type: ignore[arg-type]
    raise PydanticCustomError("budget", "a budget looks like 4096 or 90s")


def ending(value: object, info: ValidationInfo) -> Condition:
    """A condition in its notation, in the scope that its key names; anything else raises PydanticCustomError."""
    scopes: dict[str | None, Scope] = {"thought": "thought", "answer": "answer", "any": "any"}
    if value is None or value is False or value == "off":
        return AnyOf(())
    if not isinstance(value, str):
        raise PydanticCustomError("condition", "no text", {"kind": "not_notation", "value": str(value)[:80]})
    folder: Path | None = (info.context or {}).get("folder")
    try:
        return condition(value, scopes[info.field_name], folder)
    except (BadNotation, BadCondition) as problem:
        raise PydanticCustomError("condition", "no condition", {**problem.facts, "kind": problem.kind}) from None


def one_or_more(value: object) -> object:
    """A text alone as a list of one."""
    return (value,) if isinstance(value, str) else value


def address(value: str) -> str:
    """An http address; anything else raises PydanticCustomError."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise PydanticCustomError("address", "an address looks like http://localhost:8000/v1")
    return value


Duration = Annotated[float | None, BeforeValidator(seconds)]
Temperature = Annotated[float, Field(ge=0, le=2)]
TopP = Annotated[float, Field(gt=0, le=1)]
TokenCount = Annotated[int, Field(gt=0)]
BudgetLimit = Annotated[int | Span, PlainValidator(budget)]
Ending = Annotated[InstanceOf[Condition], PlainValidator(ending)]
Marker = Annotated[str, Field(min_length=1)]
Markings = Annotated[tuple[Marker, ...], Field(min_length=1), BeforeValidator(one_or_more)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Endpoint(_Part):
    """Where the model is served: the address that `/chat/completions` is appended to, and its key."""

    base_url: Annotated[str, AfterValidator(address)]
    api_key: str = ""


class Messages(_Part):
    """What goes into the prompt besides the chat: the system prompt, and whether past thoughts stay."""

    system: str = ""
    past_thoughts: Literal["strip", "keep"] = "strip"


class Thinking(_Part):
    """The texts round a thought, each in one spelling or in several, the usual one first.

    `opened` where the chat template writes the opening one into the prompt.
    """

    open: Markings
    close: Markings
    opened: bool = False
    budget: BudgetLimit | None = None

    @property
    def markers(self) -> Markers:
        """The same for the termination core."""
        return Markers(self.open, self.close, self.opened)


class Sampling(_Part):
    """Sampling parameters, as the chat endpoint of vLLM names them; what is absent is left to the server."""

    temperature: Temperature | None = None
    top_p: TopP | None = None
    top_k: int | None = None
    min_p: float | None = Field(default=None, ge=0, le=1)
    repetition_penalty: float | None = Field(default=None, gt=0)
    max_tokens: TokenCount | None = None


class Mode(_Part):
    """One mode: the tokens that end the turn, as text or as ids."""

    stop_tokens: tuple[StrictStr | StrictInt, ...] = ()


class ClockLimits(_Part):
    """The three clocks; `off` lets one run for ever."""

    first_token: Duration = 120.0
    idle: Duration = 60.0
    total: Duration = 1800.0

    @property
    def condition(self) -> Condition:
        """The same for the termination core."""
        return clocks(self.first_token, self.idle, self.total)


class End(_Part):
    """How a turn may end besides the model's own end: conditions by phase, and the clocks."""

    thought: Ending = (loop() | circling()).during("thought")
    answer: Ending = loop().during("answer")
    any: Ending = AnyOf(())
    clocks: ClockLimits = ClockLimits()


class Profile(_Part):
    """One model as this app serves it."""

    name: str
    model: str = Field(min_length=1)
    endpoint: Endpoint
    tokenizer: str | None = None
    messages: Messages = Messages()
    thinking: Thinking | None = None
    sampling: Sampling = Sampling()
    extra: dict[str, Any] = Field(default_factory=dict)
    special_tokens: tuple[Marker, ...] | None = None
    modes: dict[str, Mode]
    default_mode: str = "FULL"
    end: End = End()

    @property
    def leaks(self) -> tuple[str, ...]:
        """The special tokens that a server may let through: those the file names, else the modes' stop tokens."""
        if self.special_tokens is not None:
            return self.special_tokens
        stops = (token for mode in self.modes.values() for token in mode.stop_tokens if isinstance(token, str))
        markers = (*self.thinking.open, *self.thinking.close) if self.thinking else ()
        return tuple(dict.fromkeys(token for token in stops if token and token not in markers))

    @property
    def _budget(self) -> tuple[Budget, ...]:
        return () if self.thinking is None or self.thinking.budget is None else (Budget(self.thinking.budget),)

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """The thinking budgets, wherever the file states them."""
        return (*self._budget, *budgets(self.end.thought))

    @property
    def condition(self) -> Condition:
        """All that may end a turn, for the termination core."""
        return any_of(*self._budget, self.end.thought, self.end.answer, self.end.any, self.end.clocks.condition)

    @model_validator(mode="after")
    def _modes_are_whole(self) -> "Profile":
        for name in ("FULL", "THINK_ONLY", self.default_mode):
            if name not in self.modes:
                raise PydanticCustomError("mode_missing", "the mode {name} is missing", {"name": name})
        return self

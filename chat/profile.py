"""What a profile may say: one model, its endpoint, its modes and its clocks, as a YAML file states them."""

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from termination import Clocks, Markers

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)?")


def seconds(value: object) -> object:
    """`120`, `"120s"`, `"30m"`, `"1.5h"` as seconds, `"off"` as None; anything else raises PydanticCustomError."""
    if value is None or value is False or value == "off":
        return None
    match = _DURATION.fullmatch(str(value).strip())
    if isinstance(value, bool) or not match or float(match[1]) <= 0:
        raise PydanticCustomError("duration", "a duration looks like 30s, 5m, 1h or off")
    return float(match[1]) * _UNITS[match[2] or "s"]


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
    """The texts round a thought; `opened` where the chat template writes the opening one into the prompt."""

    open: str = Field(min_length=1)
    close: str = Field(min_length=1)
    opened: bool = False
    budget: TokenCount | None = None

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
    def clocks(self) -> Clocks:
        """The same for the termination core."""
        return Clocks(self.first_token, self.idle, self.total)


class End(_Part):
    """How a turn may end besides the model's own end."""

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
    modes: dict[str, Mode]
    default_mode: str = "FULL"
    end: End = End()

    @model_validator(mode="after")
    def _modes_are_whole(self) -> "Profile":
        for name in ("FULL", "THINK_ONLY", self.default_mode):
            if name not in self.modes:
                raise PydanticCustomError("mode_missing", "the mode {name} is missing", {"name": name})
        return self

"""What a profile may say: one model, its endpoint, its messages, its modes and its ends, as a YAML file states them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, model_validator
from pydantic.types import Strict
from pydantic_core import PydanticCustomError

from chat.profiles.conditions import budgets
from chat.profiles.values import (
    Address,
    ApiKey,
    BudgetLimit,
    Duration,
    Ending,
    Factor,
    Fields,
    Flag,
    Markings,
    Penalty,
    Share,
    Temperature,
    Text,
    Texts,
    TokenCount,
    TopK,
    TopP,
)
from termination import AnyOf, Budget, Condition, Markers, any_of, circling, loop, timeouts

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
ModeName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
FULL, THINK_ONLY = "FULL", "THINK_ONLY"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Endpoint(_Part):
    """Where the model is served."""

    base_url: Address
    """The address that `/chat/completions` is appended to."""
    api_key: ApiKey = ""
    """Sent as a bearer token."""


class Messages(_Part):
    """What goes into the prompt besides the chat."""

    system: str = ""
    """The system prompt; its first line may hold a `[MODE:…]` tag."""
    system_role: Literal["system", "user"] = "system"
    """`user`: it opens the first question instead, for a model that is not to have a system message."""
    system_needed: Flag = False
    """The model was trained with this system prompt: the panel and the doctor say so."""
    maths_hint: str = ""
    """Put after a question when the person has switched it on in the panel."""
    past_thoughts: Literal["strip", "keep"] = "strip"
    """`keep`: the model sees its own former thoughts, between the markers."""


class Thinking(_Part):
    """The texts round a thought, each in one spelling or in several, the usual one first."""

    open: Markings
    """Before a thought."""
    close: Markings
    """After it."""
    opened: Flag = False
    """The chat template writes the opening one into the prompt."""
    prefix: str = ""
    """What the reply is begun with, such as `<think>` and a line break, where the template does not do it."""
    budget: BudgetLimit | None = None
    """What a thought may take: tokens, or a time."""
    rescue: Flag = True
    """Whether a thought that a budget, a loop or the limit of tokens has cut is followed by an answer."""
    handoff: str | None = None
    """What the model is made to say at the end of such a thought; absent: a sentence in the language of the thought."""

    @model_validator(mode="after")
    def _prefix_opens(self) -> "Thinking":
        if self.prefix and not self.prefix.startswith(self.open):
            raise PydanticCustomError("prefix", "no opening marker", {"prefix": self.prefix, "open": self.open[0]})
        return self


class Sampling(_Part):
    """Sampling parameters, as the chat endpoint of vLLM names them; what is absent is left to the server."""

    temperature: Temperature | None = None
    """0 to 2."""
    top_p: TopP | None = None
    """Above 0, at most 1."""
    top_k: TopK | None = None
    """-1 or 0: all tokens."""
    min_p: Share | None = None
    """0 to 1."""
    presence_penalty: Penalty | None = None
    """-2 to 2."""
    repetition_penalty: Factor | None = None
    """Above 0; 1 does nothing."""
    max_tokens: TokenCount | None = None
    """Of thought and answer together."""


class Mode(_Part):
    """One mode: what ends the turn, and what the request says for it."""

    stop_tokens: Annotated[tuple[StrictStr | StrictInt, ...], Strict(False)] = ()
    """Tokens that end the turn, as text or as ids; they add to the model's own."""
    thinks: Flag = True
    """`false` where this mode switches the thought off: the reply begins with the answer."""
    chat_template_kwargs: Fields = Field(default_factory=dict)
    """For the chat template, such as `{enable_thinking: false}`."""
    reasoning_effort: Effort | None = None
    """How hard the model is to think."""
    sampling: Sampling = Sampling()
    """What differs from the profile's sampling in this mode."""


class ClockLimits(_Part):
    """The three clocks; `off` lets one run for ever."""

    first_token: Duration = 120.0
    """Until the first text of a turn."""
    idle: Duration = 60.0
    """Between two texts."""
    total: Duration = 1800.0
    """The whole turn."""

    @property
    def condition(self) -> Condition:
        """The same for the termination core."""
        return timeouts(self.first_token, self.idle, self.total)


class End(_Part):
    """How a turn may end besides the model's own end: conditions by phase, and the clocks."""

    thought: Ending = (loop() | circling()).during("thought")
    """The condition that ends the turn in the thought, or off."""
    answer: Ending = loop().during("answer")
    """The same in the answer."""
    any: Ending = AnyOf(())
    """The same in both."""
    clocks: ClockLimits = ClockLimits()
    """When nothing comes, or too long."""


class Profile(_Part):
    """One model as this app serves it."""

    name: Text
    """Shown in the page."""
    model: Text
    """The name under which the server serves it."""
    endpoint: Endpoint
    """Where it is served."""
    tokenizer: str | None = None
    """A local folder, or a name in Hugging Face's cache: asked where the server has no `/tokenize`."""
    messages: Messages = Messages()
    """What goes into the prompt."""
    thinking: Thinking | None = None
    """Absent for a model that does not think."""
    sampling: Sampling = Sampling()
    """What is absent is left to the server."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further fields of the request, sent as they are."""
    special_tokens: Texts | None = None
    """Texts that some servers let through though they are no text; absent: the modes' stop tokens."""
    modes: dict[ModeName, Mode]
    """By name; FULL and THINK_ONLY have to be there."""
    default_mode: str = FULL
    """The mode of a message that has no other."""
    end: End = End()
    """How a turn may end besides the model's own end."""

    @property
    def leaks(self) -> tuple[str, ...]:
        """The special tokens that a server may let through: those the file names, else the modes' stop tokens."""
        if self.special_tokens is not None:
            return self.special_tokens
        markers = (*self.thinking.open, *self.thinking.close) if self.thinking else ()
        stops = (token for mode in self.modes.values() for token in _texts(mode.stop_tokens))
        return tuple(dict.fromkeys(token for token in stops if token not in markers))

    def last_words(self, mode: str) -> tuple[str, ...]:
        """The stop tokens of that mode that may come as text from a server which does not stop at them."""
        return tuple(token for token in _texts(self.modes[mode].stop_tokens) if token in self.leaks)

    def markers(self, mode: str) -> Markers | None:
        """The texts round a thought, for the termination core; None where the model does not think."""
        if self.thinking is None:
            return None
        opened = bool(self.prefix(mode)) or (self.thinking.opened and self.modes[mode].thinks)
        return Markers(self.thinking.open, self.thinking.close, opened)

    def prefix(self, mode: str) -> str:
        """What the reply is begun with in that mode."""
        return self.thinking.prefix if self.thinking and self.modes[mode].thinks else ""

    def sampled(self, mode: str) -> Sampling:
        """The sampling of that mode."""
        return self.sampling.model_copy(update=self.modes[mode].sampling.model_dump(exclude_none=True))

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
        for name in (FULL, THINK_ONLY, self.default_mode):
            if name not in self.modes:
                raise PydanticCustomError("mode_missing", "the mode {name} is missing", {"name": name})
        return self


def _texts(tokens: tuple[str | int, ...]) -> tuple[str, ...]:
    return tuple(token for token in tokens if isinstance(token, str) and token)

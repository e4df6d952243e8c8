"""A profile: one model with its endpoint, messages, modes and ends, as a YAML file describes it."""

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
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Endpoint(_Part):
    """The server of the model."""

    base_url: Address
    """The address that `/chat/completions` is appended to."""
    api_key: ApiKey = ""
    """Sent as a bearer token."""


class Messages(_Part):
    """The parts of the prompt besides the chat."""

    system: str = ""
    """The system prompt; its first line may contain a `[MODE:…]` tag."""
    system_role: Literal["system", "user"] = "system"
    """`user`: the first question begins with it, for a model that should have no system message."""
    system_needed: Flag = False
    """The model was trained with this system prompt. The panel and the doctor say so."""
    maths_hint: str = ""
    """A text added after each question if it is switched on in the panel."""
    past_thoughts: Literal["strip", "keep"] = "strip"
    """`keep`: the prompt contains the earlier thoughts of the model, between the markers."""


class Thinking(_Part):
    """The texts around a thought, each in one or more spellings, the usual one first."""

    open: Markings
    """The text before a thought."""
    close: Markings
    """The text after a thought."""
    opened: Flag = False
    """`true` if the chat template writes the opening text into the prompt."""
    prefix: str = ""
    """The beginning of every reply, such as `<think>` and a line break, if the template does not write it."""
    budget: BudgetLimit | None = None
    """The limit of a thought: tokens, or a time."""
    rescue: Flag = True
    """`true`: after a budget, a loop or the limit of tokens has cut the thought, the model is asked for the answer."""
    handoff: str | None = None
    """The text that is added to such a thought. If absent, a sentence in the language of the thought."""

    @model_validator(mode="after")
    def _prefix_opens(self) -> "Thinking":
        if self.prefix and not self.prefix.startswith(self.open):
            raise PydanticCustomError("prefix", "no opening marker", {"prefix": self.prefix, "open": self.open[0]})
        return self


class Sampling(_Part):
    """Sampling parameters, named as in the chat endpoint of vLLM. For an absent one, the server's default applies."""

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
    """The limit of thought and answer together."""


class Mode(_Part):
    """One mode: its stop tokens, and its fields of the request."""

    stop_tokens: Annotated[tuple[StrictStr | StrictInt, ...], Strict(False)] = ()
    """Tokens that end the turn, as text or as ids, besides those of the model."""
    thinks: Flag = True
    """`false` if this mode switches the thought off: the reply begins with the answer."""
    chat_template_kwargs: Fields = Field(default_factory=dict)
    """Arguments of the chat template, such as `{enable_thinking: false}`."""
    reasoning_effort: Effort | None = None
    """The effort of the thought, for models that have this setting."""
    sampling: Sampling = Sampling()
    """The sampling parameters that differ from those of the profile."""


class ClockLimits(_Part):
    """The three timeouts. `off` disables one."""

    first_token: Duration = 120.0
    """The time until the first text of a turn."""
    idle: Duration = 60.0
    """The time between two texts."""
    total: Duration = 1800.0
    """The time of the whole turn."""

    @property
    def condition(self) -> Condition:
        """Return the timeouts as a condition of the termination core."""
        return timeouts(self.first_token, self.idle, self.total)


class End(_Part):
    """The ends of a turn besides that of the model: conditions by phase, and timeouts."""

    thought: Ending = (loop() | circling()).during("thought")
    """The condition that ends the turn during the thought, or off."""
    answer: Ending = loop().during("answer")
    """The condition that ends the turn during the answer, or off."""
    any: Ending = AnyOf(())
    """The condition that ends the turn during both, or off."""
    clocks: ClockLimits = ClockLimits()
    """The timeouts."""


class Profile(_Part):
    """One model, with everything that the app needs for a chat with it."""

    name: Text
    """The name that the page shows."""
    model: Text
    """The name of the model at the server."""
    matches: Texts = ()
    """Further models that this profile fits: patterns such as `qwen3-*b` for their base names."""
    endpoint: Endpoint
    """The address and the key of the server."""
    tokenizer: str | None = None
    """A local folder, or a name in the cache of Hugging Face. It is used if the server has no `/tokenize`."""
    messages: Messages = Messages()
    """The texts in the prompt besides the chat."""
    thinking: Thinking | None = None
    """The thought of the model; absent if it does not think."""
    sampling: Sampling = Sampling()
    """The sampling parameters. For an absent one, the server's default applies."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further fields of the request, sent unchanged."""
    special_tokens: Texts | None = None
    """Special tokens that some servers send as text. If absent, the stop tokens of the modes."""
    modes: dict[ModeName, Mode]
    """The modes by name. FULL and THINK_ONLY are required."""
    default_mode: str = FULL
    """The mode of a message if nothing else chooses one."""
    end: End = End()
    """The ends of a turn besides the end by the model."""

    @property
    def leaks(self) -> tuple[str, ...]:
        """Return the special tokens that a server may send as text. The default is the stop tokens of the modes."""
        if self.special_tokens is not None:
            return self.special_tokens
        markers: tuple[str, ...] = ()
        if self.thinking:
            markers = (*self.thinking.open, *self.thinking.close)
        stops = (token for mode in self.modes.values() for token in _texts(mode.stop_tokens))
        return tuple(dict.fromkeys(token for token in stops if token not in markers))

    def last_words(self, mode: str) -> tuple[str, ...]:
        """Return the stop tokens of that mode that a server may send as text, if it does not stop at them."""
        return tuple(token for token in _texts(self.modes[mode].stop_tokens) if token in self.leaks)

    def markers(self, mode: str) -> Markers | None:
        """Return the texts around a thought, for the termination core; None if the model does not think."""
        if self.thinking is None:
            return None
        opened = bool(self.prefix(mode)) or (self.thinking.opened and self.modes[mode].thinks)
        return Markers(self.thinking.open, self.thinking.close, opened)

    def prefix(self, mode: str) -> str:
        """Return the beginning of every reply in that mode; "" if there is none."""
        if self.thinking and self.modes[mode].thinks:
            return self.thinking.prefix
        return ""

    def sampling_in(self, mode: str) -> Sampling:
        """Return the sampling parameters of that mode."""
        return self.sampling.model_copy(update=self.modes[mode].sampling.model_dump(exclude_none=True))

    @property
    def _budget(self) -> tuple[Budget, ...]:
        if self.thinking is None or self.thinking.budget is None:
            return ()
        return (Budget(self.thinking.budget),)

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """Return the budgets of the thought, from both places where a file may have them."""
        return (*self._budget, *budgets(self.end.thought))

    @property
    def condition(self) -> Condition:
        """Return the condition that ends a turn, for the termination core."""
        return any_of(*self._budget, self.end.thought, self.end.answer, self.end.any, self.end.clocks.condition)

    @model_validator(mode="after")
    def _modes_are_whole(self) -> "Profile":
        for name in (FULL, THINK_ONLY, self.default_mode):
            if name not in self.modes:
                raise PydanticCustomError("mode_missing", "the mode {name} is missing", {"name": name})
        return self


def _texts(tokens: tuple[str | int, ...]) -> tuple[str, ...]:
    return tuple(token for token in tokens if isinstance(token, str) and token)

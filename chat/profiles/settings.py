"""The settings of the panel. None means the value of the profile."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from chat.profiles.conditions import without_budgets
from chat.profiles.profile import ClockLimits, Mode, Profile
from chat.profiles.sentence import Sentence
from chat.profiles.values import BudgetLimit, Duration, Temperature, TokenCount, TopP
from termination import Duration as Span

Display = Literal["live", "collapsed", "hidden"]
AS_PROFILE = "AUTO"

_NUMBERS: dict[str, TypeAdapter[float | int | None]] = {
    "temperature": TypeAdapter(Temperature),
    "top_p": TypeAdapter(TopP),
    "max_tokens": TypeAdapter(TokenCount),
    "budget": TypeAdapter(BudgetLimit),
}
_SAMPLING = ("temperature", "top_p", "max_tokens")
_CLOCKS = ("first_token", "idle", "total")
_DURATION: TypeAdapter[float | None] = TypeAdapter(Duration)
OFF = 0.0


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one chat. Timeouts are seconds, and OFF disables one. `system` "-" means no system prompt."""

    mode: str | None = None
    system: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    budget: int | Span | None = None
    first_token: float | None = None
    idle: float | None = None
    total: float | None = None
    maths: bool = False
    display: Display = "live"

    def add_hint(self, question: str, profile: Profile) -> str:
        """Return the question for the model: with the profile's hint for maths, if that is switched on."""
        if self.maths and profile.messages.maths_hint:
            return f"{question}\n{profile.messages.maths_hint}"
        return question

    def apply_to(self, profile: Profile) -> Profile:
        """Return the profile with these settings in place of its own."""
        sampling = self._values(_SAMPLING)
        limits = {name: value or None for name, value in self._values(_CLOCKS).items()}
        thinking = profile.thinking
        ends: dict[str, object] = {"clocks": profile.end.clocks.model_copy(update=limits)}
        if thinking and self.budget is not None:
            thinking = thinking.model_copy(update={"budget": self.budget})
            ends["thought"] = without_budgets(profile.end.thought)
        messages = profile.messages
        if self.system is not None:
            messages = messages.model_copy(update={"system": "" if self.system == "-" else self.system})
        return profile.model_copy(
            update={
                "sampling": profile.sampling.model_copy(update=sampling),
                "modes": {name: _without_sampling(mode, sampling) for name, mode in profile.modes.items()},
                "messages": messages,
                "thinking": thinking,
                "end": profile.end.model_copy(update=ends),
            }
        )

    def _values(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Return the values that the person has set, by name."""
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}


def _without_sampling(mode: Mode, sampling: dict[str, Any]) -> Mode:
    """Return the mode without those sampling parameters, so that the ones of the panel apply."""
    return mode.model_copy(update={"sampling": mode.sampling.model_copy(update=dict.fromkeys(sampling))})


def parse_settings(values: Mapping[str, object], before: Settings) -> tuple[Settings, list[Sentence]]:
    """Return the settings that the panel's values give, and a sentence for each value that is not valid.

    An invalid value leaves the setting as it was. `values` come from the browser unchecked: None or blank text is "as
    the profile says".
    """
    bad: list[Sentence] = []
    settings = before
    for name in ("mode", "system", *_NUMBERS, *_CLOCKS, "maths", "display"):
        if name not in values:
            continue
        try:
            change: dict[str, Any] = {name: _parse_value(name, values[name])}
            settings = replace(settings, **change)
        except ValidationError:
            bad.append(_invalid(name, str(values[name])))
    return settings, bad


def _invalid(name: str, value: str) -> Sentence:
    return Sentence("settings.bad", {"name": Sentence(f"settings.{name}"), "value": value[:80]})


def _parse_value(name: str, value: object) -> object:
    if name == "maths":
        return value is True
    text = "" if value is None else str(value).strip()
    if name == "display":
        return TypeAdapter(Display).validate_python(text or "live")
    if text in ("", AS_PROFILE):
        return None
    if name in _NUMBERS:
        return _NUMBERS[name].validate_python(text)
    if name in _CLOCKS:
        return _DURATION.validate_python(text) or OFF
    return text


def clock_text(limits: ClockLimits, name: str) -> str:
    """Return a timeout as a person would write it."""
    limit: float | None = getattr(limits, name)
    if limit is None:
        return "off"
    return f"{limit:g}s"

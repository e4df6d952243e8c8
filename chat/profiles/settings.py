"""What the person set in the panel; None stands for "as the profile says"."""

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
    """One chat's settings. Clocks are seconds; OFF lets a clock run for ever. `system` "-" means none."""

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

    def asked(self, question: str, profile: Profile) -> str:
        """The question as the model gets it: with the profile's hint for maths, where that is switched on."""
        return f"{question}\n{profile.messages.maths_hint}" if self.maths and profile.messages.maths_hint else question

    def applied(self, profile: Profile) -> Profile:
        """The profile with these settings in the place of its own."""
        sampling = {name: getattr(self, name) for name in _SAMPLING if getattr(self, name) is not None}
        clocks = {name: getattr(self, name) for name in _CLOCKS}
        limits = {name: value or None for name, value in clocks.items() if value is not None}
        thinking = profile.thinking
        ends: dict[str, object] = {"clocks": profile.end.clocks.model_copy(update=limits)}
        if thinking and self.budget is not None:
            thinking = thinking.model_copy(update={"budget": self.budget})
            ends["thought"] = without_budgets(profile.end.thought)
        system = profile.messages.system if self.system is None else "" if self.system == "-" else self.system
        return profile.model_copy(
            update={
                "sampling": profile.sampling.model_copy(update=sampling),
                "modes": {name: _sampled(mode, sampling) for name, mode in profile.modes.items()},
                "messages": profile.messages.model_copy(update={"system": system}),
                "thinking": thinking,
                "end": profile.end.model_copy(update=ends),
            }
        )


def _sampled(mode: Mode, sampling: dict[str, Any]) -> Mode:
    """What the person set goes before what the mode says."""
    return mode.model_copy(update={"sampling": mode.sampling.model_copy(update=dict.fromkeys(sampling))})


def parse(values: Mapping[str, object], before: Settings) -> tuple[Settings, list[Sentence]]:
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
            settings = replace(settings, **_change(name, values[name]))
        except ValidationError:
            bad.append(_invalid(name, str(values[name])))
    return settings, bad


def _invalid(name: str, value: str) -> Sentence:
    return Sentence("settings.bad", {"name": Sentence(f"settings.{name}"), "value": value[:80]})


def _change(name: str, value: object) -> dict[str, Any]:
    return {name: _value(name, value)}


def _value(name: str, value: object) -> object:
    if name == "maths":
        return value is True
    text = str(value).strip() if value is not None else ""
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
    """A clock's limit as the person would write it."""
    limit: float | None = getattr(limits, name)
    return "off" if limit is None else f"{limit:g}s"

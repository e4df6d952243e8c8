"""Settings of the panel replace those of the profile. A malformed value leaves the former one in force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.profiles.modes import policy
from chat.profiles.sentence import Sentence
from chat.profiles.settings import OFF, Settings, clock_text, parse_settings
from termination import Condition, Duration, timeouts
from tests.shelf import profile

THINKING = {"open": "<think>", "close": "</think>", "budget": 500}
PROFILE = profile(
    messages={"system": "Be brief."},
    thinking=THINKING,
    sampling={"temperature": 1.0, "max_tokens": 1000, "top_k": 20},
    end={"clocks": {"first_token": 120, "idle": 60, "total": None}},
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Settings()),
        ({"temperature": "0.3"}, Settings(temperature=0.3)),
        ({"temperature": " 0 "}, Settings(temperature=0.0)),
        ({"temperature": 0.3, "top_p": 1}, Settings(temperature=0.3, top_p=1.0)),
        ({"max_tokens": "2048", "budget": 64}, Settings(max_tokens=2048, budget=64)),
        ({"max_tokens": 2048.0}, Settings(max_tokens=2048)),
        ({"budget": "90s"}, Settings(budget=Duration(90))),
        ({"budget": " 1.5m "}, Settings(budget=Duration(90))),
        ({"first_token": "90s", "idle": "2m", "total": "1.5h"}, Settings(first_token=90.0, idle=120.0, total=5400.0)),
        ({"idle": "15"}, Settings(idle=15.0)),
        ({"idle": "off"}, Settings(idle=OFF)),
        ({"mode": "THINK_ONLY"}, Settings(mode="THINK_ONLY")),
        ({"mode": "AUTO"}, Settings()),
        ({"mode": None, "temperature": None, "idle": None, "system": None, "display": None}, Settings()),
        ({"mode": "", "temperature": "", "idle": " ", "system": "", "display": ""}, Settings()),
        ({"system": "  Speak Latin. "}, Settings(system="Speak Latin.")),
        ({"system": "-"}, Settings(system="-")),
        ({"display": "hidden"}, Settings(display="hidden")),
        ({"a field of tomorrow": "1"}, Settings()),
    ],
)
def test_the_panel_is_read(values: dict[str, object], expected: Settings) -> None:
    assert parse_settings(values, Settings()) == (expected, [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", "warm"),
        ("temperature", "2.1"),
        ("temperature", "-0.1"),
        ("temperature", "nan"),
        ("temperature", "inf"),
        ("temperature", "0,7"),
        ("top_p", "0"),
        ("top_p", "1.01"),
        ("max_tokens", "0"),
        ("max_tokens", "-5"),
        ("max_tokens", "1.5"),
        ("max_tokens", "10 thousand"),
        ("budget", "none"),
        ("budget", "0"),
        ("budget", "0s"),
        ("budget", "off"),
        ("budget", "-5"),
        ("budget", "5 days"),
        ("budget", "9" * 5000),
        ("idle", "9" * 5000),
        ("idle", "soon"),
        ("idle", "0"),
        ("idle", "-3s"),
        ("total", "5 days"),
        ("display", "upside down"),
        ("temperature", "['1']"),
    ],
)
def test_what_does_not_fit_leaves_the_former_value_in_force(name: str, value: str) -> None:
    before = Settings(temperature=0.5, top_p=0.5, max_tokens=5, budget=5, idle=5, total=5, display="hidden")
    assert parse_settings({name: value, "mode": "FULL"}, before) == (
        parse_settings({"mode": "FULL"}, before)[0],
        [Sentence("settings.bad", {"name": Sentence(f"settings.{name}"), "value": value[:80]})],
    )


def test_blank_goes_back_to_the_profile_and_what_is_absent_stays() -> None:
    before = Settings(temperature=0.5, budget=5, idle=5.0)
    assert parse_settings({"temperature": "", "idle": None}, before) == (Settings(budget=5), [])


@given(
    st.dictionaries(
        st.sampled_from(["mode", "system", "temperature", "top_p", "max_tokens", "budget", "idle", "display", "?"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
    )
)
def test_whatever_the_browser_sends_gives_settings_that_can_be_applied(values: dict[str, object]) -> None:
    settings, bad = parse_settings(values, Settings())
    assert {each.facts["name"].key for each in bad} <= {f"settings.{name}" for name in values}
    policy(settings.apply_to(PROFILE), "FULL")


@pytest.mark.parametrize(
    ("settings", "limits"),
    [
        (Settings(), timeouts(120, 60, None)),
        (Settings(first_token=5.0), timeouts(5, 60, None)),
        (Settings(idle=OFF), timeouts(120, None, None)),
        (Settings(total=10.0, first_token=OFF), timeouts(None, 60, 10)),
    ],
)
def test_the_clocks_are_the_persons(settings: Settings, limits: Condition) -> None:
    assert str(policy(settings.apply_to(PROFILE), "FULL").end).endswith(f" | {limits}")


@pytest.mark.parametrize(
    ("settings", "end"),
    [
        (Settings(), "budget(500) | (budget(900) | loop()).during(thought) | "),
        (Settings(budget=9), "budget(9) | loop().during(thought) | "),
        (Settings(budget=Duration(90)), "budget(90s) | loop().during(thought) | "),
    ],
)
def test_the_persons_budget_takes_the_place_of_all_of_the_profiles(settings: Settings, end: str) -> None:
    applied = settings.apply_to(profile(thinking=THINKING, end={"thought": "budget(900) | loop()"}))
    assert str(policy(applied, "FULL").end).startswith(end)


@pytest.mark.parametrize(
    ("setting", "system"),
    [
        (None, "Be brief."),
        ("Speak Latin.", "Speak Latin."),
        ("-", ""),
        ("- Be brief.\n- Be kind.", "- Be brief.\n- Be kind."),
    ],
)
def test_the_system_prompt_is_the_persons(setting: str | None, system: str) -> None:
    assert Settings(system=setting).apply_to(PROFILE).messages.system == system


def test_the_rest_of_the_profile_stays() -> None:
    applied = Settings(temperature=0.0, max_tokens=7, budget=9).apply_to(PROFILE)
    assert applied.sampling.model_dump(exclude_none=True) == {"temperature": 0.0, "max_tokens": 7, "top_k": 20}
    assert applied.thinking
    assert (applied.thinking.budget, applied.thinking.close) == (9, ("</think>",))
    assert (applied.modes, applied.endpoint, applied.messages) == (PROFILE.modes, PROFILE.endpoint, PROFILE.messages)
    assert Settings().apply_to(PROFILE) == PROFILE
    assert PROFILE.sampling.temperature == 1.0


def test_a_budget_for_a_model_that_does_not_think_is_idle() -> None:
    assert Settings(budget=9).apply_to(profile(thinking=None)).thinking is None


@pytest.mark.parametrize(("seconds", "text"), [(None, "off"), (120, "120s"), (1.5, "1.5s"), (0.25, "0.25s")])
def test_a_clock_is_shown_as_it_would_be_typed(seconds: float | None, text: str) -> None:
    limits = PROFILE.end.clocks.model_copy(update={"idle": seconds})
    assert clock_text(limits, "idle") == text
    assert parse_settings({"idle": text}, Settings())[0].idle == (OFF if seconds is None else seconds)

"""The mode of a turn: the prompt's tag, else the panel, else the system prompt's tag, else the profile."""

import pytest

from chat.modes import Chosen, UnknownMode, choose, policy
from chat.texts import mode_text
from termination import Clocks, Markers, Policy
from tests.shelf import profile

TAGGED = "[MODE:THINK_ONLY]\nBe brief."


@pytest.mark.parametrize(
    ("message", "panel", "system", "expected"),
    [
        ("Why?", None, "Be brief.", Chosen("FULL", "Why?", "Be brief.")),
        ("[MODE:THINK_ONLY] Why?", None, "Be brief.", Chosen("THINK_ONLY", "Why?", "Be brief.")),
        ("[mode:full] Why?", "THINK_ONLY", TAGGED, Chosen("FULL", "Why?", "Be brief.")),
        ("Why?", "THINK_ONLY", "Be brief.", Chosen("THINK_ONLY", "Why?", "Be brief.")),
        ("Why?", "FULL", TAGGED, Chosen("FULL", "Why?", "Be brief.")),
        ("Why?", None, TAGGED, Chosen("THINK_ONLY", "Why?", "Be brief.")),
        ("Why?", None, "", Chosen("FULL", "Why?", "")),
        ("[MODE:] Why?", None, "", Chosen("FULL", "Why?", "")),
        ("【MODE：THINK_ONLY】为什么？", None, "", Chosen("THINK_ONLY", "为什么？", "")),
        ("[MODE:FULL]", None, "", Chosen("FULL", "", "")),
        ("  \n ", None, "", Chosen("FULL", "", "")),
    ],
)
def test_the_mode_is_chosen(message: str, panel: str | None, system: str, expected: Chosen) -> None:
    assert choose(message, panel, profile(messages={"system": system})) == expected


@pytest.mark.parametrize(
    ("message", "panel", "system", "name"),
    [
        ("[MODE:FAST] Why?", None, "", "FAST"),
        ("Why?", "FAST", "", "FAST"),
        ("Why?", None, "[MODE:FAST]", "FAST"),
    ],
)
def test_a_mode_that_is_not_there_is_told(message: str, panel: str | None, system: str, name: str) -> None:
    with pytest.raises(UnknownMode) as caught:
        choose(message, panel, profile(messages={"system": system}))
    assert (caught.value.name, caught.value.known) == (name, ("FULL", "THINK_ONLY"))
    assert "`FAST`" in mode_text(caught.value, "en")


def test_a_profile_may_have_modes_of_its_own() -> None:
    own = profile(modes={"FULL": {}, "THINK_ONLY": {}, "FAST": {}}, default_mode="FAST")
    assert choose("Why?", None, own).mode == "FAST"


@pytest.mark.parametrize(
    ("values", "mode", "expected"),
    [
        ({}, "FULL", Policy(Clocks(120, 60, 1800), Markers("<think>", "</think>"))),
        ({}, "THINK_ONLY", Policy(Clocks(120, 60, 1800), Markers("<think>", "</think>"), thought_only=True)),
        ({"thinking": None}, "FULL", Policy(Clocks(120, 60, 1800))),
        (
            {"thinking": {"open": "a", "close": "b", "opened": True, "budget": 7}, "end": {"clocks": {"idle": "off"}}},
            "FULL",
            Policy(Clocks(120, None, 1800), Markers("a", "b", opened=True), budget=7),
        ),
    ],
)
def test_the_policy_is_the_profiles_in_that_mode(values: dict[str, object], mode: str, expected: Policy) -> None:
    assert policy(profile(**values), mode) == expected

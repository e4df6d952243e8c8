"""The mode of a turn comes from the message's tag, then the panel, then the system prompt's tag, then the profile."""

from dataclasses import replace

import pytest

from chat.profiles.modes import Chosen, UnknownMode, choose, policy
from termination import Markers, Policy
from tests.shelf import FULL_STOPS, profile

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
        ("Why?", "FAST", "", Chosen("FULL", "Why?", "")),  # of another profile, before the switch to this one
    ],
)
def test_the_mode_is_chosen(message: str, panel: str | None, system: str, expected: Chosen) -> None:
    assert choose(message, panel, profile(messages={"system": system})) == expected


@pytest.mark.parametrize(
    ("message", "panel", "system", "name"),
    [
        ("[MODE:FAST] Why?", None, "", "FAST"),
        ("Why?", None, "[MODE:FAST]", "FAST"),
    ],
)
def test_an_unknown_mode_is_reported(message: str, panel: str | None, system: str, name: str) -> None:
    with pytest.raises(UnknownMode) as caught:
        choose(message, panel, profile(messages={"system": system}))
    assert caught.value.sentence.facts == {"name": name, "known": "FULL, THINK_ONLY"}


def test_a_profile_may_have_modes_of_its_own() -> None:
    own = profile(modes={"FULL": {}, "THINK_ONLY": {}, "FAST": {}}, default_mode="FAST")
    assert choose("Why?", None, own).mode == "FAST"


CLOCKS = "first_token(120s) | idle(60s) | total(1800s)"
LOOPS = "(loop() | circling()).during(thought) | loop().during(answer)"
MARKERS = Markers(("<think>",), ("</think>",))


@pytest.mark.parametrize(
    ("values", "mode", "expected", "end"),
    [
        ({}, "FULL", Policy(MARKERS, FULL_STOPS, FULL_STOPS), f"{LOOPS} | {CLOCKS}"),
        ({}, "THINK_ONLY", Policy(MARKERS, FULL_STOPS, FULL_STOPS, thought_only=True), f"{LOOPS} | {CLOCKS}"),
        (
            {"thinking": None},
            "FULL",
            Policy(None, (*FULL_STOPS, "</think>"), FULL_STOPS, thinks=False),
            f"{LOOPS} | {CLOCKS}",
        ),
        (
            {
                "thinking": {"open": ["a", "A"], "close": "b", "opened": True, "budget": "90s"},
                "special_tokens": ["</s>"],
                "end": {
                    "thought": "budget(7)",
                    "answer": 'stop("END") & ~loop()',
                    "any": "seconds(5m)",
                    "clocks": {"idle": "off", "total": "off"},
                },
            },
            "FULL",
            Policy(Markers(("a", "A"), ("b",), opened=True), ("</s>",)),
            'budget(90s) | budget(7).during(thought) | (stop("END") & ~loop()).during(answer) '
            "| seconds(300s).during(any) | first_token(120s)",
        ),
        ({"end": {"thought": "off", "answer": False}}, "FULL", Policy(MARKERS, FULL_STOPS, FULL_STOPS), CLOCKS),
    ],
)
def test_the_policy_is_the_profiles_in_that_mode(
    values: dict[str, object], mode: str, expected: Policy, end: str
) -> None:
    made = policy(profile(**values), mode)
    assert replace(made, end=None) == expected
    assert str(made.end) == end


def test_a_thought_is_opened_if_the_mode_thinks() -> None:
    modes: dict[str, object] = {"FULL": {}, "THINK_ONLY": {}, "NO_THINK": {"thinks": False}}
    for opening in ({"opened": True}, {"prefix": "<think>\n"}):
        thinking = profile(thinking={"open": "<think>", "close": "</think>", **opening}, modes=modes)
        assert policy(thinking, "FULL").markers == replace(MARKERS, opened=True)
        assert policy(thinking, "NO_THINK").markers == MARKERS
        assert (policy(thinking, "FULL").thinks, policy(thinking, "NO_THINK").thinks) == (True, False)

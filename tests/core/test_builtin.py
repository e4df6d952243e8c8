"""The conditions that come with the library are found by their own names, and each says what it does."""

import pytest

import termination
from termination import BUILT_IN, BadCondition, Condition, Duration, unknown_condition
from termination.builtin import built_in

ARGUMENTS = {"stop": ("END",), "stop_ids": (1,), "pattern": ("a",), "budget": (5,), "tokens": (5,), "max_tokens": (5,)}
CLOCKS = {name: (Duration(5),) for name in ("seconds", "first_token", "idle", "total")}


def made(name: str) -> Condition:
    return BUILT_IN[name](*{**ARGUMENTS, **CLOCKS}.get(name, ()))


def test_these_come_with_the_library() -> None:
    assert set(BUILT_IN) == {*ARGUMENTS, *CLOCKS, "loop", "circling"}


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_name_is_the_conditions_own(name: str) -> None:
    assert made(name).name == name
    assert str(made(name)).partition("(")[0] == name


@pytest.mark.parametrize("name", BUILT_IN)
def test_it_can_be_imported_by_its_name(name: str) -> None:
    assert getattr(termination, name) is BUILT_IN[name] is built_in(name)
    assert name in termination.__all__


@pytest.mark.parametrize("name", BUILT_IN)
def test_it_says_what_it_does_and_how_it_is_written(name: str) -> None:
    for docstring in (type(made(name)).__doc__, BUILT_IN[name].__doc__):
        assert docstring
        assert f"`{name}(" in docstring


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_turn_gets_a_fresh_watch(name: str) -> None:
    condition = made(name)
    assert condition.start() is not condition.start()
    assert condition == made(name)
    assert hash(condition) == hash(made(name))


@pytest.mark.parametrize(
    ("name", "kind", "near"),
    [("stopp", "unknown_near", "stop"), ("first_tokens", "unknown_near", "first_token"), ("xyz", "unknown", "")],
)
def test_an_unknown_name_is_reported_with_the_nearest(name: str, kind: str, near: str) -> None:
    with pytest.raises(BadCondition) as refused:
        built_in(name)
    assert (refused.value.kind, refused.value.facts["near"]) == (kind, near)
    assert refused.value.facts["known"].split(", ") == list(BUILT_IN)
    assert unknown_condition(name, ["abc"]).kind == "unknown"

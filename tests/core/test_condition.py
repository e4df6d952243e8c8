"""Conditions are plain values: composed by operators, printed as they are written; what cannot be meant is refused."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass

import pytest

from termination import (
    BadCondition,
    Condition,
    Duration,
    Watch,
    any_of,
    budget,
    circling,
    first_token,
    idle,
    loop,
    max_tokens,
    pattern,
    seconds,
    stop,
    stop_ids,
    timeouts,
    tokens,
    total,
)
from termination.condition import AllOf, AnyOf, During, Not
from termination.loops.conditions import Loop

A, B, C, D = stop("a"), stop("b"), stop("c"), stop("d")
SECOND = Duration(1)


@pytest.mark.parametrize(
    ("composed", "flat"),
    [
        (A | B | C, AnyOf((A, B, C))),
        (A | (B | C), AnyOf((A, B, C))),
        ((A | B) | (C | D), AnyOf((A, B, C, D))),
        (A & B & C, AllOf((A, B, C))),
        (A & (B & C), AllOf((A, B, C))),
        ((A & B) & (C & D), AllOf((A, B, C, D))),
        (A | B & C, AnyOf((A, AllOf((B, C))))),
        ((A | B) & C, AllOf((AnyOf((A, B)), C))),
        (~A | B, AnyOf((Not(A), B))),
        (~(A | B), Not(AnyOf((A, B)))),
    ],
)
def test_operators_of_one_kind_flatten_and_of_two_kinds_nest(composed: Condition, flat: Condition) -> None:
    assert composed == flat


@pytest.mark.parametrize(
    ("condition", "notation"),
    [
        (stop("END", "Q:"), 'stop("END", "Q:")'),
        (stop('say "a\\b"\n\tx'), r'stop("say \"a\\b\"\n\tx")'),
        (stop_ids(1, 151645), "stop_ids(1, 151645)"),
        (pattern(r"\d+$"), r'pattern("\\d+$")'),
        (budget(4096), "budget(4096)"),
        (budget(Duration(90)), "budget(90s)"),
        (tokens(5), "tokens(5)"),
        (max_tokens(5), "max_tokens(5)"),
        (seconds(Duration(1.5)), "seconds(1.5s)"),
        (loop(), "loop()"),
        (circling(), "circling()"),
        (first_token(SECOND), "first_token(1s)"),
        (idle(SECOND), "idle(1s)"),
        (total(SECOND), "total(1s)"),
        (timeouts(1, 2, 3), "first_token(1s) | idle(2s) | total(3s)"),
        (A | B & ~C, 'stop("a") | stop("b") & ~stop("c")'),
        ((A | B) & C, '(stop("a") | stop("b")) & stop("c")'),
        (~(A & B), '~(stop("a") & stop("b"))'),
        (~~A, '~(~stop("a"))'),
        (~A.during("thought"), '~stop("a").during(thought)'),
        ((~A).during("thought"), '(~stop("a")).during(thought)'),
        ((A | B).during("any").shadow(), '(stop("a") | stop("b")).during(any).shadow()'),
        (loop().after(500), "loop().after(500)"),
        (loop().after(Duration(0.25)), "loop().after(0.25s)"),
    ],
)
def test_a_condition_prints_as_it_is_written(condition: Condition, notation: str) -> None:
    assert str(condition) == notation


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (1, "1s"),
        (0.25, "0.25s"),
        (120, "120s"),
        (0.001, "0.001s"),
        (0.00001, "0.00001s"),
        (1234567, "1234567s"),
        (0.1 + 0.2, "0.3s"),
        (float("inf"), "infs"),
    ],
)
def test_a_duration_prints_in_seconds(seconds: float, written: str) -> None:
    assert str(Duration(seconds)) == written
    assert Duration(seconds) == seconds


Make = Callable[[], Condition]

REFUSED: list[tuple[Make, str, dict[str, str]]] = [
    (lambda: budget(0), "not_positive", {"name": "budget", "value": "0"}),
    (lambda: budget(-1), "not_positive", {"name": "budget", "value": "-1"}),
    (lambda: budget(Duration(0)), "not_positive", {"name": "budget", "value": "0s"}),
    (lambda: budget(Duration("inf")), "not_positive", {"name": "budget", "value": "inf"}),
    (lambda: budget(Duration("nan")), "not_positive", {"name": "budget", "value": "nan"}),
    (lambda: budget(True), "amount", {"name": "budget", "value": "true"}),
    (lambda: budget(1.5), "amount", {"name": "budget", "value": "1.5"}),
    (lambda: budget("9"), "amount", {"name": "budget", "value": '"9"'}),
    (lambda: budget(None), "amount", {"name": "budget", "value": "None"}),
    (lambda: tokens(SECOND), "tokens", {"name": "tokens", "value": "1s"}),
    (lambda: tokens(0), "not_positive", {"name": "tokens", "value": "0"}),
    (lambda: max_tokens(SECOND), "tokens", {"name": "max_tokens", "value": "1s"}),
    (lambda: max_tokens("9"), "tokens", {"name": "max_tokens", "value": '"9"'}),
    (lambda: seconds(True), "period", {"name": "seconds", "value": "true"}),
    (lambda: seconds(Duration(-1)), "not_positive", {"name": "seconds", "value": "-1s"}),
    (lambda: first_token(None), "period", {"name": "first_token", "value": "None"}),
    (lambda: idle("5s"), "period", {"name": "idle", "value": '"5s"'}),
    (lambda: total(Duration(0)), "not_positive", {"name": "total", "value": "0s"}),
    (lambda: loop().after(0), "not_positive", {"name": "after", "value": "0"}),
    (lambda: loop().after(False), "amount", {"name": "after", "value": "false"}),
    (lambda: loop().after(0.5), "amount", {"name": "after", "value": "0.5"}),
    (lambda: stop(), "no_texts", {}),
    (lambda: stop("a", ""), "empty_text", {}),
    (lambda: stop("a", 5), "not_text", {"value": "5"}),
    (lambda: stop("x" * 1001), "long_text", {"length": "1001", "most": "1000"}),
    (lambda: stop_ids(), "no_ids", {}),
    (lambda: stop_ids(1, -1), "not_id", {"value": "-1"}),
    (lambda: stop_ids(True), "not_id", {"value": "true"}),
    (lambda: stop_ids("1"), "not_id", {"value": '"1"'}),
    (lambda: pattern(5), "not_text", {"value": "5"}),
    (lambda: pattern("x" * 1001), "long_text", {"length": "1001", "most": "1000"}),
    (lambda: pattern("ab("), "pattern", {"place": "3"}),
    (lambda: pattern("a*"), "pattern", {"place": "1"}),
]


@pytest.mark.parametrize(("make", "kind", "facts"), REFUSED)
def test_what_cannot_be_meant_is_refused(make: Make, kind: str, facts: dict[str, str]) -> None:
    with pytest.raises(BadCondition) as refused:
        make()
    assert refused.value.kind == kind
    assert refused.value.facts.items() >= facts.items()
    assert "?" not in str(refused.value)  # no gap of the sentence is left open
    assert kind != "pattern" or refused.value.facts["problem"]


def test_the_longest_text_and_the_first_id_are_allowed() -> None:
    assert str(stop("x" * 1000)) == f'stop("{"x" * 1000}")'
    assert str(stop_ids(0)) == "stop_ids(0)"


def test_a_condition_cannot_be_changed() -> None:
    condition = budget(5)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'limit'"):
        condition.limit = 6
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'limit'"):
        del condition.limit
    assert condition.limit == 5


@pytest.mark.parametrize(
    "make",
    [
        lambda: budget(5),
        lambda: stop("a", "b"),
        lambda: loop().after(500).during("thought"),
        lambda: ~A | B & C.shadow(),
        loop,
    ],
)
def test_conditions_are_equal_where_their_kinds_and_arguments_are(make: Callable[[], Condition]) -> None:
    assert make() == make()
    assert hash(make()) == hash(make())
    assert make() != D
    assert make() != str(make())


def test_kinds_do_not_equal_each_other() -> None:
    assert len({tokens(5), max_tokens(5), budget(5), budget(6), tokens(5), loop(), circling()}) == 6


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        (budget(5), "budget(5)"),
        (stop("END") | idle(60), 'stop("END") | idle(60s)'),
        (~A, '~stop("a")'),
        (loop().after(5), "loop().after(5)"),
        (any_of(), "any_of()"),
    ],
)
def test_the_repr_of_a_condition_is_its_notation(condition: Condition, shown: str) -> None:
    assert repr(condition) == shown


def test_a_condition_is_matched_by_its_arguments() -> None:
    match loop().during("answer"):
        case During(Loop(), phase):
            assert phase == "answer"
        case _:
            pytest.fail("no match")


# --- A condition of one's own


@dataclass(frozen=True)
class Mine(Condition):
    name = "mine"
    much: int
    loud: bool


class Plain(Condition):
    """A condition that is no dataclass and has no arguments."""


def test_a_condition_of_ones_own_prints_its_fields() -> None:
    assert str(Mine(5, True)) == repr(Mine(5, True)) == "mine(5, true)"


def test_one_without_a_name_prints_where_it_is_found() -> None:
    assert str(Plain()) == "tests.core.test_condition:Plain()"


def test_one_that_does_not_say_what_it_watches_cannot_be_started() -> None:
    with pytest.raises(NotImplementedError):
        Plain().start()


def test_a_watch_that_overrides_nothing_sees_nothing() -> None:
    watch, progress = Watch(), None
    assert watch.enter(progress) is None
    asked = [watch.feed("a", progress)]
    asked += [ask(progress) for ask in (watch.look, watch.count, watch.leave)]
    assert asked == [None] * 4
    assert watch.deadline(progress) is None

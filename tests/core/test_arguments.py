"""Numbers of all kinds are limits or are rejected with a sentence; texts of all kinds survive the notation."""

import pickle
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import (
    BadArgument,
    BadCondition,
    BadNotation,
    Condition,
    Duration,
    budget,
    first_token,
    idle,
    loop,
    max_tokens,
    parse_condition,
    seconds,
    stop,
    stop_ids,
    timeouts,
    tokens,
    total,
)

TIMED = [seconds, first_token, idle, total]
COUNTED = [tokens, max_tokens]
MIXED = [budget, loop().after]
Make = Callable[[object], Condition]


class Real:
    """A number of another library, such as a numpy.float32."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value


class Whole:
    """A whole number of another library, such as a numpy.int64."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


NINETY = [90, 90.0, Duration(90), timedelta(minutes=1.5), Decimal("90"), Fraction(180, 2), Real(90.0), Whole(90)]


@pytest.mark.parametrize("make", TIMED)
@pytest.mark.parametrize("value", NINETY)
def test_seconds_are_any_kind_of_number_or_a_timedelta(make: Make, value: object) -> None:
    assert make(value) == make(90)
    assert (make(value).limit, type(make(value).limit)) == (90.0, Duration)
    assert str(make(value)).endswith("(90s)")


@pytest.mark.parametrize("make", [*COUNTED, *MIXED])
@pytest.mark.parametrize("value", [90, Whole(90)])
def test_tokens_are_any_kind_of_whole_number(make: Make, value: object) -> None:
    assert make(value) == make(90)
    assert type(make(value).limit) is int


@pytest.mark.parametrize("make", MIXED)
@pytest.mark.parametrize("value", [timedelta(seconds=1.5), Duration(1.5)])
def test_a_limit_may_be_a_time(make: Make, value: object) -> None:
    assert str(make(value)).endswith("(1.5s)")


def test_a_token_id_is_any_kind_of_whole_number() -> None:
    assert stop_ids(Whole(7), 8) == stop_ids(7, 8)


def test_timeouts_take_timedeltas() -> None:
    assert timeouts(timedelta(minutes=2), 60, Decimal(1800)) == first_token(120) | idle(60) | total(1800)


NO_TIMES = [None, True, False, "60", "60s", b"60", bytearray(b"60"), [60], (60,), {}, 1j, object(), float]


@pytest.mark.parametrize("make", TIMED)
@pytest.mark.parametrize("value", NO_TIMES)
def test_what_is_no_time_is_rejected(make: Make, value: object) -> None:
    with pytest.raises(BadCondition) as refused:
        make(value)
    assert refused.value.kind == "period"


@pytest.mark.parametrize("make", [*COUNTED, *MIXED])
@pytest.mark.parametrize("value", [*NO_TIMES, 1.5, 5.0, Decimal(5), Fraction(5), Real(5.0), float("nan"), float("inf")])
def test_what_is_no_whole_number_is_rejected(make: Make, value: object) -> None:
    with pytest.raises(BadCondition) as refused:
        make(value)
    assert refused.value.kind == ("tokens" if make in COUNTED else "amount")


@pytest.mark.parametrize("make", COUNTED)
@pytest.mark.parametrize("value", [Duration(5), timedelta(5)])
def test_a_time_is_no_number_of_tokens(make: Make, value: object) -> None:
    with pytest.raises(BadCondition) as refused:
        make(value)
    assert refused.value.kind == "tokens"


NOT_POSITIVE = [0, -1, 0.0, -0.0, -1e-9, float("nan"), float("inf"), float("-inf"), Decimal("NaN"), 10**400]


@pytest.mark.parametrize("make", TIMED)
@pytest.mark.parametrize("value", [*NOT_POSITIVE, timedelta(), timedelta(-1)])
def test_a_time_is_finite_and_above_0(make: Make, value: object) -> None:
    with pytest.raises(BadCondition) as refused:
        make(value)
    assert refused.value.kind == "not_positive"


@pytest.mark.parametrize("make", [*COUNTED, *MIXED])
@pytest.mark.parametrize("value", [10**300, 10**400, 10**5000], ids=["first", "no float", "no text"])
def test_tokens_are_few_enough_to_be_counted(make: Make, value: object) -> None:
    with pytest.raises(BadCondition) as refused:
        make(value)
    assert refused.value.kind == "too_much"
    assert parse_condition(repr(make(10**300 - 1))) == make(10**300 - 1)


@pytest.mark.parametrize("make", TIMED)
@pytest.mark.parametrize(("value", "limit"), [(1e-9, 1e-6), (5e-324, 1e-6), (1.7e308, 1.7e308), (0.1 + 0.2, 0.3)])
def test_a_time_is_in_microseconds_and_may_be_long(make: Make, value: float, limit: float) -> None:
    assert make(value).limit == limit
    assert parse_condition(repr(make(value))) == make(value)


@pytest.mark.parametrize("make", [*COUNTED, budget, stop_ids])
def test_a_number_that_python_cannot_print_is_rejected_with_a_sentence(make: Make) -> None:
    with pytest.raises(BadCondition) as refused:
        make(-(10**5000))
    assert "16610" in str(refused.value)


numbers = st.integers() | st.floats() | st.decimals() | st.fractions() | st.timedeltas() | st.floats().map(Real)


@given(numbers, st.sampled_from([*TIMED, *COUNTED, *MIXED, stop_ids]))
def test_any_number_makes_a_condition_that_the_notation_knows_or_is_rejected(value: object, make: Make) -> None:
    condition = made_or_rejected(make, value)
    if isinstance(condition, BadCondition):
        assert len(str(condition)) > len(condition.kind)
    else:
        assert parse_condition(repr(condition)) == condition
        limits = condition.ids if make is stop_ids else (condition.limit,)
        assert all(isfinite(each) and each >= 0 for each in limits)


def made_or_rejected(make: Make, value: object) -> Condition | BadCondition:
    try:
        return make(value)
    except BadCondition as rejected:
        return rejected


@given(st.lists(st.text(min_size=1, max_size=10), min_size=1, max_size=3))
def test_any_texts_survive_the_notation(texts: list[str]) -> None:
    condition = stop(*texts)
    assert condition.texts == tuple(texts)
    assert parse_condition(repr(condition)) == condition


# --- Errors


@pytest.mark.parametrize(
    "make",
    [lambda: idle(0), lambda: parse_condition("loop() | lop()"), lambda: parse_condition(5), lambda: stop("")],
)
def test_an_error_can_be_sent_to_another_process(make: Callable[[], Condition]) -> None:
    with pytest.raises(BadArgument) as refused:
        make()
    error, again = refused.value, pickle.loads(pickle.dumps(refused.value))
    assert (type(again), str(again), again.kind, again.facts) == (type(error), str(error), error.kind, error.facts)
    assert getattr(again, "place", None) == getattr(error, "place", None)


def test_an_error_in_the_notation_names_its_place() -> None:
    with pytest.raises(BadNotation) as refused:
        parse_condition("loop() | lop()")
    assert "10" in str(refused.value)


@pytest.mark.parametrize("value", [None, 5, b"loop()", loop()])
def test_a_notation_is_a_text(value: object) -> None:
    with pytest.raises(BadArgument) as refused:
        parse_condition(value)
    assert refused.value.kind == "not_notation"

"""A wrong use of the library is refused with a sentence that says what to write instead."""

import time
from collections.abc import Callable
from fractions import Fraction

import pytest

from termination import (
    BadArgument,
    Begun,
    Condition,
    Delta,
    Policy,
    Turn,
    any_of,
    budget,
    check_condition,
    circling,
    idle,
    loop,
    parse_condition,
    stop,
    when,
)
from termination.errors import SENTENCES

NO_TIMES = [None, "1", b"1", [], True, time.monotonic]
CALLS: list[Callable[[Turn, object], object]] = [
    lambda turn, now: turn.feed(Delta(content="a"), now),
    lambda turn, now: turn.tick(now),
    lambda turn, now: turn.finish(now),
    lambda turn, now: turn.stop(now),
    lambda turn, now: turn.end_thought(now),
    lambda turn, now: turn.fail("server_error", "server", "", now),
]


@pytest.mark.parametrize("now", NO_TIMES)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("start", [None, 0, 1.0])
def test_the_time_is_a_number(start: float | None, call: Callable[[Turn, object], object], now: object) -> None:
    turn = Turn(Policy(end=idle(5)), start, Begun("thought", "T"))
    with pytest.raises(BadArgument) as refused:
        call(turn, now)
    assert refused.value.kind == "now"
    assert "time.monotonic()" in str(refused.value)


@pytest.mark.parametrize("now", [each for each in NO_TIMES if each is not None])
def test_the_time_of_the_request_is_a_number(now: object) -> None:
    with pytest.raises(BadArgument) as refused:
        Turn(Policy(), now)
    assert refused.value.kind == "now"


@pytest.mark.parametrize("call", CALLS)
def test_a_time_that_is_refused_changes_nothing(call: Callable[[Turn, object], object]) -> None:
    turn = Turn(Policy(end=idle(5)), None, Begun("thought", "T"))
    with pytest.raises(BadArgument):
        call(turn, None)
    turn.feed(Delta(reasoning="a"), 3)
    assert (turn.thought, turn.deadline, turn.ending) == ("a", 8, None)


@pytest.mark.parametrize("now", [0, 3, 3.5, Fraction(7, 2), 1e300])
def test_any_kind_of_number_is_a_time(now: float) -> None:
    turn = Turn(end=budget(5))
    turn.feed(Delta(content="a"), now)
    turn.finish(now)
    assert turn.ending
    assert turn.ending.seconds.total == 0


class Chunk(Delta):
    """A delta of a program's own."""


def test_a_subclass_of_a_delta_is_a_delta() -> None:
    turn = Turn()
    turn.feed(Chunk(content="a"), 0.5)
    assert turn.answer == "a"


@pytest.mark.parametrize("chunk", ["a", None, {"content": "a"}])
@pytest.mark.parametrize("now", [0, 0.5, None])
def test_a_chunk_is_a_delta(chunk: object, now: float | None) -> None:
    with pytest.raises(BadArgument) as refused:
        Turn().feed(chunk, now)
    assert refused.value.kind == "not_delta"


@pytest.mark.parametrize("phase", ["waiting", "answr", "", None, 5, ["answer"]])
def test_a_partial_reply_is_in_one_of_two_phases(phase: object) -> None:
    with pytest.raises(BadArgument) as refused:
        Begun(phase, "T")
    assert refused.value.kind == "begun_phase"


@pytest.mark.parametrize("name", ["thought", "answer", "space"])
@pytest.mark.parametrize("value", [None, 5, b"T", ["T"]])
def test_a_partial_reply_consists_of_texts(name: str, value: object) -> None:
    with pytest.raises(BadArgument) as refused:
        Begun("answer", **{name: value})
    assert (refused.value.kind, refused.value.facts["name"]) == ("begun_text", name)


CONDITIONS = [
    loop(),
    stop("x"),
    any_of(),
    loop() | idle(5),
    loop() & idle(5),
    ~loop(),
    stop("x").during("answer").after(5).shadow(),
    when(lambda text: "x" in text),
]


@pytest.mark.parametrize("condition", CONDITIONS, ids=repr)
@pytest.mark.parametrize(
    "use",
    [
        lambda condition: condition or stop("x"),
        lambda condition: condition and stop("x"),
        lambda condition: not condition,
        lambda condition: stop("x") if condition else None,
        lambda condition: any([condition]),
    ],
)
def test_a_condition_has_no_truth_value(condition: Condition, use: Callable[[Condition], object]) -> None:
    with pytest.raises(TypeError) as refused:
        use(condition)
    assert str(refused.value) == SENTENCES["no_truth_value"].format(condition=repr(condition))


@pytest.mark.parametrize("condition", [*CONDITIONS, circling()], ids=repr)
def test_a_condition_needs_no_truth_value_to_work(condition: Condition) -> None:
    if "when" not in str(condition):
        assert str(parse_condition(str(condition) or "loop()")) == (str(condition) or "loop()")
    if "~" not in str(condition):
        check_condition(condition)
        turn = Turn(end=condition)
        turn.expect((7,), condition)
        turn.feed(Delta(content="x"), 0)


@pytest.mark.parametrize("value", ["", 0, (), "loop()"])
def test_only_a_condition_can_be_checked(value: object) -> None:
    with pytest.raises(BadArgument) as refused:
        check_condition(value)
    assert refused.value.kind == "not_end"

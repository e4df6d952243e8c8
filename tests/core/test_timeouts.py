"""The timeouts end a turn at the exact moment: no first token, nothing new, or too long in all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import Condition, Delta, Policy, Turn, Usage, parse_condition, timeouts

LIMITS = timeouts(first_token=10, idle=5, total=12)
TEXT = Delta("T")


def ending_of(limits: Condition, chunks: list[tuple[float, Delta]], tick: float) -> str | None:
    turn = Turn(Policy(end=limits), 0)
    for now, delta in chunks:
        assert turn.tick(now) == []
        turn.feed(delta, now)
    turn.tick(tick)
    return turn.ending.code if turn.ending else None


@pytest.mark.parametrize(
    ("limits", "chunks", "tick", "code"),
    [
        (LIMITS, [], 9.999, None),
        (LIMITS, [], 10, "first_token_timeout"),
        (LIMITS, [], 99, "first_token_timeout"),
        (LIMITS, [(4, TEXT)], 8.999, None),
        (LIMITS, [(4, TEXT)], 9, "idle_timeout"),
        (LIMITS, [(4, TEXT), (8, Delta("", "A"))], 11.999, None),
        (LIMITS, [(4, TEXT), (8, Delta("", "A"))], 12, "total_timeout"),
        (LIMITS, [(4, TEXT), (7, TEXT)], 12, "idle_timeout"),
        (timeouts(first_token=3, total=3), [], 3, "first_token_timeout"),
        (timeouts(), [(4, TEXT)], 1e9, None),
        (timeouts(idle=5), [], 1e9, None),
        (timeouts(first_token=5), [(4, TEXT)], 1e9, None),
        (timeouts(total=5), [], 5, "total_timeout"),
    ],
)
def test_a_timeout_expires_at_its_second(
    limits: Condition, chunks: list[tuple[float, Delta]], tick: float, code: str | None
) -> None:
    assert ending_of(limits, chunks, tick) == code


@pytest.mark.parametrize(
    ("chunk", "sign_of_life"),
    [
        (Delta("T"), True),
        (Delta("", "A"), True),
        (Delta("", " "), True),
        (Delta(), False),
        (Delta(usage=Usage(1)), False),
        (Delta(usage=Usage(2)), True),
        (Delta("", "", stop_reason=5), False),
    ],
)
def test_a_chunk_without_text_or_tokens_is_no_sign_of_life(chunk: Delta, sign_of_life: bool) -> None:
    turn = Turn(Policy(end=LIMITS), 0)
    turn.feed(Delta("T", usage=Usage(1)), 1)
    turn.feed(chunk, 3)
    assert turn.deadline == (8 if sign_of_life else 6)


def test_empty_chunks_do_not_stop_the_first_token_timeout() -> None:
    assert ending_of(LIMITS, [(second, Delta()) for second in range(1, 10)], 10) == "first_token_timeout"


def test_tokens_of_a_hidden_thought_are_a_sign_of_life() -> None:
    """Send no text while the model thinks (`include_reasoning: false`); the server continues to count."""
    chunks = [(second * 4.0, Delta(usage=Usage(second))) for second in (1, 2)]
    assert ending_of(LIMITS, chunks, 11.9) is None


@pytest.mark.parametrize(
    ("limits", "last", "deadline"),
    [
        (LIMITS, None, 110),
        (LIMITS, 101.0, 106),
        (LIMITS, 109.0, 112),
        (LIMITS, 107.0, 112),
        (timeouts(total=3), None, 103),
        (timeouts(idle=3), None, None),
        (timeouts(first_token=3), 102.0, None),
        (timeouts(), 102.0, None),
    ],
)
def test_the_nearest_timeout_is_the_deadline(limits: Condition, last: float | None, deadline: float | None) -> None:
    turn = Turn(Policy(end=limits), 100)
    if last is not None:
        turn.feed(TEXT, last)
    assert turn.deadline == deadline


limit = st.none() | st.floats(0.001, 1e6).map(lambda seconds: round(seconds, 6))  # as a Duration is


@given(limit, limit, limit, st.lists(st.floats(0, 1e5), max_size=5).map(sorted))
def test_a_tick_at_the_deadline_always_ends_the_turn(
    first_token: float | None, idle: float | None, total: float | None, times: list[float]
) -> None:
    turn = Turn(Policy(end=timeouts(first_token, idle, total)), 0)
    for now in times:
        turn.feed(TEXT, now)
    if total is not None and times and times[-1] >= total:
        assert turn.ending
        assert turn.ending.code == "total_timeout"
        return
    deadline = turn.deadline
    assert (deadline is None) == (total is None and (idle if times else first_token) is None)
    if deadline is not None:
        assert turn.tick(deadline - 1) == []
        turn.tick(deadline)
        assert turn.ending
        assert turn.deadline is None


def test_text_that_comes_after_the_total_timeout_is_not_shown() -> None:
    turn = Turn(Policy(end=timeouts(total=5)), 0)
    turn.feed(Delta("", "in time"), 4)
    turn.feed(Delta("", " and late"), 6)
    assert turn.ending
    assert (turn.answer, turn.ending.code) == ("in time", "total_timeout")


@pytest.mark.parametrize(
    ("notation", "chunks", "tick", "ended"),
    [
        ("idle(5s).during(answer)", [(1, TEXT)], 99, None),
        ("idle(5s).during(answer)", [(1, TEXT), (50, Delta("", "A"))], 54.9, None),
        ("idle(5s).during(answer)", [(1, TEXT), (50, Delta("", "A"))], 55, ("idle_timeout", "answer")),
        ("idle(5s).during(thought)", [(1, TEXT)], 6, ("idle_timeout", "thought")),
        ("idle(5s).during(thought)", [(1, TEXT), (2, Delta("", "A"))], 99, None),
        ("idle(9s) | idle(5s).during(answer)", [(1, TEXT), (2, Delta("", "A"))], 7, ("idle_timeout", "answer")),
    ],
)
def test_a_phase_may_have_its_own_idle_timeout(
    notation: str, chunks: list[tuple[float, Delta]], tick: float, ended: tuple[str, str] | None
) -> None:
    turn = Turn(Policy(end=parse_condition(notation)), 0)
    for now, delta in chunks:
        turn.feed(delta, now)
    turn.tick(tick)
    assert (turn.ending and (turn.ending.code, turn.ending.phase)) == ended


def test_the_total_timeout_ends_a_turn_in_which_chunks_keep_coming() -> None:
    turn = Turn(Policy(end=timeouts(total=5)), 0)
    for now in range(1, 10):
        turn.feed(Delta("", "A"), now)
    assert turn.ending
    assert (turn.ending.code, turn.answer, turn.ending.cut_at) == ("total_timeout", "AAAA", 4)
    assert (turn.ending.evidence, turn.ending.facts) == ("5", {"limit": "5"})


# --- A server that shows progress before the first token


def test_progress_restarts_the_first_token_timeout() -> None:
    turn = Turn(Policy(end=timeouts(first_token=10, total=100)), 0)
    for now in (9, 18, 27):
        assert turn.tick(now) == []
        turn.note_progress(now)
        assert turn.deadline == now + 10
    turn.tick(37)
    assert turn.ending
    assert (turn.ending.code, turn.ending.evidence, turn.ending.seconds.total) == ("first_token_timeout", "10", 37)


def test_progress_does_not_stop_the_other_timeouts() -> None:
    turn = Turn(Policy(end=timeouts(first_token=10, idle=5, total=12)), 0)
    turn.note_progress(9)
    assert turn.deadline == 12
    turn.feed(TEXT, 10)
    turn.note_progress(11)
    assert turn.deadline == 12
    turn.tick(12)
    assert turn.ending
    assert turn.ending.code == "total_timeout"


def test_progress_after_the_first_token_is_not_new_output() -> None:
    turn = Turn(Policy(end=timeouts(first_token=10, idle=5)), 0)
    turn.feed(TEXT, 1)
    turn.note_progress(5)
    assert turn.deadline == 6


def test_a_turn_waits_until_something_has_come() -> None:
    for chunk, waits in ((Delta(), True), (TEXT, False), (Delta(usage=Usage(1)), False)):
        turn = Turn(Policy(end=LIMITS), 0)
        assert turn.is_waiting
        turn.feed(chunk, 1)
        assert turn.is_waiting == waits
    turn = Turn(Policy(end=LIMITS), 0)
    turn.stop(1)
    assert not turn.is_waiting


def test_the_time_of_a_turn_may_start_with_progress() -> None:
    turn = Turn(Policy(end=timeouts(first_token=10)))
    turn.note_progress(5)
    assert turn.deadline == 15

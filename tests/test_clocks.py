"""The clocks end a turn at the exact moment: no first token, nothing new, or too long in all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import Clocks, Delta, Policy, Turn, Usage
from termination.clocks import RunningClocks

LIMITS = Clocks(first_token=10, idle=5, total=12)
TEXT = Delta("T")


def ending_of(limits: Clocks, chunks: list[tuple[float, Delta]], tick: float) -> str | None:
    turn = Turn(Policy(limits), 0)
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
        (Clocks(first_token=3, total=3), [], 3, "first_token_timeout"),
        (Clocks(), [(4, TEXT)], 1e9, None),
        (Clocks(idle=5), [], 1e9, None),
        (Clocks(first_token=5), [(4, TEXT)], 1e9, None),
        (Clocks(total=5), [], 5, "total_timeout"),
    ],
)
def test_a_clock_runs_out_at_its_second(
    limits: Clocks, chunks: list[tuple[float, Delta]], tick: float, code: str | None
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
    turn = Turn(Policy(LIMITS), 0)
    turn.feed(Delta("T", usage=Usage(1)), 1)
    turn.feed(chunk, 3)
    assert turn.deadline == (8 if sign_of_life else 6)


def test_empty_chunks_do_not_stop_the_first_token_clock() -> None:
    assert ending_of(LIMITS, [(second, Delta()) for second in range(1, 10)], 10) == "first_token_timeout"


def test_tokens_of_a_hidden_thought_are_a_sign_of_life() -> None:
    """`include_reasoning: false` sends no text while the model thinks, but the server goes on counting."""
    chunks = [(second * 4.0, Delta(usage=Usage(second))) for second in (1, 2)]
    assert ending_of(LIMITS, chunks, 11.9) is None


@pytest.mark.parametrize(
    ("limits", "last", "deadline"),
    [
        (LIMITS, None, (110, "first_token")),
        (LIMITS, 101.0, (106, "idle")),
        (LIMITS, 109.0, (112, "total")),
        (LIMITS, 107.0, (112, "idle")),
        (Clocks(total=3), None, (103, "total")),
        (Clocks(idle=3), None, None),
        (Clocks(first_token=3), 102.0, None),
        (Clocks(), 102.0, None),
    ],
)
def test_the_nearest_clock_is_the_deadline(
    limits: Clocks, last: float | None, deadline: tuple[float, str] | None
) -> None:
    assert RunningClocks(limits, 100, last).deadline == deadline


limit = st.none() | st.floats(0.001, 1e6)


@given(st.builds(Clocks, limit, limit, limit), st.lists(st.floats(0, 1e5), max_size=5).map(sorted))
def test_a_tick_at_the_deadline_always_ends_the_turn(limits: Clocks, times: list[float]) -> None:
    turn = Turn(Policy(limits), 0)
    for now in times:
        turn.feed(TEXT, now)
    deadline = turn.deadline
    assert (deadline is None) == (limits.total is None and (limits.idle if times else limits.first_token) is None)
    if deadline is not None:
        assert turn.tick(deadline - 1) == []
        turn.tick(deadline)
        assert turn.ending
        assert turn.deadline is None

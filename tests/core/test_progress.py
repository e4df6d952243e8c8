"""Tokens and seconds are counted by phase: by the server where it counts, else by the text, however it is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import Delta, Phase, Progress, Timing, TokenCounts, Usage
from termination.progress import BYTES_PER_TOKEN, TRUST, size
from tests.core.cuts import cut, plain

ANY: Phase | None = None


def begun(*phases: tuple[Phase, str], usage: int | None = None) -> Progress:
    """Return a progress after these phases, each a second after the one before, and then the server's count, if any."""
    progress = Progress(100)
    for phase, text in phases:
        progress.note_chunk(Delta(content=text), progress.now + 1)
        progress.enter(phase)
        progress.add(text)
    if usage is not None:
        progress.count(Usage(usage), progress.phase)
    return progress


@pytest.mark.parametrize(
    ("progress", "spent"),
    [
        (begun(), (0, 0, 0)),
        (begun(("thought", "word")), (1, 0, 1)),
        (begun(("thought", "wo"), ("answer", "word")), (0.5, 1, 1.5)),
        (begun(("thought", "四个")), (1.5, 0, 1.5)),
        (begun(("thought", "word"), usage=9), (9, 0, 9)),
        (begun(("thought", "word" * 3), ("answer", "word"), usage=8), (6, 2, 8)),
        (begun(usage=3), (0, 0, 0)),
    ],
)
def test_tokens_are_spent_in_their_phase(progress: Progress, spent: tuple[float, float, float]) -> None:
    assert (progress.spent("thought"), progress.spent("answer"), progress.spent(ANY)) == spent


def test_between_two_counts_the_text_counts_less_what_a_server_may_be_behind() -> None:
    progress = begun(("thought", "x"), usage=1)
    progress.add("word" * TRUST)
    assert progress.spent("thought") == 1
    progress.add("word" * 2)
    assert progress.spent("thought") == 3
    assert progress.tokens == TokenCounts(1 + TRUST + 2, 0, exact=False)  # the count has not kept up
    progress.count(Usage(20), "thought")
    assert progress.spent("thought") == 20


def test_a_count_that_goes_back_takes_nothing_back() -> None:
    progress = begun(("thought", "x"), usage=5)
    progress.count(Usage(4), "thought")
    progress.count(Usage(6), "thought")
    assert progress.tokens == TokenCounts(6, 0, exact=True)


def test_a_count_after_both_phases_is_shared_by_their_text_since_the_count_before() -> None:
    """Divide a count that comes at the end of a chunk which ends the thought and begins the answer."""
    progress = begun(("thought", "word" * 9), usage=9)
    progress.add("word" * 3)
    progress.enter("answer")
    progress.add("word")
    progress.count(Usage(17, reasoning=17), "answer")
    assert progress.tokens == TokenCounts(15, 2, exact=True)
    progress.add("word")
    progress.count(Usage(18), "answer")
    assert progress.tokens == TokenCounts(15, 3, exact=True)


def test_a_count_without_the_prompt_keeps_the_prompt_that_was_counted() -> None:
    progress = begun(("answer", "word"))
    progress.count(Usage(1, prompt=15), "answer")
    progress.count(Usage(2), "answer")
    assert progress.tokens == TokenCounts(0, 2, exact=True, prompt=15)


def test_tokens_before_any_text_belong_to_the_phase_that_begins() -> None:
    progress = begun(usage=3)
    assert progress.tokens == TokenCounts(0, 3, exact=True)
    progress.enter("thought")
    assert progress.tokens == TokenCounts(3, 0, exact=True)


@pytest.mark.parametrize(
    ("progress", "limit", "scope", "text", "at"),
    [
        (begun(("thought", "")), 2, "thought", "word" * 3, 8),
        (begun(("thought", "word")), 2, "thought", "word" * 3, 4),
        (begun(("thought", "word")), 2, "thought", "wor", None),
        (begun(("thought", "word")), 2, "thought", "word", 4),
        (begun(("thought", "word" * 2)), 2, "thought", "", 0),
        (begun(("thought", "word" * 9)), 2, "thought", "word", 0),
        (begun(("thought", "")), 2, "thought", "四个字", 3),
        (begun(("thought", "")), 2, "thought", "👩👩👩", 2),
        (begun(("thought", "")), 100, "thought", "word", None),
        (begun(("thought", "word"), ("answer", "")), 2, "answer", "word" * 3, 8),
        (begun(("thought", "word"), ("answer", "")), 2, ANY, "word" * 3, 4),
        (begun(("thought", "word"), usage=9), 9, "thought", "word", 0),
        (begun(("thought", "word"), usage=9), 10, "thought", "word" * (TRUST + 1), 4 * (TRUST + 1)),
        (begun(("thought", "word"), usage=9), 10, "thought", "word" * TRUST, None),
        (begun(("thought", "word"), ("answer", ""), usage=9), 9, ANY, "word", 0),
    ],
)
def test_it_is_known_where_in_the_next_text_so_many_tokens_are_spent(
    progress: Progress, limit: int, scope: Phase | None, text: str, at: int | None
) -> None:
    assert progress.reaches(limit, scope, text) == at


@given(plain, st.integers(1, 12), st.data())
def test_the_place_is_the_same_however_the_text_is_cut(text: str, limit: int, data: st.DataObject) -> None:
    progress, place = begun(("thought", "")), None
    for piece in data.draw(cut(text)):
        at = progress.reaches(limit, "thought", piece)
        place = progress.text + at if place is None and at is not None else place
        progress.add(piece)
    assert place == next((at for at in range(len(text) + 1) if size(text[:at]) >= limit * BYTES_PER_TOKEN), None)


def test_one_may_look_ahead_as_if_the_text_had_come() -> None:
    progress = begun(("thought", "word"))
    with progress.ahead("word"):
        assert progress.spent("thought") == 2
        assert progress.reaches(3, "thought", "word" * 2) == 4
    assert progress.spent("thought") == 1
    assert progress.text == 4


@pytest.mark.parametrize(("text", "expected"), [("", 0), ("abc", 3), ("é", 2), ("四", 3), ("👩", 4), ("\ud800", 3)])
def test_the_size_is_that_in_utf_8(text: str, expected: int) -> None:
    assert size(text) == expected


# --- Seconds


def test_seconds_are_counted_by_phase_and_since_the_request() -> None:
    progress = begun(("thought", "T"), ("answer", "A"), ("thought", "U"))
    progress.now = 110
    assert [progress.elapsed(scope) for scope in ("waiting", "thought", "answer", ANY)] == [1, 8, 1, 10]
    assert progress.seconds == Timing(total=10, first_token=1, thought=8)
    assert begun().seconds == Timing(total=0, first_token=None, thought=0)


@pytest.mark.parametrize(
    ("scope", "when"), [("thought", 100 + 1 + 20 + 1), ("answer", None), ("waiting", None), (ANY, 120)]
)
def test_a_phase_that_does_not_run_has_no_end(scope: Phase | None, when: float | None) -> None:
    progress = begun(("thought", "T"), ("answer", "A"), ("thought", "U"))
    assert progress.when(20, scope) == when
    for now in (102.9, 103, 119.999, 120, 121.999, 122):
        progress.now = now
        assert progress.passed(20, scope) == (when is not None and now >= when)


def test_a_phase_that_is_over_has_passed_what_it_lasted() -> None:
    progress = begun(("thought", "T"), ("answer", "A"))
    assert (progress.passed(1, "thought"), progress.passed(1.1, "thought")) == (True, False)


@pytest.mark.parametrize(
    ("text", "usage", "alive", "first"),
    [("word", None, 105, 105), ("", None, None, None), ("", Usage(0), None, None), ("", Usage(1), 105, None)],
)
def test_text_and_new_tokens_are_signs_of_life(
    text: str, usage: Usage | None, alive: float | None, first: float | None
) -> None:
    progress = Progress(100)
    progress.note_chunk(Delta(content=text, usage=usage), 105)
    assert (progress.alive, progress.first, progress.now) == (alive, first, 105)

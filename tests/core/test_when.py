"""`when` makes a condition of a function of the answer's text: the same cut, however the text is cut into chunks."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import BadArgument, Condition, ConditionFailed, Delta, Event, Turn, loop, stop, when
from termination.when import KEPT

THINK = ("<think>", "</think>")


def played(end: Condition, *chunks: str) -> tuple[Turn, list[Event]]:
    turn = Turn(end=end, think=THINK)
    events = [event for text in chunks for event in turn.feed(Delta(content=text), 0.0)]
    return turn, events + turn.feed(Delta(finish_reason="stop"), 0.0)


def three_questions(text: str) -> bool:
    return text.count("?") >= 3


def test_a_function_ends_the_answer_at_the_first_text_for_which_it_is_true() -> None:
    turn, _ = played(when(three_questions), "<think>? ? ? ?</think>Why? Who? Wh", "ere? When?")
    assert (turn.answer, turn.ending.code, turn.ending.evidence) == ("Why? Who? Where?", "stop_text", "")
    assert turn.ending.condition == "when(three_questions)"


@pytest.mark.parametrize(("result", "evidence"), [(True, ""), ("too long", "too long"), (1, ""), ([0], "")])
def test_a_text_is_the_reason_and_any_true_value_ends_the_turn(result: object, evidence: str) -> None:
    turn, _ = played(when(lambda text: len(text) > 3 and result), "abcdef")
    assert (turn.answer, turn.ending.evidence) == ("abcd", evidence)


@pytest.mark.parametrize("result", [False, None, "", 0, []])
def test_any_false_value_lets_the_turn_continue(result: object) -> None:
    turn, _ = played(when(lambda text: text and result), "abcdef")
    assert (turn.answer, turn.ending.code) == ("abcdef", "complete")


def test_it_composes_and_looks_at_the_thought_if_that_is_asked_for() -> None:
    condition = when(lambda text: text == "Hm. N").during("thought") | stop("END") | when(lambda text: "z" in text)
    turn, _ = played(condition, "<think>Hm. No.</think>Yes.")
    assert (turn.thought, turn.ending.phase) == ("Hm. N", "thought")
    assert played(loop() & when(bool), "abc")[0].ending.code == "complete"


def test_each_phase_and_each_turn_begins_with_no_text() -> None:
    seen: list[str] = []
    condition = when(lambda text: seen.append(text)).during("any")
    played(condition, "<think>ab</think>cd")
    played(condition, "e")
    assert seen == ["a", "ab", "c", "cd", "e"]


def test_of_a_long_text_the_end_is_given() -> None:
    lengths: list[int] = []
    turn, _ = played(when(lambda text: lengths.append(len(text)) or text.endswith("b")), "a" * KEPT + "aab" + "a")
    assert (max(lengths), len(turn.answer)) == (KEPT, KEPT + 3)


def test_a_function_that_raises_is_dropped_and_the_turn_continues() -> None:
    turn, events = played(when(lambda text: 1 / (len(text) - 2) > 5) | stop("END"), "abc", "END")
    assert (turn.answer, turn.ending.evidence) == ("abc", "END")
    assert [type(event) for event in events if isinstance(event, ConditionFailed)] == [ConditionFailed]


@pytest.mark.parametrize("value", [None, True, "END", 5])
def test_what_cannot_be_called_is_rejected(value: object) -> None:
    with pytest.raises(BadArgument) as refused:
        when(value)
    assert refused.value.kind == "not_callable"


class Grumpy:
    def __call__(self, text: str) -> bool:
        return "!" in text

    def __repr__(self) -> str:
        return "Grumpy()"


def test_it_is_shown_with_the_name_of_its_function() -> None:
    assert repr(when(Grumpy())) == "when(Grumpy())"
    assert repr(when(three_questions).during("any")) == "when(three_questions).during(any)"


def test_two_of_the_same_function_are_equal() -> None:
    assert when(three_questions) == when(three_questions)
    assert when(three_questions) != when(len)


@given(st.text("ab?\n", max_size=30), st.lists(st.integers(0, 30), max_size=5), st.integers(1, 4))
def test_the_cut_is_the_same_however_the_text_is_cut(text: str, places: list[int], number: int) -> None:
    def asks(so_far: str) -> str:
        return so_far if so_far.count("?") >= number else ""

    cuts = sorted({0, len(text), *(place for place in places if place < len(text))})
    chunks = [text[start:end] for start, end in pairwise(cuts)]
    endings = [outcome(asks, each) for each in ([text], chunks, list(text))]
    assert endings[1:] == endings[:-1]


def outcome(predicate: Callable[[str], object], chunks: list[str]) -> tuple[object, ...]:
    turn, _ = played(when(predicate), "-", *chunks)
    return turn.answer, turn.ending.code, turn.ending.evidence, turn.ending.cut_at

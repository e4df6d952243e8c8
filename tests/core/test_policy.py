"""One text counts as one item wherever several are allowed, and a turn is made with a policy or without one."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import BadArgument, Delta, Markers, Policy, Turn, check_condition, first_token, idle, stop, total
from termination.stop import StopText

some_texts = st.text(min_size=1, max_size=5)


@given(some_texts)
def test_a_text_is_one_item(text: str) -> None:
    assert Markers(text, text) == Markers((text,), [text])
    assert Policy(special_tokens=text, last_words=text) == Policy(special_tokens=[text], last_words=(text,))
    assert StopText(text) == stop(text)


@given(st.lists(some_texts, max_size=3))
def test_several_are_a_tuple(texts: list[str]) -> None:
    policy = Policy(Markers(texts, iter(texts)), iter(texts), texts)
    assert policy == Policy(Markers(tuple(texts), tuple(texts)), tuple(texts), tuple(texts))
    assert hash(policy) == hash(Policy(Markers(texts, texts), texts, texts))


Make = Callable[[object], object]


@pytest.mark.parametrize(
    "make", [lambda it: Markers(it, "b"), lambda it: Markers("a", it), lambda it: Policy(None, it)]
)
@pytest.mark.parametrize(
    ("value", "kind"),
    [("", "empty_item"), (("a", ""), "empty_item"), (5, "not_texts"), (None, "not_texts"), (("a", 5), "not_texts")],
)
def test_an_empty_text_and_what_is_no_text_are_rejected(make: Make, value: object, kind: str) -> None:
    with pytest.raises(BadArgument) as refused:
        make(value)
    assert refused.value.kind == kind


def test_bytes_are_no_text() -> None:
    with pytest.raises(BadArgument) as refused:
        Policy(last_words=b"ab")
    assert (refused.value.kind, refused.value.facts["value"]) == ("not_texts", "b'ab'")


@pytest.mark.parametrize("end", ["loop()", 5, stop, (stop("a"),)])
def test_an_end_that_is_no_condition_is_rejected(end: object) -> None:
    for make in (Policy, Turn):
        with pytest.raises(BadArgument) as refused:
            make(end=end)
        assert refused.value.kind == "not_end"


@pytest.mark.parametrize("special", ["<|im_end|>", ("<|im_end|>",), ()])
def test_a_special_token_alone_is_removed_and_does_not_hang_the_turn(special: object) -> None:
    turn = Turn(Policy(special_tokens=special), 0.0)
    turn.feed(Delta(content="One.<|im_end|> Two.", finish_reason="stop"), 1.0)
    assert turn.answer == ("One. Two." if special else "One.<|im_end|> Two.")


# --- A turn without a policy

PAIRS = [
    ("<think>", "</think>"),
    ["<think>", "</think>"],
    (("<think>", "<thought>"), ("</think>",)),
    (["<think>"], "</think>"),
]


@pytest.mark.parametrize("think", PAIRS)
def test_a_turn_is_made_of_conditions_and_markers(think: object) -> None:
    turn = Turn(end=stop("END"), think=think)
    for text in ["<think>Two", "</think>Four. E", "ND"]:
        turn.feed(Delta(content=text), now=5.0)
    assert (turn.thought, turn.answer) == ("Two", "Four. ")
    assert (turn.ending.code, turn.ending.evidence) == ("stop_text", "END")


def test_a_turn_without_anything_ends_with_the_server() -> None:
    turn = Turn()
    turn.feed(Delta(content="<think>One.", finish_reason="stop"), 5.0)
    assert (turn.answer, turn.ending.code) == ("<think>One.", "complete")


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"policy": Policy(), "end": stop("a")}, "both"),
        ({"policy": Policy(), "think": ("a", "b")}, "both"),
        ({"policy": stop("a")}, "not_policy"),
        ({"policy": "<think>"}, "not_policy"),
        ({"think": "<think>"}, "markers"),
        ({"think": ("<think>",)}, "markers"),
        ({"think": 5}, "markers"),
        ({"think": ("<think>", "")}, "empty_item"),
        ({"begun": "One."}, "not_begun"),
    ],
)
def test_a_turn_that_cannot_be_meant_is_rejected(arguments: dict[str, object], kind: str) -> None:
    with pytest.raises(BadArgument) as refused:
        Turn(**arguments)
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda: Turn().feed("One.", 1.0), "not_delta"),
        (lambda: Turn().feed(None, 1.0), "not_delta"),
        (lambda: Turn().feed({"choices": []}, 1.0), "not_delta"),
        (lambda: Turn().expect((), "loop()"), "not_end"),
        (lambda: check_condition("loop()"), "not_end"),
        (lambda: Policy(("<think>", "</think>")), "not_markers"),
        (lambda: Policy(stop("a")), "not_markers"),
    ],
)
def test_a_call_that_cannot_be_meant_is_rejected(call: Callable[[], object], kind: str) -> None:
    with pytest.raises(BadArgument) as refused:
        call()
    assert refused.value.kind == kind


def test_the_time_of_a_turn_without_a_time_starts_with_its_first_call() -> None:
    turn = Turn(end=total(60) | idle(10))
    assert turn.deadline is None
    turn.feed(Delta(content="One."), now=1000.0)
    assert turn.deadline == 1010.0
    turn.tick(now=1010.0)
    assert (turn.ending.code, turn.ending.seconds.total) == ("idle_timeout", 10.0)
    assert turn.deadline is None


def test_the_first_call_may_be_any_other() -> None:
    turn = Turn(end=first_token(5))
    assert turn.tick(now=100.0) == []
    assert turn.deadline == 105.0
    stopped = Turn(end=first_token(5))
    stopped.stop(now=100.0)
    assert (stopped.ending.code, stopped.ending.seconds.total) == ("stopped", 0.0)
    lost = Turn(think=("<think>", "</think>"))
    assert lost.end_thought(now=100.0) == []
    lost.finish(now=103.0)
    assert lost.ending.code == "disconnected"


def test_what_is_expected_of_a_turn_without_a_time_stays_expected() -> None:
    turn = Turn(end=idle(10))
    turn.expect((7,), stop("END"))
    turn.feed(Delta(content="One."), now=1000.0)
    assert turn.deadline is None
    turn.feed(Delta(content=" END"), now=1001.0)
    assert turn.ending.evidence == "END"

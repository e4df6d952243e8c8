"""Text that came as reasoning is an answer only if nothing says that it was a thought."""

import pytest

from termination import Delta, Policy, Turn
from tests.core.cuts import OPENED, THINK

FULL = Policy(THINK, ("<|eot|>",), ("<|eot|>",))
NO_THINK = Policy(THINK, thinks=False)


def play(policy: Policy, reasoning: str, reason: str = "stop", stop_reason: int | str | None = None) -> Turn:
    turn = Turn(policy, 0.0)
    turn.feed(Delta(reasoning), 0.0)
    turn.feed(Delta(finish_reason=reason, stop_reason=stop_reason), 0.0)
    return turn


@pytest.mark.parametrize("stop_reason", [None, "stop", "</s>", "<|eot|>", "eos_token", "<end_of_turn>", "<|other|>"])
def test_reasoning_that_the_model_has_ended_itself_is_the_answer(stop_reason: str | None) -> None:
    turn = play(FULL, "Four.", stop_reason=stop_reason)
    assert turn.ending
    assert (turn.answer, turn.ending.code, turn.ending.is_unanswered) == ("Four.", "complete", False)


@pytest.mark.parametrize(("stop_reason", "code"), [(7, "complete"), ("END", "stop_text")])
def test_reasoning_that_a_stop_token_or_text_has_ended_is_a_thought(stop_reason: int | str, code: str) -> None:
    turn = play(FULL, "Four.", stop_reason=stop_reason)
    assert turn.ending
    assert (turn.answer, turn.ending.code, turn.ending.is_unanswered) == ("", code, True)


@pytest.mark.parametrize(("policy", "reasoning"), [(FULL, "\nFour."), (Policy(OPENED), "Four.")])
def test_reasoning_that_was_opened_is_a_thought(policy: Policy, reasoning: str) -> None:
    turn = play(policy, reasoning)
    assert turn.ending
    assert (turn.answer, turn.ending.is_unanswered) == ("", True)


def test_a_thought_within_the_answer_that_never_ends_is_shown_as_answer_too() -> None:
    turn = Turn(FULL, 0.0)
    turn.feed(Delta(content="A.\n<think>\nB."), 0.0)
    turn.feed(Delta(finish_reason="stop"), 0.0)
    assert (turn.thought, turn.answer) == ("B.", "A.\nB.")


def test_a_server_that_continues_after_the_end_files_it_no_better() -> None:
    turn = Turn(FULL, 0.0)
    turn.feed(Delta("Four.<|eot|>user\nMore?"), 0.0)
    assert turn.ending
    assert (turn.answer, turn.ending.code) == ("Four.", "complete")


@pytest.mark.parametrize(("reason", "code"), [("stop", "complete"), ("length", "length")])
def test_in_a_mode_without_a_thought_all_reasoning_is_the_answer(reason: str, code: str) -> None:
    turn = play(NO_THINK, "\nFour.", reason)
    assert turn.ending
    assert (turn.answer, turn.ending.code, turn.ending.phase) == ("Four.", code, "answer")

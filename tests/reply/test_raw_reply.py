"""A partial reply is in its prompt as the model wrote it, whatever part of it the prompt already contains."""

from typing import Any

import pytest

from chat.reply.raw_reply import reply_after, whole_thought
from termination import Begun
from tests.shelf import profile

HEAD = "<|im_start|>assistant\n"
T, A = "Two, 二 🙂,\n\n\tand  two. ", " Four🙂,\n是四 "
THINKS: dict[str, Any] = {}
OPENED: dict[str, Any] = {"thinking": {"open": "<think>", "close": "</think>", "opened": True}}
PREFIX: dict[str, Any] = {"thinking": {"open": "<think>", "close": "</think>", "prefix": "<think>\nOkay, I"}}
PLAIN: dict[str, Any] = {"thinking": None}
HARMONY: dict[str, Any] = {"thinking": {"open": "<|a|>", "close": ["<|end|>", "<|end|><|final|>"]}}
OPEN = Begun("thought", T, space="\n ")
ANSWERS = Begun("answer", T, A)
CLOSED = Begun("answer", T)
NO_THOUGHT = Begun("answer", "", A)
NOTHING = Begun("answer")


@pytest.mark.parametrize(
    ("values", "end", "begun", "reply"),
    [
        (THINKS, HEAD, OPEN, f"<think>\n{T}\n "),
        (THINKS, HEAD, ANSWERS, f"<think>\n{T}\n</think>\n\n{A}"),
        (THINKS, HEAD, CLOSED, f"<think>\n{T}\n</think>\n\n"),
        (THINKS, HEAD, Begun("answer", T, "", "\n"), f"<think>\n{T}\n</think>\n"),
        (THINKS, HEAD, Begun("thought", "", space="\n"), "<think>\n"),
        (THINKS, HEAD, NO_THOUGHT, A),
        (THINKS, HEAD, NOTHING, ""),
        (THINKS, None, ANSWERS, f"<think>\n{T}\n</think>\n\n{A}"),
        # Several thoughts
        (THINKS, HEAD, Begun("thought", "Hm.\n\nOr", "4?", " ", 5), "<think>\nHm.\n</think>\n\n4?\n<think>\nOr "),
        (THINKS, HEAD, Begun("thought", "Hm.\n\nOr", "4?\n", since=3), "<think>\nHm.\n</think>\n\n4?\n<think>\nOr"),
        (THINKS, HEAD, Begun("thought", "Or", "4?"), "4?\n<think>\nOr"),
        (THINKS, HEAD, Begun("answer", "Hm.\n\nOr", "4?\n", since=3), "<think>\nHm.\n\nOr\n</think>\n\n4?\n\n"),
        (THINKS, HEAD, Begun("answer", "Or", "4?\n\nF", since=3), "<think>\nOr\n</think>\n\n4?\n\nF"),
        # The prompt opens the thought
        (THINKS, f"{HEAD}<think>\n", OPEN, f"{T}\n "),
        (THINKS, f"{HEAD}<think>", ANSWERS, f"{T}\n</think>\n\n{A}"),
        (THINKS, f"{HEAD}<think>\n", NO_THOUGHT, f"\n</think>\n\n{A}"),
        (OPENED, f"{HEAD}<think>\n", ANSWERS, f"{T}\n</think>\n\n{A}"),
        (OPENED, None, ANSWERS, f"{T}\n</think>\n\n{A}"),
        (OPENED, None, NO_THOUGHT, f"\n</think>\n\n{A}"),
        # The profile says so, and the prompt does not, or has closed it
        (OPENED, HEAD, OPEN, f"<think>\n{T}\n "),
        (OPENED, f"{HEAD}<think>\n\n</think>\n\n", NO_THOUGHT, A),
        (THINKS, f"What is <think> for?<|im_end|>\n{HEAD}", NO_THOUGHT, A),
        # The prompt starts the thought with words
        (OPENED, f"{HEAD}<think>\nOkay, the user", Begun("thought", "Okay, the user asks"), " asks"),
        (OPENED, f"{HEAD}<think>\nOkay, the user", Begun("thought", "asks"), " asks"),
        (OPENED, f"{HEAD}<think>\nOkay, the user", Begun("thought", "'s"), "'s"),
        (OPENED, f"{HEAD}<think>\n好的，用户", Begun("thought", "问"), "问"),
        (OPENED, f"{HEAD}<think>\nOkay, the user", Begun("thought", "Okay"), ""),
        # The profile starts it with words
        (PREFIX, HEAD, Begun("thought", "see"), "<think>\nOkay, I see"),
        (PREFIX, HEAD, Begun("answer", "see", "4"), "<think>\nOkay, I see\n</think>\n\n4"),
        (PREFIX, HEAD, Begun("answer", "", "4"), "<think>\nOkay, I\n</think>\n\n4"),
        # No thought, other markers
        (PLAIN, HEAD, NO_THOUGHT, A),
        (PLAIN, HEAD, Begun("answer", space="\n"), "\n"),
        (HARMONY, HEAD, ANSWERS, f"<|a|>\n{T}\n<|end|><|final|>\n\n{A}"),
    ],
)
def test_the_reply_after_a_prompt(values: dict[str, Any], end: str | None, begun: Begun, reply: str) -> None:
    assert reply_after(profile(**values), "FULL", begun, end) == reply


def test_a_mode_that_does_not_think_does_not_start_with_a_thought() -> None:
    modes = {name: {"thinks": False} for name in ("FULL", "THINK_ONLY")}
    for values in (OPENED, PREFIX):
        assert reply_after(profile(**values, modes=modes), "FULL", NO_THOUGHT, None) == A


@pytest.mark.parametrize(
    ("values", "thought", "whole"),
    [(THINKS, T, T), (PREFIX, "see", "Okay, I see"), (PREFIX, "Okay, I see", "Okay, I see"), (PLAIN, "", "")],
)
def test_the_thought_in_a_field_of_its_own(values: dict[str, Any], thought: str, whole: str) -> None:
    assert whole_thought(profile(**values), "FULL", Begun("answer", thought, A)) == whole

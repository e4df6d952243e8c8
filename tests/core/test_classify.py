"""The server's finish reason becomes an ending code; `stop` alone does not mean an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import Markers, Policy
from termination.chunks.classify import classify

FULL = Policy(markers=Markers(("<think>",), ("</think>",)))
OWN_ENDS = (
    "stop",
    " EOS ",
    "eos_token",
    "end_turn",
    "[DONE]",
    "<|im_end|>",
    "</s>",
    "<end_of_turn>",
    "<｜end▁of▁sentence｜>",
)
THINK_ONLY = Policy(markers=Markers(("<think>",), ("</think>",)), thought_only=True)


@pytest.mark.parametrize(
    ("finish_reason", "stop_reason", "policy", "answered", "expected"),
    [
        ("stop", None, FULL, True, ("complete", "model")),
        ("stop", None, FULL, False, ("complete", "model")),
        ("stop", 151643, FULL, True, ("complete", "model")),
        ("stop", 0, FULL, True, ("complete", "model")),
        ("stop", "END", FULL, True, ("stop_text", "server")),
        *(("stop", own, FULL, True, ("complete", "model")) for own in OWN_ENDS),
        *(("stop", own, THINK_ONLY, False, ("thought_complete", "model")) for own in OWN_ENDS),
        *(("stop", text, FULL, True, ("stop_text", "server")) for text in ("end", "stop.", "<b>", "<||>", "done")),
        ("stop", "", FULL, True, ("stop_text", "server")),
        ("stop", None, THINK_ONLY, False, ("thought_complete", "model")),
        ("stop", 151668, THINK_ONLY, False, ("thought_complete", "model")),
        ("stop", "</think>", THINK_ONLY, False, ("thought_complete", "model")),
        ("stop", "END", THINK_ONLY, False, ("stop_text", "server")),
        ("stop", None, THINK_ONLY, True, ("complete", "model")),
        ("eos_token", None, FULL, True, ("complete", "model")),
        ("eos", None, FULL, True, ("complete", "model")),
        ("end_turn", None, FULL, True, ("complete", "model")),
        ("stop_sequence", "END", FULL, True, ("stop_text", "server")),
        ("length", None, FULL, True, ("length", "server")),
        ("length", None, THINK_ONLY, False, ("length", "server")),
        ("max_tokens", None, FULL, True, ("length", "server")),
        ("repetition", "repetition_detected", FULL, True, ("loop", "server")),
        ("tool_calls", None, FULL, False, ("tool_calls", "model")),
        ("function_call", None, FULL, False, ("tool_calls", "model")),
        ("content_filter", None, FULL, False, ("content_filter", "server")),
        ("abort", None, FULL, True, ("aborted", "server")),
        ("error", None, FULL, True, ("aborted", "server")),
    ],
)
def test_the_finish_reason_is_read(
    finish_reason: str,
    stop_reason: int | str | None,
    policy: Policy,
    answered: bool,
    expected: tuple[str, str],
) -> None:
    assert classify(finish_reason, stop_reason, policy, answered) == expected


@given(st.text(), st.none() | st.integers() | st.text(), st.booleans(), st.booleans())
def test_an_unknown_finish_reason_is_never_a_complete_answer(
    word: str, stop_reason: int | str | None, only: bool, answered: bool
) -> None:
    natural = {"stop", "eos", "eos_token", "end_turn", "stop_sequence"}
    code, _ = classify(word, stop_reason, THINK_ONLY if only else FULL, answered)
    assert (code in {"complete", "thought_complete", "stop_text"}) == (word in natural)

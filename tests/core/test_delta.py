"""A chunk of any server becomes a Delta: what is unknown is ignored, what is missing or malformed is empty."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import Delta, Usage, delta


def choices(*all_of_them: object) -> dict[str, object]:
    return {"choices": list(all_of_them)}


FIRST, SECOND = (
    {"index": 0, "delta": {"content": "A"}},
    {"index": 1, "delta": {"content": "B"}, "finish_reason": "stop"},
)


@pytest.mark.parametrize(
    ("chunk", "expected"),
    [
        ({"choices": [{"delta": {"content": "A"}}]}, Delta("", "A")),
        ({"choices": [{"delta": {"reasoning": "T"}}]}, Delta("T")),
        ({"choices": [{"delta": {"reasoning_content": "T"}}]}, Delta("T")),
        ({"choices": [{"delta": {"reasoning": "T", "reasoning_content": "T"}}]}, Delta("T")),
        ({"choices": [{"delta": {"reasoning": None, "content": None}}]}, Delta()),
        ({"choices": [{"delta": {"reasoning": "T", "content": "A"}}]}, Delta("T", "A")),
        ({"choices": [{"delta": {"content": "A"}, "finish_reason": "length"}]}, Delta("", "A", "length")),
        ({"choices": [{"finish_reason": "stop", "stop_reason": 7}]}, Delta(finish_reason="stop", stop_reason=7)),
        ({"choices": [{"finish_reason": "stop", "matched_stop": 7}]}, Delta(finish_reason="stop", stop_reason=7)),
        ({"choices": [{"finish_reason": "stop", "stop_reason": "None"}]}, Delta(finish_reason="stop")),
        ({"choices": [{"delta": {"thinking_content": "T"}}]}, Delta("T")),
        ({"choices": [{"delta": None, "finish_reason": "stop"}]}, Delta(finish_reason="stop")),
        ({"choices": [], "usage": {"completion_tokens": 5}}, Delta(usage=Usage(5))),
        ({"choices": None}, Delta()),
        ({}, Delta()),
        ({"usage": None}, Delta()),
        ({"usage": {"completion_tokens": "5", "completion_tokens_details": 7}}, Delta(usage=Usage(5))),
        ({"usage": {"completion_tokens": "many", "prompt_tokens": "-3"}}, Delta(usage=Usage(0))),
        ({"usage": {"input_tokens": 3, "output_tokens": 5}}, Delta(usage=Usage(5, prompt=3))),
        ({"usage": {"prompt_tokens": 3, "total_tokens": 8}}, Delta(usage=Usage(5, prompt=3))),
        ({"usage": {"prompt_tokens": 8, "total_tokens": 3}}, Delta(usage=Usage(0, prompt=8))),
        ({"usage": {"total_tokens": 8}}, Delta(usage=Usage(0))),
        ({"usage": {"output_tokens": 5, "output_tokens_details": {"reasoning_tokens": 2}}}, Delta(usage=Usage(5, 2))),
        ({"x_groq": {"usage": {"completion_tokens": 5}}}, Delta(usage=Usage(5))),
        ({"x_groq": {"id": "r"}}, Delta()),
        (choices({"delta": {}, "usage": {"completion_tokens": 5}}), Delta(usage=Usage(5))),
        ({"choices": [None]}, Delta()),
        ({"choices": "A"}, Delta()),
        ({"choices": [{"delta": "A", "finish_reason": 7, "stop_reason": [7]}]}, Delta()),
        ({"choices": [{"delta": {"content": [{"type": "text", "text": "A"}], "reasoning": 1}}]}, Delta("", "A")),
        (None, Delta()),
        ([1, 2], Delta()),
        ({"usage": {"completion_tokens": None}}, Delta(usage=Usage(0))),
        (
            {"usage": {"completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 3}}},
            Delta(usage=Usage(5, 3)),
        ),
        ({"timings": {"predicted_n": 4}}, Delta(usage=Usage(4))),
        ({"timings": {"predicted_n": 4, "prompt_n": 3}}, Delta(usage=Usage(4))),
        ({"timings": {"predicted_n": 4, "prompt_n": 3, "cache_n": 0}}, Delta(usage=Usage(4, prompt=3))),
        ({"timings": {"predicted_n": 4, "prompt_n": 3, "cache_n": 20}}, Delta(usage=Usage(4, prompt=23))),
        ({"usage": {"completion_tokens": 5, "prompt_tokens": 20}}, Delta(usage=Usage(5, prompt=20))),
        ({"usage": {"completion_tokens": 5, "prompt_tokens": "20"}}, Delta(usage=Usage(5, prompt=20))),
        ({"choices": [{"delta": {"role": "assistant", "tool_calls": [{}]}, "index": 0}], "id": "x"}, Delta()),
        # Several choices
        (choices(FIRST), Delta("", "A")),
        (choices(SECOND), Delta()),
        (choices(FIRST, SECOND), Delta("", "A")),
        (choices(SECOND, FIRST), Delta("", "A")),
        (choices(None, FIRST), Delta("", "A")),
        (choices({"index": None, "delta": {"content": "A"}}), Delta("", "A")),
        ({**choices(SECOND), "usage": {"completion_tokens": 9}}, Delta()),
        # /v1/completions, and a whole answer
        (choices({"index": 0, "text": "A", "stop_reason": "END"}), Delta("", "A", stop_reason="END")),
        (choices({"text": ["A"]}), Delta("", "A")),
        (choices({"message": {"reasoning": "T", "content": "A"}, "finish_reason": "stop"}), Delta("T", "A", "stop")),
        (choices({"message": {"content": "A", "reasoning_content": "T"}, "delta": {}}), Delta("T", "A")),
        (choices({"message": "A"}), Delta()),
        (choices({"delta": "A", "message": {"content": "B"}}), Delta("", "B")),
        # Token ids
        (choices({"delta": {"content": "A"}, "token_ids": [32, 33]}), Delta("", "A", token_ids=(32, 33))),
        (choices({"delta": {}, "token_ids": [151667]}), Delta(token_ids=(151667,))),
        (choices({"delta": {}, "token_ids": None}), Delta()),
        (choices({"delta": {}, "token_ids": ["32", 1.5, True, None, 33]}), Delta(token_ids=(33,))),
        (choices({"delta": {}, "token_ids": 32}), Delta()),
        (choices({**SECOND, "token_ids": [32]}), Delta()),
    ],
)
def test_a_chunk_of_any_server_is_read(chunk: object, expected: Delta) -> None:
    assert delta(chunk) == expected


def as_objects(value: object) -> object:
    """Return the same chunk as the OpenAI client gives it: with attributes instead of keys."""
    if isinstance(value, dict):
        return SimpleNamespace(**{name: as_objects(each) for name, each in value.items()})
    return [as_objects(each) for each in value] if isinstance(value, list) else value


KEYS = ["choices", "delta", "content", "reasoning", "usage", "text", "timings"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda each: (
        st.lists(each, max_size=2)
        | st.dictionaries(
            st.sampled_from(["choices", "delta", "content", "reasoning", "usage", "text", "timings"]), each
        )
    ),
    max_leaves=6,
)


@given(json_values)
def test_any_json_gives_text_and_numbers(chunk: object) -> None:
    read = delta(chunk)
    assert {type(read.content), type(read.reasoning)} == {str}
    assert read.usage is None or isinstance(read.usage.completion, int)


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": [{"index": 0, "delta": {"reasoning": "T", "content": "A"}, "finish_reason": "stop"}]},
        {"choices": [{"delta": {"content": "A"}, "stop_reason": None, "matched_stop": 7, "token_ids": [1]}]},
        {"choices": [{"delta": {}, "matched_stop": 7}], "usage": {"completion_tokens": 5, "prompt_tokens": 2}},
        {"choices": [{"index": 1, "delta": {"content": "B"}}]},
        {"usage": {"completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 3}}},
        {"timings": {"predicted_n": 4, "prompt_n": 3, "cache_n": 20}},
        {"choices": "A", "usage": 7},
    ],
)
def test_objects_are_read_as_mappings_are(chunk: dict[str, object]) -> None:
    assert delta(as_objects(chunk)) == delta(chunk)

"""A chunk of the usual form is read quickly, and as the tables read it; what is unknown is logged once, by its keys."""

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.process.limits import Limits
from chat.server.stream import unknown
from chat.server.stream.chunk import Chunk, read_chunk, read_other
from termination import Delta

COUNTS = st.none() | st.integers(-2, 9) | st.just(10**12) | st.just("7") | st.just(2.0)
TEXTS = st.none() | st.text(max_size=3) | st.just([{"type": "text", "text": "A"}]) | st.just({"text": "B"})
TOOLS = st.none() | st.just([]) | st.just([{"id": "c"}])


def some(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw mappings with some of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


DELTAS = some({"content": TEXTS, "reasoning": TEXTS, "reasoning_content": TEXTS, "refusal": TEXTS, "tool_calls": TOOLS})
USAGES = some(
    {
        "completion_tokens": COUNTS,
        "prompt_tokens": COUNTS,
        "completion_tokens_details": st.none() | some({"reasoning_tokens": COUNTS}),
    }
)
TIMINGS = some({"predicted_n": COUNTS, "prompt_n": COUNTS, "cache_n": COUNTS})
CHOICES = some(
    {
        "delta": st.none() | DELTAS,
        "message": st.none() | DELTAS,
        "index": st.sampled_from([0, 1, "0", None]),
        "finish_reason": st.sampled_from([None, "stop", "", "null", "LENGTH", 7]),
        "stop_reason": st.sampled_from([None, 7, "END", "", -1, True]),
        "token_ids": st.none() | st.lists(st.integers(0, 9), max_size=2),
        "text": TEXTS,
    }
)
CHUNKS = some(
    {
        "choices": st.none() | st.lists(CHOICES, max_size=2),
        "usage": st.none() | USAGES,
        "timings": st.none() | TIMINGS,
        "error": st.none() | st.just({}) | st.just({"message": "M"}),
        "id": st.just("c"),
    }
)


@given(CHUNKS)
def test_the_quick_way_reads_what_the_tables_read(value: dict[str, Any]) -> None:
    data = json.dumps(value).encode()
    quick, slow = read_chunk(data, Limits()), read_other(data, Limits())
    assert slow
    if isinstance(quick, Delta):
        assert quick == slow.delta
        assert (slow.is_whole, slow.calls_tool, slow.error) == (False, False, "")
    else:
        assert quick == slow


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content", "content"])
def test_a_usual_chunk_is_read_quickly(name: str) -> None:
    chunk = {"choices": [{"index": 0, "delta": {name: "T"}, "logprobs": None, "finish_reason": None}], "usage": None}
    assert isinstance(read_chunk(json.dumps(chunk).encode(), Limits()), Delta)


@pytest.mark.parametrize("more", [{"weight_versions": {"draft": 3}}, {"kv_transfer_params": {"ports": [1]}, "v": None}])
def test_unknown_fields_beside_the_text_change_nothing(more: dict[str, Any]) -> None:
    """Expect vLLM to add fields in each version, in each place."""
    chunk = {"choices": [{"index": 0, "delta": {"content": "T", **more}, **more}], **more}
    assert read_chunk(json.dumps(chunk).encode(), Limits()) == Delta("", "T")


def test_an_unknown_shape_is_logged_once_by_its_keys(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown, "_seen", set())
    caplog.set_level(logging.WARNING, "fullstop")
    for text in ("secret", "more"):
        found = read_chunk(json.dumps({"choices": [{"delta": {"musing": text}}]}).encode(), Limits())
        assert found == Chunk(Delta())
    assert [record.getMessage() for record in caplog.records] == [
        "a delta has fields that are not known, and no text: musing"
    ]

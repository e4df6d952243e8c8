"""An error in the place of a chunk is read from any server; anything else is no error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.server.stream.error_text import error_text


def choices(*all_of_them: object) -> dict[str, object]:
    return {"choices": list(all_of_them)}


FIRST = {"index": 0, "delta": {"content": "A"}}


@pytest.mark.parametrize(
    ("chunk", "words"),
    [
        ({"error": {"message": "Too much.", "code": 400}}, "Too much."),
        ({"error": "Too much."}, "Too much."),
        ({"error": {"message": "", "code": 500}}, '{"message": "", "code": 500}'),
        ({"error": {"message": ["四"]}}, "四"),
        ({"error": True}, "true"),
        ({"error": {"message": 400 * "x"}}, 300 * "x"),
        ({"detail": "Not Found"}, "Not Found"),
        ({"detail": [{"loc": ["body", "model"], "msg": "Field required"}]}, "Field required (body.model)"),
        ([{"error": {"message": "Too much."}}], "Too much."),
        ({"error": True, "message": "Too much."}, "Too much."),
        ({"type": "error", "error": {"type": "overloaded_error", "message": "Too much."}}, "Too much."),
        ({"success": False, "msg": "Too much."}, "Too much."),
        ({"code": "InvalidParameter", "message": "Too much.", "request_id": "r"}, "Too much."),
        ({"error_code": 336, "error_msg": "Too much."}, "Too much."),
        ({"errors": [{"message": "One."}, {"message": "Two."}]}, "One.; Two."),
        ({"fault": {"faultstring": "Too much."}}, "Too much."),
        ({"choices": None, "base_resp": {"status_code": 1008, "status_msg": "Too much."}}, "Too much."),
        ({"status": 500, "error": "Internal Server Error", "message": "Too much at once."}, "Too much at once."),
        ({"status": 500, "error": "Too much.", "message": "error"}, "Too much."),
        (choices({"delta": {}, "error": {"message": "Too much."}, "finish_reason": "error"}), "Too much."),
        (choices({"delta": {}, "error": {"code": 502}}), '{"code": 502}'),
        (choices({"delta": {}, "error": {}}, None), ""),
        ({"code": 0, "message": "fine", **choices(FIRST)}, ""),
        ({"base_resp": {"status_code": 0, "status_msg": "success"}, **choices(FIRST)}, ""),
        ({"success": True, "message": ""}, ""),
        ({"code": 200, "message": "success", "data": {}}, ""),
        ({"object": "error", "message": "Too much.", "code": 400}, "Too much."),
        ({"error": "Too much.", **choices(FIRST)}, "Too much."),
        ({"error": None, **choices(FIRST)}, ""),
        ({"error": {}}, ""),
        (choices(FIRST), ""),
        ({}, ""),
        ([], ""),
        (None, ""),
        ("error", ""),
    ],
)
def test_an_error_in_the_place_of_a_chunk_is_reported(chunk: object, words: str) -> None:
    assert error_text(chunk) == words


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda each: (
        st.lists(each, max_size=2)
        | st.dictionaries(st.sampled_from(["choices", "delta", "content", "reasoning", "usage", "text", "error"]), each)
    ),
    max_leaves=6,
)


@given(json_values)
def test_any_json_at_all_gives_a_text(chunk: object) -> None:
    assert isinstance(error_text(chunk), str)

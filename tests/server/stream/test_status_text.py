"""The server's own words for an error are found in every form of its body; without any, its status line is quoted."""

import json

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.server.stream.status_text import body_words, server_words

PROVIDER = {"message": "The provider failed", "metadata": {"raw": '{"error": {"message": "Card expired."}}'}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"detail": [{"loc": ["body", "n"], "msg": "not a number"}, {"msg": "no list"}]},
            "not a number (body.n); no list",
        ),
        ([{"error": {"message": "Too much."}}, {"error": {"message": "And more."}}], "Too much."),
        (["Too much.", "And more."], "Too much.; And more."),
        ({"base_resp": {"status_code": 1, "status_msg": "Too much."}}, "Too much."),
        ({"Error": {"Message": "Too much."}}, "Too much."),
        ({"err": "Too much."}, "Too much."),
        ({"error": {"reason": "Too much."}}, "Too much."),
        ({"errorMessage": "Too much.", "errorType": "E"}, "Too much."),
        ({"error": PROVIDER}, "The provider failed: Card expired."),
        ({"message": '{"error": {"message": "Too much."}}'}, "Too much."),
        ({"error": '{"detail": "Too much."}'}, "Too much."),
        ('{"error": "Too much."}', "Too much."),
        ({"message": "{not JSON"}, "{not JSON"),
        ("Too\n\tmuch.", "Too much."),
        ({"explanation": {"long": "Too much."}}, '{"explanation": {"long": "Too much."}}'),
        ({"error": {"message": 999 * "x"}}, 300 * "x"),
        ({}, ""),
        ([], ""),
        (None, ""),
        (7, ""),
    ],
)
def test_words_in_json(body: object, words: str) -> None:
    assert body_words(json.dumps(body)) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Too\nmuch.", "Too much."),
        ("  \n", ""),
        ("<?xml version='1.0'?><Error><Code>9</Code><Message>Too &lt;much&gt;.</Message></Error>", "Too <much>."),
        ("<s:Fault><s:faultstring>Too much.</s:faultstring></s:Fault>", "Too much."),
        ("<!DOCTYPE html><HTML><TITLE>Too\n much.</TITLE><body>Whatever else</body></HTML>", "Too much."),
        ("<html><title></title><h1>Too much.</h1></html>", "Too much."),
        ("<html><style>b {}</style><script>let a</script><!-- c --><b>Too much.</b></html>", "Too much."),
        ("<html>", ""),
        ("[" * 50_000, "[" * 300),
        ('{"a":' * 5_000, '{"a":' * 60),
    ],
)
def test_words_in_another_form(body: str, words: str) -> None:
    assert body_words(body) == words


@given(st.text(alphabet='<>{}[]":,/ amessagetitle\n', max_size=200))
def test_any_text_gives_at_most_one_short_line(body: str) -> None:
    words = body_words(body)
    assert len(words) <= 300
    assert words == " ".join(words.split())


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [(503, "", "503 Service Unavailable"), (503, "Gone home", "503 Gone home"), (599, "", "599")],
)
def test_without_words_the_status_line_is_quoted(status: int, reason: str, words: str) -> None:
    request = httpx2.Request("POST", "http://127.0.0.1/v1")
    response = httpx2.Response(status, request=request, content=b"", extensions={"reason_phrase": reason.encode()})
    assert server_words(openai.APIStatusError("Error", response=response, body="")) == words

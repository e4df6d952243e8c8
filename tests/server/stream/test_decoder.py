"""Whatever the bytes of a reply are, they give deltas, then an ending or a problem; however they are cut."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.process.limits import Limits
from chat.server.stream.decoder import Decoder, Problem
from termination import Delta, Usage

LIMITS = replace(Limits(), line_bytes=2_000, answer_bytes=4_000, json_depth=20, json_values=200)


def chunk(content: str = "", finish: object = None, **fields: Any) -> str:
    delta = {"content": content, **fields.pop("delta", {})}
    return json.dumps(
        {"choices": [{"index": 0, "delta": delta, "finish_reason": finish, **fields}]}, ensure_ascii=False
    )


def stream(*data: object) -> bytes:
    """Return a stream with these events; a mapping becomes JSON."""
    texts = [each if isinstance(each, str) else json.dumps(each) for each in data]
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def thought(text: str, name: str = "reasoning") -> str:
    return chunk(delta={name: text, "content": None})


def decode(body: bytes, *cuts: int) -> list[Delta | Problem]:
    decoder = Decoder(LIMITS)
    found: list[Delta | Problem] = []
    begin = 0
    for end in (*sorted(cuts), len(body)):
        found += decoder.feed(body[begin:end])
        begin = end
    return found + decoder.end()


def read(body: bytes) -> tuple[str, str, str | None]:
    """Return thought, answer and the reason for the end, or the problem's kind and words."""
    found = decode(body)
    deltas = [each for each in found if isinstance(each, Delta)]
    problems = [f"{each.kind}: {each.words}" for each in found if isinstance(each, Problem)]
    reasons = [each.finish_reason for each in deltas if each.finish_reason]
    assert len(reasons + problems) <= 1
    texts = ("".join(each.reasoning for each in deltas), "".join(each.content for each in deltas))
    return (*texts, next(iter(reasons + problems), None))


END = chunk(finish="stop")
DONE = "[DONE]"
PARTS = [{"type": "text", "text": "A "}, {"type": "text", "text": "B"}]
MISTRAL = [{"type": "thinking", "thinking": [{"type": "text", "text": "T"}]}, {"type": "text", "text": "A"}]
DETAILS = [{"type": "reasoning.text", "text": "T"}, {"type": "reasoning.encrypted", "data": "x"}]
OTHER_CHOICE = {"choices": [{"index": 1, "delta": {"content": "B"}}]}
OTHER_END = {"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]}
LINES = f"{thought('T')}\n\n{chunk('A')}\n{END}\n"
WHOLE = {"role": "assistant", "content": "A", "reasoning_content": "T"}


ROWS: list[tuple[bytes, tuple[str, str, str | None]]] = [
    (stream(thought("T"), chunk("A"), END, DONE), ("T", "A", "stop")),
    # Text in other shapes
    (stream(chunk(delta={"content": PARTS}), END), ("", "A B", "stop")),
    (stream(chunk(delta={"content": MISTRAL}), END), ("T", "A", "stop")),
    (stream(chunk(delta={"reasoning_details": DETAILS}), chunk("A"), END), ("T", "A", "stop")),
    (stream(chunk(delta={"thinking": "T"}), chunk("A"), END), ("T", "A", "stop")),
    (stream(chunk(delta={"reasoning": {"content": "T"}}), chunk("A"), END), ("T", "A", "stop")),
    (stream(chunk(delta={"refusal": "No."}), END), ("", "No.", "stop")),
    (stream({"choices": [{"index": "0", "text": "A"}]}, END), ("", "A", "stop")),
    (stream({"choices": [{"index": 1, "delta": {"content": "B"}}]}, chunk("A"), END), ("", "A", "stop")),
    (stream(OTHER_CHOICE, chunk("A"), OTHER_CHOICE, END), ("", "A", "stop")),
    (stream(OTHER_CHOICE, OTHER_CHOICE, OTHER_END), ("", "BB", "stop")),
    (stream(OTHER_CHOICE, DONE), ("", "B", "[DONE]")),
    (stream(OTHER_CHOICE), ("", "B", None)),
    # Nothing twice
    (stream(chunk("Yes, "), chunk("it is."), chunk("Yes, it is.", "stop")), ("", "Yes, it is.", "stop")),
    (
        stream(chunk("Yes, "), chunk("it is."), chunk("Yes, it is."), chunk(" So.")),
        ("", "Yes, it is.Yes, it is. So.", None),
    ),
    (stream(chunk("ha"), chunk("ha"), chunk("haha", "stop")), ("", "hahahaha", "stop")),
    (stream(chunk("A"), {"choices": [{"message": WHOLE, "finish_reason": "stop"}]}), ("T", "A", "stop")),
    (
        stream({"choices": [{"delta": {"content": ""}, "message": WHOLE, "finish_reason": "stop"}]}),
        ("T", "A", "stop"),
    ),
    (stream(chunk("A"), END, {"choices": [{"message": {"content": "AB"}}]}, DONE), ("", "AB", "[DONE]")),
    (stream(chunk("<think>Hm", delta={"reasoning": "Hm"}), END), ("Hm", "", "stop")),
    (stream(chunk("A", delta={"reasoning": "T"}), END), ("T", "A", "stop")),
    (stream(thought("Hm so."), chunk("Hm"), chunk(" so."), chunk(finish="length")), ("Hm so.", "", "length")),
    (stream(thought("Hm so."), chunk("Hm"), chunk(" so."), END), ("Hm so.", "Hm so.", "stop")),
    (
        stream(thought("Hm so."), chunk("Hm"), chunk(" well"), chunk(finish="length")),
        ("Hm so.", "Hm well", "length"),
    ),
    (stream(thought("It is"), chunk(" so"), chunk(finish="length")), ("It is so", "", "length")),
    (stream(thought("It is so."), chunk(" Yes"), chunk(finish="length")), ("It is so.", " Yes", "length")),
    (
        stream(thought("It is"), chunk(" so"), chunk(" well"), chunk(finish="length")),
        ("It is", " so well", "length"),
    ),
    # The reason for the end
    (stream(chunk("A", "stop"), chunk("B", "stop"), chunk("C", "length"), DONE), ("", "ABC", "length")),
    (stream(chunk("A"), END, thought("", "reasoning"), DONE), ("", "A", "stop")),
    (stream(chunk("A", "null"), chunk("", " None "), chunk("", ""), chunk("", "STOP")), ("", "A", "STOP")),
    (stream(chunk("A"), chunk(delta={"finish_reason": "stop"})), ("", "A", "stop")),
    (stream(chunk("A"), chunk("", {"type": "length", "length": 9})), ("", "A", "length")),
    (stream(chunk("A"), DONE, chunk("B")), ("", "A", "[DONE]")),
    (stream(chunk("A"), "[done]", chunk("B")), ("", "A", "[DONE]")),
    (stream(chunk("A"), '"[DONE]"', chunk("B")), ("", "A", "[DONE]")),
    (stream(DONE), ("", "", None)),
    (stream(chunk("A")), ("", "A", None)),
    (stream(chunk(delta={"tool_calls": [{"id": "c"}]}), END), ("", "", "tool_calls")),
    (stream(chunk(delta={"tool_calls": [{"id": "c"}]}), DONE), ("", "", "tool_calls")),
    (stream(chunk(delta={"tool_calls": [{"id": "c"}]}), chunk(finish="length")), ("", "", "length")),
    # Errors, and what is none
    (stream(chunk("A"), {"error": {"message": "M"}}), ("", "A", "server_error: M")),
    (stream(chunk("A")) + b"event: error\ndata: M\n\n", ("", "A", "server_error: M")),
    (stream(chunk("A")) + b'event: error\ndata: {"message": "M"}\n\n', ("", "A", "server_error: M")),
    (stream(chunk("A")) + b'event: error\ndata: {"code": 7}\n\n', ("", "A", 'server_error: {"code": 7}')),
    (stream(chunk("A")) + b'{"error": "M"}', ("", "A", "server_error: M")),
    (stream(chunk("A"), END, {"error": "late"}), ("", "A", "stop")),
    (stream(chunk("A"), "ping", "null", "7", '"x"', chunk("B"), END), ("", "AB", "stop")),
    (stream(chunk("A")) + b"data: {oops\n\n", ("", "A", "not_json: {oops")),
    (stream(chunk("A")) + b'data: {"cho', ("", "A", None)),
    (stream(chunk("A\tB").replace("\\t", "\t"), END), ("", "A\tB", "stop")),
    (stream(chunk("AB"), END).replace(b"AB", b"A\xe5\xa5"), ("", "A\ufffd", "stop")),
    (stream(chunk("A")) + b"<html>Bad gateway</html>\n", ("", "A", "not_json: <html>Bad gateway</html>")),
    (stream(chunk("A")) + b"Internal Server Error\n", ("", "A", "not_json: Internal Server Error")),
    (stream(chunk("A")) + b"x-note: 7\n", ("", "A", None)),
    # Bodies that are no streams
    (LINES.encode(), ("T", "A", "stop")),
    (LINES.replace(END, '{"cho').encode(), ("T", "A", 'not_json: {"cho')),
    (stream({"type": "message_start"}, {"type": "stop"}), ("", "", 'not_chat: {"type": "message_start"}')),
    (stream({"candidates": []}, DONE), ("", "", 'not_chat: {"candidates": []}')),
    (stream({"candidates": []}, chunk("A"), DONE), ("", "A", "[DONE]")),
    (json.dumps({"choices": [{"message": WHOLE, "finish_reason": "stop"}]}, indent=1).encode(), ("T", "A", "stop")),
    (b'{"choices": [{"message": {"content": "A"}}]}', ("", "A", "[DONE]")),
    (b'\n {"error": "M"}', ("", "", "server_error: M")),
    (b'[{"error": {"message": "M"}}]', ("", "", "server_error: M")),
    (b'{"models": []}', ("", "", 'not_chat: {"models": []}')),
    (b"<html>\n<title>Log in</title>", ("", "", "not_chat: <html> <title>Log in</title>")),
    (b"{oops", ("", "", "not_chat: {oops")),
    (b"", ("", "", None)),
    (b"\xef\xbb", ("", "", "not_chat: \ufffd")),
    (b"\xef\xbb\xbf" + stream(chunk("A"), END), ("", "A", "stop")),
    (b"\r\n\r\n" + stream(chunk("A"), END), ("", "A", "stop")),
    # Limits
    (b"data: " + b"x" * 3_000, ("", "", "line_bytes: ")),
    (stream(chunk("A")) + b"data: x\n" * 400, ("", "A", "line_bytes: ")),
    (b"{" + b" " * 5_000, ("", "", "answer_bytes: ")),
    (b"[" * 400, ("", "", "json_depth: ")),
    (stream(chunk("A"), "[" * 300), ("", "A", "json_depth: ")),
    (stream(f"[{'[],' * 300}[]]"), ("", "", "json_values: ")),
]


@pytest.mark.parametrize(("body", "expected"), ROWS)
def test_a_body_gives_text_and_an_end(body: bytes, expected: tuple[str, str, str | None]) -> None:
    assert read(body) == expected


@pytest.mark.parametrize(
    ("events", "usage"),
    [
        ([END, {"choices": [], "usage": {"completion_tokens": 9, "prompt_tokens": 4}}, DONE], Usage(9, prompt=4)),
        ([END, {"choices": [{"delta": {}}], "usage": {"completion_tokens": 9}}], Usage(9)),
        ([END, {"usage": {"completion_tokens": 8}}, {"usage": {"completion_tokens": 9}}], Usage(9)),
    ],
)
def test_a_count_after_the_end_belongs_to_it(events: list[object], usage: Usage) -> None:
    last = decode(stream(chunk("A"), *events))[-1]
    assert isinstance(last, Delta)
    assert (last.finish_reason, last.usage) == ("stop", usage)


def test_nothing_is_read_after_the_word_that_it_is_done() -> None:
    decoder = Decoder(LIMITS)
    assert decoder.feed(stream(chunk("A")))
    assert not decoder.is_finished
    assert decoder.feed(stream(END)) == []
    assert (decoder.is_finished, decoder.is_doubtful, decoder.is_over) == (True, False, False)
    assert decoder.feed(stream(DONE)) == [Delta(finish_reason="stop")]
    assert decoder.is_over
    assert decoder.feed(stream(chunk("B"))) == decoder.end() == []


@pytest.mark.parametrize("last", [chunk("B"), '{"error": "M"}'])
def test_nothing_is_read_after_the_end_of_a_stream_that_begins_like_json(last: str) -> None:
    assert read(b"{stray}\n\n" + stream(chunk("A"), END, DONE) + f"data: {last}".encode()) == ("", "A", "stop")


def test_a_reason_that_was_taken_back_once_says_little() -> None:
    decoder = Decoder(LIMITS)
    decoder.feed(stream(chunk("", "stop")))
    assert decoder.is_doubtful
    decoder.feed(stream(chunk("A"), END))
    assert (decoder.is_finished, decoder.is_doubtful) == (True, True)
    assert decoder.settle() == [Delta(finish_reason="stop")]
    assert decoder.is_over


EVENTS = st.sampled_from(
    [
        *(thought("T"), chunk("A"), chunk("四"), chunk("", "stop"), chunk("B", "length"), END, DONE, "ping", ""),
        *('{"error": "M"}', '{"usage": {"completion_tokens": 7}}', chunk(delta={"content": PARTS}), "{"),
    ]
)
LINES = st.sampled_from([b"", b": c\n", b"id: 7\n", b"event: ping\n", b"\n", b"\r\n", b"stray\n", b'{"error": 1}\n'])
BODIES = st.lists(st.builds(lambda event, line: line + stream(event), EVENTS, LINES), max_size=8).map(b"".join)


@given(BODIES | st.binary(max_size=80), st.lists(st.integers(0, 900), max_size=6))
def test_the_result_does_not_depend_on_the_cut(body: bytes, cuts: list[int]) -> None:
    assert decode(body, *(min(cut, len(body)) for cut in cuts)) == decode(body)


CHANGES = st.lists(
    st.tuples(st.sampled_from(["insert", "double", "drop", "swap"]), st.integers(0), st.binary(max_size=3))
)


def changed(body: bytes, changes: list[tuple[str, int, bytes]]) -> bytes:
    """Return the stream with bytes and lines inserted, doubled, dropped and swapped."""
    lines = body.split(b"\n")
    for kind, number, inserted in changes:
        at = number % len(lines)
        line = lines[at]
        place = number % (len(line) + 1)
        match kind:
            case "insert":
                lines[at] = line[:place] + inserted + line[place:]
            case "double":
                lines.insert(at, line)
            case "drop":
                lines[at] = line[:place] + line[place + 1 + len(inserted) :]
            case "swap":
                other = number * 7 % len(lines)
                lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


@given(BODIES, CHANGES)
@settings(max_examples=500)
def test_a_changed_stream_raises_nothing(body: bytes, changes: list[tuple[str, int, bytes]]) -> None:
    found = decode(changed(body, changes))
    assert sum(isinstance(each, Problem) or bool(each.finish_reason) for each in found) <= 1

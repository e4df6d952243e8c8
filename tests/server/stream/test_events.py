"""The events of a stream are those of the standard, however the bytes are cut; a long one is an error."""

import contextlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openai._streaming import SSEDecoder

from chat.server.stream.events import EventSplitter, EventTooLong, SseEvent, split_events

LIMIT = 60
LINES = [
    b"data: [",
    b"data:[",
    b"[",
    b"]",
    b"\n",
    b"\r\n",
    b"\r",
    b"\n\n",
    b": [[[\n",
    b"event: x\n",
    b"id: 1\n",
    b"retry: 9\n",
]
LINES += [
    b'data: {"a": 1}',
    b"data: [DONE]",
    b"data",
    b"data:",
    b"data: ",
    b"event:",
    b"\xff",
    "四".encode(),
    b"event: error\r",
]
STREAMS = st.lists(st.sampled_from(LINES), max_size=30).map(b"".join)
CUTS = st.lists(st.integers(0, 12), min_size=1, max_size=20)


def cut(stream: bytes, sizes: list[int]) -> list[bytes]:
    """Return the stream in pieces of those sizes, again and again; some are empty."""
    pieces: list[bytes] = []
    number = 0
    while stream:
        size = sizes[number % len(sizes)] or (0 if any(sizes) else 1)
        pieces.append(stream[:size])
        stream, number = stream[size:], number + 1
    return pieces


def _is_json(line: str) -> bool:
    """True if a line is an event of its own for us."""
    if line.strip() == "[DONE]":
        return True
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def played(pieces: list[bytes], limit: int = 10_000) -> tuple[list[SseEvent], bytes]:
    splitter = EventSplitter(limit)
    events = [event for piece in pieces for event in splitter.feed(piece)]
    return events + splitter.end(), splitter.stray


@given(STREAMS, CUTS)
@example(b"data: a\r\n\r\ndata: b\r\n\r\n", [1])
@example(b"data: a\r\rdata: b\r\r", [9])
def test_the_events_do_not_depend_on_the_cut(stream: bytes, sizes: list[int]) -> None:
    assert played(cut(stream, sizes)) == played([stream])


@given(STREAMS)
def test_the_events_are_those_of_the_clients_decoder(stream: bytes) -> None:
    """Allow two differences, which keep text: events separated by one line break, and an event cut off by the end."""
    whole = stream.decode("utf-8", "replace").encode() + b"\n\n"
    theirs = [event.data for event in SSEDecoder().iter_bytes(iter([whole])) if event.data.strip()]
    ours = [event.data.decode() for event in played([whole])[0]]
    if not any(_is_json(line) for data in theirs for line in data.split("\n")[:-1]):
        assert ours == theirs


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\n", [SseEvent(b"a")]),
        (b"data: a\ndata: b\n\n", [SseEvent(b"a\nb")]),
        (b"event: error\ndata: a\n\n", [SseEvent(b"a", "error")]),
        (b"event: error\n\ndata: a\n\n", [SseEvent(b"a")]),
        (b": keep-alive\n\nid: 7\n\nretry: 9\n\nevent: ping\n\ndata:\n\ndata: \n\n", []),
        (b"id: 7\ndata: a\n\n: comment\ndata: b\n\n", [SseEvent(b"a"), SseEvent(b"b")]),
        (
            b'data: {"a": 1}\ndata: {"b": 2}\ndata: [DONE]\n',
            [SseEvent(b'{"a": 1}'), SseEvent(b'{"b": 2}'), SseEvent(b"[DONE]")],
        ),
        (b'data: {"a":\ndata: 1}\n\n', [SseEvent(b'{"a":\n1}')]),
        (b"data: a", [SseEvent(b"a")]),
        (b"data: a\xe2\x80\xa8b\n\n", [SseEvent("a\u2028b".encode())]),
    ],
)
def test_an_event_is_read_by_the_rules(stream: bytes, events: list[SseEvent]) -> None:
    assert played([stream])[0] == events


@pytest.mark.parametrize(
    ("stream", "count"),
    [
        (b"data: a\n\n: comment\n\nid: 7\ndata: b\n\n\n\nevent: c\ndata: c\n\n", 0),
        (b"event: ping\n\ndata: a\n\nid: 7\n\nretry: 9\n\ndata:\n\ndata: \n\n", 5),
        (b"data: a\n\nid: 7", 1),
        (b'id: 7\ndata: {"a": 1}\n\ndata: {"a": 2}\n\n', 0),
    ],
)
@given(sizes=CUTS)
def test_events_without_data_are_counted(stream: bytes, count: int, sizes: list[int]) -> None:
    splitter = EventSplitter(LIMIT)
    for piece in cut(stream, sizes):
        splitter.feed(piece)
    splitter.end()
    assert splitter.empty == count


def test_lines_that_are_no_fields_are_kept_apart() -> None:
    assert played([b'data: a\n\n{"error": 1}\nupstream error: reset\n']) == (
        [SseEvent(b"a")],
        b'{"error": 1}\nupstream error: reset\n',
    )


def test_a_recorded_stream_has_its_data() -> None:
    assert split_events(b'\xef\xbb\xbfdata: {"a": 1}\n\ndata: [DONE]\n\n') == [b'{"a": 1}']
    assert split_events(b"") == []


@given(STREAMS, CUTS)
@example(b"data: " + b"a" * LIMIT, [5])
@example(b"data: a\n" * LIMIT, [5])
def test_a_long_event_is_an_error(stream: bytes, sizes: list[int]) -> None:
    blocks = stream.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n\n")
    with contextlib.suppress(EventTooLong):
        played(cut(stream, sizes), LIMIT)
        assert max(map(len, blocks)) <= LIMIT + 2 * len(b"data: ") * 10 or b"data" not in stream


@pytest.mark.parametrize("piece", [b"data: more\n", b"more"])
def test_an_event_that_never_ends_is_an_error(piece: bytes) -> None:
    with pytest.raises(EventTooLong):
        played([piece] * LIMIT, LIMIT)

"""A server that sends too much is stopped by a limit, which the page names. What had come stays."""

import asyncio
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chat.doctor.stream.recording import record
from chat.process.limits import PREFIX, Limits
from chat.profiles.modes import policy
from chat.reply.play import Play
from chat.server.request import Request
from chat.server.server import server_of
from chat.server.transport.unreadable import Unreadable
from chat.server.window import count_prompt_tokens
from chat.words.texts import say
from termination import Ended, Event, Turn
from tests.wire import hostile
from tests.wire.fixtures import ASKED, Chat
from tests.wire.hostile import EVENTS, FINISH, JSON, MEGABYTE, Reply, event

BOUND_BYTES = 50_000_000
BOMBS: dict[str, tuple[Reply, str, str]] = {
    "gzip": (lambda: hostile.compressed(hostile.gzip_bomb())(), "line_bytes", "half"),
    "one long line": (hostile.long_line(), "line_bytes", "half"),
    "one long event": (hostile.long_event(), "line_bytes", "half"),
    "comments": (hostile.comments(5), "reply_bytes", "half"),
    "endless headers": (hostile.endless_headers(), "header_bytes", ""),
    "one long header": (hostile.long_header(), "header_bytes", ""),
    "an error body": (hostile.error_body(), "error_bytes", ""),
    "an error body without a length": (hostile.error_body(declared=False), "error_bytes", ""),
    "deep JSON": (hostile.deep(), "json_depth", "half"),
    "many lists": (hostile.many_lists(), "json_values", "half"),
    "deep JSON over many lines": (hostile.deep_lines(), "json_depth", "half"),
}


@pytest.fixture(autouse=True)
def shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower the limit of a reply: 2 MB are enough to see it at work."""
    monkeypatch.setenv(PREFIX + "REPLY_BYTES", "2000000")


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_is_ended_by_its_limit(chat: Chat, bomb: str) -> None:
    reply, limit, answer = BOMBS[bomb]
    async with hostile.hostile(reply) as server:
        chat.use(server.base_url)
        turn, ending, fault = await chat.play()
        assert fault
        assert (fault.kind, turn.answer) == (limit, answer)
        assert ending.code == ("server_error" if answer else "refused")
        assert fault.facts["variable"] == PREFIX + limit.upper()
        assert fault.facts["variable"] in say(fault.sentence, "en")
        assert fault.facts["limit"] in say(fault.sentence, "zh")
        await server.gone.wait()
        assert server.sent < 40_000_000


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_needs_little_memory(chat: Chat, bomb: str) -> None:
    """Send one megabyte again and again, so that the server itself needs little memory."""
    reply, _, _ = BOMBS[bomb]
    async with hostile.hostile(reply) as server:
        chat.use(server.base_url)
        tracemalloc.start()
        try:
            await chat.play()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < BOUND_BYTES


@pytest.mark.parametrize("status", [400, 500, 503])
async def test_the_beginning_of_a_long_error_is_quoted(chat: Chat, status: int) -> None:
    async with hostile.hostile(hostile.error_body(status)) as server:
        chat.use(server.base_url)
        _, _, fault = await chat.play()
        assert fault
        assert fault.facts["message"].startswith("The disk is full. AAA")
        assert len(fault.facts["message"]) <= 300


async def test_a_long_error_still_differs_from_others(chat: Chat) -> None:
    async with hostile.hostile(hostile.error_body(401)) as server:
        chat.use(server.base_url)
        _, _, fault = await chat.play()
        assert fault
        assert fault.kind == "key"


@pytest.mark.parametrize(("status", "requests"), [(200, 1), (400, 1), (500, 3)])
async def test_a_bomb_is_not_read_again(chat: Chat, status: int, requests: int) -> None:
    """Read only the last of the errors for which the client retries."""
    bomb = hostile.error_body(status) if status >= 400 else hostile.endless_headers()
    async with hostile.hostile(bomb) as server:
        chat.use(server.base_url)
        await chat.play()
        assert len(server.requests) == requests


# --- Questions beside the chat


async def ask_models(chat: Chat) -> object:
    return await server_of(chat.profile).connection.get("/models")


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ([b'{"data": "', *[MEGABYTE] * 20], "answer_bytes"),
        ([b"[" * 100_000 + b"]" * 100_000], "json_depth"),
        ([b"[" + b"[]," * 60_000], "json_values"),
        ([b'{"a": "' + b"[" * 1_000, b'", "b": ' + b"[" * 101], "json_depth"),
    ],
)
async def test_an_answer_to_a_question_beside_the_chat_is_bounded(chat: Chat, body: list[bytes], limit: str) -> None:
    async with hostile.hostile(lambda: (JSON + b"\r\n", *body)) as server:
        chat.use(server.base_url)
        with pytest.raises(Unreadable) as caught:
            await ask_models(chat)
        assert caught.value.kind == limit
        assert len(server.requests) == 1


async def test_brackets_in_strings_are_not_levels(chat: Chat) -> None:
    body = b'{"data": "' + b"[{" * 5_000 + b'\\"' + b"[" * 500 + b'"}'
    async with hostile.hostile(
        lambda: (JSON + b"\r\n", *(body[at : at + 777] for at in range(0, len(body), 777)))
    ) as server:
        chat.use(server.base_url)
        assert isinstance(await ask_models(chat), dict)


async def test_a_question_that_never_raises_does_not_raise(chat: Chat) -> None:
    async with hostile.hostile(lambda: (JSON + b"\r\n", b"[" * 100_000)) as server:
        chat.use(server.base_url)
        assert await count_prompt_tokens(chat.profile, ASKED, {}) is None


@pytest.mark.parametrize("body", [b'{"data": "' + MEGABYTE * 5, b"[" * 100_000])
async def test_a_bomb_while_the_request_is_made_is_named(chat: Chat, body: bytes) -> None:
    async def ask() -> Request:
        await ask_models(chat)
        raise AssertionError

    async with hostile.hostile(lambda: (JSON + b"\r\n", body)) as server:
        chat.use(server.base_url)
        turn = Turn(policy(chat.profile, "FULL"), asyncio.get_running_loop().time())
        fault = await Play(turn, lambda _: None).run(ask())
        assert fault
        assert turn.ending
        assert fault.kind in ("answer_bytes", "json_depth")
        assert say(fault.sentence, "en")


async def test_the_doctor_hears_only_as_much_as_an_answer_may_have(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + "ANSWER_BYTES", "1000000")
    async with hostile.hostile(hostile.burst(100_000)) as server:
        chat.use(server.base_url)
        found = await record(chat.request(), seconds=60)
        assert not found.over
        assert 1_000_000 <= len(found.data) < 1_100_000


# --- Compression


@pytest.mark.parametrize("packed", ["gzip", "x-gzip", "deflate", "deflate without a header"])
async def test_a_compressed_stream_is_read(chat: Chat, packed: str) -> None:
    text = event("one ") + event("two") + FINISH
    data = zlib.compress(text)
    pieces = hostile.gzipped(text) if "gzip" in packed else [data] if packed == "deflate" else [data[2:-4]]
    async with hostile.hostile(hostile.compressed(pieces, packed.split()[0].encode())) as server:
        chat.use(server.base_url)
        turn, ending, fault = await chat.play()
        assert (turn.answer, ending.code, fault) == ("one two", "complete", None)
        assert b"accept-encoding: identity" in server.requests[0].lower()


@pytest.mark.parametrize("encoding", [b"br", b"zstd", b"gzip, gzip", b"compress"])
async def test_a_compression_that_cannot_be_bounded_is_refused(chat: Chat, encoding: bytes) -> None:
    async with hostile.hostile(hostile.compressed([b"x" * 1_000], encoding)) as server:
        chat.use(server.base_url)
        _, ending, fault = await chat.play()
        assert fault
        assert (ending.code, fault.kind, fault.facts["encoding"]) == ("refused", "encoding", encoding.decode())
        assert len(server.requests) == 1


async def test_a_stream_that_is_not_compressed_as_it_says_is_a_fault(chat: Chat) -> None:
    async with hostile.hostile(hostile.compressed([event("one")])) as server:
        chat.use(server.base_url)
        _, _, fault = await chat.play()
        assert fault
        assert fault.kind == "encoding"


async def test_what_follows_the_end_of_a_compressed_stream_counts(chat: Chat) -> None:
    pieces = [*hostile.gzipped(event("half")), *[MEGABYTE] * 50]
    async with hostile.hostile(hostile.compressed(pieces)) as server:
        chat.use(server.base_url)
        turn, _, fault = await chat.play()
        assert fault
        assert (turn.answer, fault.kind) == ("half", "reply_bytes")


# --- Limits do not touch what real servers send


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
async def test_many_events_of_some_size_are_no_long_line(
    chat: Chat, end: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + "LINE_BYTES", "200")
    text = (event("A") * 500 + FINISH).replace(b"\n", end)
    pieces = [text[at : at + 7] for at in range(0, len(text), 7)]
    async with hostile.hostile(hostile.stream(*pieces)) as server:
        chat.use(server.base_url)
        turn, ending, _ = await chat.play()
        assert (turn.answer, ending.code) == ("A" * 500, "complete")


async def test_a_line_of_just_the_limit_is_read(chat: Chat) -> None:
    room = Limits().line_bytes - len(event(""))
    for more, code in ((0, "complete"), (1, "server_error")):
        async with hostile.hostile(hostile.stream(event("A" * (room + more)) + FINISH)) as server:
            chat.use(server.base_url, end={"answer": "off"})
            _, ending, _ = await chat.play()
            assert ending.code == code


async def test_an_event_stream_in_capitals_is_one(chat: Chat) -> None:
    head = EVENTS.replace(b"text/event-stream", b"Text/Event-Stream; charset=UTF-8")
    async with hostile.hostile(lambda: (head + b"\r\n", event("A") + FINISH)) as server:
        chat.use(server.base_url)
        assert (await chat.play())[1].code == "complete"


# --- Others get their turn


@asynccontextmanager
async def beside() -> AsyncIterator[list[int]]:
    """Count the turns that another task gets meanwhile."""
    counted = [0]

    async def count() -> None:
        while True:
            counted[0] += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    try:
        yield counted
    finally:
        counting.cancel()


async def test_others_run_within_a_burst_of_chunks(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let another task run after at most 2,000 chunks."""
    monkeypatch.delenv(PREFIX + "REPLY_BYTES")
    last, standing, longest = 0, 0, 0

    def show(_: Event) -> None:
        nonlocal last, standing, longest
        standing = standing + 1 if counted[0] == last else 0
        last, longest = counted[0], max(longest, standing)

    async with hostile.hostile(hostile.burst(60_000)) as server, beside() as counted:
        chat.use(server.base_url, end={"answer": "off"})
        turn, ending, _ = await chat.play(show=show)
    assert (turn.answer.count(" "), ending.code) == (60_000, "complete")
    assert longest < 2_000


async def test_others_run_while_nothing_becomes_a_chunk(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the limit to no time at all: other tasks run after each piece of 8 KB, or after each second one."""
    monkeypatch.setattr("chat.server.transport.fairness.BUSY_SECONDS", 0.0)
    monkeypatch.delenv(PREFIX + "REPLY_BYTES")
    async with hostile.hostile(hostile.comments(4)) as server, beside() as counted:
        chat.use(server.base_url)
        before = counted[0]
        _, ending, _ = await chat.play()
        assert ending.code == "disconnected"
        assert counted[0] - before > server.sent / 20_000


async def test_stop_works_within_a_burst(chat: Chat) -> None:
    shown: list[Event] = []
    stop_at = 1_000
    begun = asyncio.Event()

    def show(event: Event) -> None:
        shown.append(event)
        if len(shown) == stop_at:
            begun.set()

    async with hostile.hostile(hostile.burst(50_000)) as server:
        chat.use(server.base_url, end={"answer": "off"})
        playing = asyncio.create_task(chat.play(show=show))
        await begun.wait()
        playing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await playing
        ended = shown[-1]
        assert isinstance(ended, Ended)
        assert ended.ending.code == "stopped"
        assert len(shown) < 40_000
        await server.gone.wait()

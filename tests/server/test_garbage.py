"""Garbage in the answers to side requests means that something is unknown. It breaks no turn, and not the doctor."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from chat.doctor.examine import examine
from chat.doctor.finding import Finding
from chat.profiles.profile import Profile
from chat.reply.reply import Reply
from chat.server.endpoint import is_paused
from chat.server.server import server_of
from chat.server.status.activity import ask_activity
from chat.server.window import count_prompt_tokens, read_window
from tests.wire.fixtures import Chat, question
from tests.wire.hostile import EVENTS, FINISH, event

HUGE = b"9" * 4_000
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a text": b'"text"',
    "an array": b'[1, [2, {"data": 3}], null]',
    "invalid UTF-8": b'{"data": "\xff\xfe", "version": "\xc3"}\xff',
    "UTF-16": '{"data": []}'.encode("utf-16"),
    "a deep list": b"[" * 3_000 + b"]" * 3_000,
    "a deep object": b'{"data":' * 3_000 + b"1" + b"}" * 3_000,
    "half of it": b'{"data": [{"id": "scripted", "max_model_len": 40',
    "no number": b'{"data": NaN, "tokens": NaN, "version": Infinity}',
    "a page": b"<!DOCTYPE html><title>Log in</title>",
    "numbers in the place of lists": b'{"data": 7, "tokens": 7, "prompt": 7, "version": 7, "is_paused": 7}',
    "lists in the place of texts": b'{"data": [["x"], 7, {"id": ["x"], "aliases": 7, "owned_by": [1], '
    b'"parent": {"a": 1}, "meta": 7}], "tokens": ["x"], "prompt": ["x"], "version": ["x"], "is_paused": ["x"]}',
    "booleans": b'{"data": true, "tokens": true, "prompt": true, "version": true, "default_generation_settings": true}',
    "huge numbers": b'{"data": [{"id": "scripted", "max_model_len": %b, "meta": {"n_ctx": %b}}], "tokens": [%b], '
    b'"count": 1e999, "default_generation_settings": {"n_ctx": %b}}' % (HUGE, HUGE, HUGE, HUGE),
    "numbers beyond all limits": b'{"data": [{"id": "scripted", "max_model_len": %b}], "tokens": [%b]}'
    % (2 * HUGE, 2 * HUGE),
    "negative numbers": b'{"data": [{"id": "scripted", "max_model_len": -5}], "tokens": [-5], "count": -5}',
    "metrics that are none": b"vllm:num_requests_running nan\nvllm:num_requests_waiting 1e999\n"
    b"process_start_time_seconds \xff\n",
}
KINDS = ("application/json", "text/plain; version=0.0.4; charset=nonsense")
Serve = Callable[[str, Callable[[], Iterator[bytes]]], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Yield a function that starts a server: its chat works, and every other path gives those pieces, then waits.

    It returns the base URL. The connection is closed when the pieces are over.
    """
    opened: list[asyncio.Server] = []
    running: set[asyncio.Task[None]] = set()

    async def start(kind: str, pieces: Callable[[], Iterator[bytes]]) -> str:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task
            running.add(task)
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                if b"POST /v1/chat/completions" in head:
                    writer.write(EVENTS + b"\r\n" + event("Four. ") + event("It is four.") + FINISH)
                else:
                    writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n".encode())
                    for piece in pieces():
                        writer.write(piece)
                        await writer.drain()
                        await asyncio.sleep(0.02)
            except (ConnectionError, asyncio.CancelledError):
                pass
            finally:
                running.discard(task)
                writer.close()

        opened.append(await asyncio.start_server(answer, "127.0.0.1", 0))
        return f"http://127.0.0.1:{opened[-1].sockets[0].getsockname()[1]}/v1"

    yield start
    for each in opened:
        each.close()
    for task in running.copy():
        task.cancel()


def hung() -> Iterator[bytes]:
    """Yield a beginning, then nothing for as long as a test runs."""
    yield b'{"data": ['
    while True:
        yield b""


def dripping() -> Iterator[bytes]:
    """Yield a character at a time, and never the end."""
    yield b'{"data": ['
    while True:
        yield b" "


async def play(profile: Profile) -> Reply:
    reply = Reply(question(profile), lambda _: None)
    async with asyncio.timeout(60):
        assert await reply.play() is None
    return reply


async def findings_of(profile: Profile) -> list[Finding]:
    findings: list[Finding] = []
    async with asyncio.timeout(120):
        await examine(profile, findings.append)
    return findings


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", BODIES)
async def test_garbage_breaks_no_turn(chat: Chat, serve: Serve, body: str, kind: str) -> None:
    profile = chat.use(await serve(kind, lambda: iter((BODIES[body],))))
    reply = await play(profile)
    assert reply.ending
    assert (reply.answer, reply.ending.code) == ("Four. It is four.", "complete")
    assert await read_window(profile) is None
    assert await count_prompt_tokens(profile, [{"role": "user", "content": "2+2?"}], {}) is None
    assert not await is_paused(server_of(profile))
    assert await ask_activity(server_of(profile).connection, profile.model) is None


@pytest.mark.parametrize("body", BODIES)
async def test_garbage_does_not_break_the_doctor(chat: Chat, serve: Serve, body: str) -> None:
    findings = await findings_of(chat.use(await serve(KINDS[0], lambda: iter((BODIES[body],)))))
    assert findings
    assert {each.check for each in findings if each.state == "problem"} <= {"reach"}


@pytest.mark.parametrize("pieces", [hung, dripping])
async def test_an_answer_without_an_end_delays_a_turn_no_longer_than_its_timeout(
    chat: Chat, serve: Serve, monkeypatch: pytest.MonkeyPatch, pieces: Callable[[], Iterator[bytes]]
) -> None:
    for name in ("SIDE_REQUEST", "LOOKUP"):
        monkeypatch.setenv(f"FULLSTOP_{name}_SECONDS", "0.2")
    profile = chat.use(await serve(KINDS[0], pieces))
    reply = await play(profile)
    assert reply.ending
    assert reply.ending.code == "complete"
    assert await read_window(profile) is None
    found = await findings_of(profile)
    assert [(each.check, each.kind) for each in found] == [("reach", "slow")]

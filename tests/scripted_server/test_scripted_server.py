"""The scripted server is a server: the real client reads it, is cut off by it, and is seen to leave."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace

import openai
import pytest
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk

from tests.scripted_server import (
    Answer,
    Content,
    Done,
    Drop,
    ErrorEvent,
    Finish,
    Hang,
    Hold,
    Model,
    Pause,
    Reset,
    Role,
    ScriptedServer,
    error,
    pace,
    replay,
    thought_and_answer,
)

CAPTURES = Path(__file__).parents[1] / "captures"
HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
async def client(server: ScriptedServer) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=server.base_url, api_key="none", max_retries=0, timeout=30) as client:
        yield client


async def chunks(client: AsyncOpenAI, **request: object) -> list[ChatCompletionChunk]:
    asked = {"model": "scripted", "messages": HELLO, "stream": True} | request
    async with await client.chat.completions.create(**asked) as stream:
        return [chunk async for chunk in stream]


def said(chunks: list[ChatCompletionChunk], field: str) -> str:
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    return "".join(getattr(delta, field, None) or "" for delta in deltas)


async def test_a_script_is_read_by_the_real_client(server: ScriptedServer, client: AsyncOpenAI) -> None:
    server.play(thought_and_answer("2 and 2…\n", "It is **4**, 四。"))
    read = await chunks(client, extra_body={"stop_token_ids": [151645]})
    assert (said(read, "reasoning"), said(read, "content")) == ("2 and 2…\n", "It is **4**, 四。")
    assert read[-1].choices[0].finish_reason == "stop"
    assert server.chats()[0].body["stop_token_ids"] == [151645]
    assert not server.chats()[0].closed_early


async def test_one_connection_serves_many_requests(server: ScriptedServer, client: AsyncOpenAI) -> None:
    server.play(*[thought_and_answer("a", word) for word in ("b", "c")])
    assert [said(await chunks(client), "content") for _ in range(2)] == ["b", "c"]


async def test_a_client_that_leaves_is_seen(server: ScriptedServer, client: AsyncOpenAI) -> None:
    server.play([Role(), Content("a"), Hang()])
    async with await client.chat.completions.create(model="m", messages=HELLO, stream=True) as stream:
        await anext(stream)
        assert not server.wait_chat().closed_early
    assert await asyncio.to_thread(server.wait_chat().wait_closed)


async def test_hold_waits_for_the_test(server: ScriptedServer, client: AsyncOpenAI) -> None:
    hold = Hold()
    server.play([Role(), hold, Content("late"), Finish(), Done()])
    reading = asyncio.create_task(chunks(client))
    assert await asyncio.to_thread(hold.reached.wait, 30)
    assert not reading.done()
    hold.release()
    assert said(await reading, "content") == "late"


async def test_a_pace_is_kept(server: ScriptedServer, client: AsyncOpenAI) -> None:
    server.play(thought_and_answer("", "abc " * 20, tokens_per_second=200))
    start = time.monotonic()
    assert said(await chunks(client), "content") == "abc " * 20
    assert time.monotonic() - start >= 0.1


async def test_the_schedule_does_not_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make each sleep 20 ms too long; a hundred pauses together are not longer by more than that."""
    now = 0.0

    async def oversleep(seconds: float) -> None:
        nonlocal now
        now += seconds + 0.02 if seconds > 0 else 0.0

    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(pace, "asyncio", SimpleNamespace(sleep=oversleep))
    keeping = pace.Pace()
    for _ in range(100):
        await keeping.keep(Pause(0.005))
    assert 0.499 < now < 0.521


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ([Role(), Drop()], openai.APIConnectionError),
        ([Role(), Reset()], openai.APIConnectionError),
        ([Role(), ErrorEvent()], openai.APIError),
        ([error(400, "no")], openai.BadRequestError),
        ([Pause(0.01), error(503, "full")], openai.InternalServerError),
    ],
)
async def test_faults_are_the_clients_own(
    server: ScriptedServer, client: AsyncOpenAI, script: Answer, fault: type[Exception]
) -> None:
    server.play(script)
    with pytest.raises(fault):
        await chunks(client)
    assert not server.chats()[0].closed_early


async def test_an_end_without_finish_is_silent(server: ScriptedServer, client: AsyncOpenAI) -> None:
    server.play([Role(), Content("half")])
    assert said(await chunks(client), "content") == "half"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ("one two", "three four", "stop")),
        ({"extra_body": {"stop_token_ids": [151668]}}, ("one two", "", "stop")),
        ({"extra_body": {"thinking_token_budget": 1}}, ("one", "three four", "stop")),
        ({"extra_body": {"chat_template_kwargs": {"enable_thinking": False}}}, ("", "three four", "stop")),
        ({"extra_body": {"continue_final_message": True}}, ("", "three four", "stop")),
        ({"max_tokens": 3}, ("one two", "three", "length")),
    ],
)
async def test_a_model_heeds_the_request(
    server: ScriptedServer, client: AsyncOpenAI, asked: dict[str, object], expected: tuple[str, str, str]
) -> None:
    server.by_message({"hello": Model("one two", "three four")})
    read = await chunks(client, **asked)
    assert (said(read, "reasoning"), said(read, "content"), read[-1].choices[0].finish_reason) == expected


async def test_usage_comes_with_each_chunk_if_asked(server: ScriptedServer, client: AsyncOpenAI) -> None:
    server.play(Model("one two", "three four"))
    read = await chunks(client, stream_options={"include_usage": True, "continuous_usage_stats": True})
    assert [chunk.usage.completion_tokens for chunk in read if chunk.usage] == [0, 1, 2, 3, 4, 5, 5]
    assert {chunk.usage.completion_tokens_details.reasoning_tokens for chunk in read[2:] if chunk.usage} == {2}


async def test_without_a_parser_everything_is_content(server: ScriptedServer, client: AsyncOpenAI) -> None:
    server.play(thought_and_answer("T\n", "\n\nA", markers=("<think>", "</think>")))
    assert said(await chunks(client), "content") == "<think>T\n</think>\n\nA"


async def test_the_same_script_without_stream(server: ScriptedServer, client: AsyncOpenAI) -> None:
    server.play(thought_and_answer("T", "A"))
    whole = await client.chat.completions.create(model="m", messages=HELLO)
    assert (whole.choices[0].message.reasoning, whole.choices[0].message.content) == ("T", "A")


async def test_text_completions(server: ScriptedServer, client: AsyncOpenAI) -> None:
    server.play(thought_and_answer("T", "A"))
    async with await client.completions.create(model="m", prompt=[151667], stream=True) as stream:
        assert "".join([chunk.choices[0].text async for chunk in stream]) == "TA"


@pytest.mark.parametrize("cut", [None, 1, 2])
async def test_a_capture_is_the_same_however_it_is_cut(
    server: ScriptedServer, client: AsyncOpenAI, cut: int | None
) -> None:
    server.play(replay(CAPTURES / "full.parser.sse", cut, gap_seconds=0.001))
    assert said(await chunks(client), "content") == "\n\n2 + 2 = 4. 🎉"


async def test_tokens_as_vllm_counts_them(server: ScriptedServer, client: AsyncOpenAI) -> None:
    async def ids(text: str) -> list[int]:
        root = client.with_options(base_url=server.url)
        return (await root.post("/tokenize", body={"prompt": text}, cast_to=dict[str, list[int]]))["tokens"]

    assert [await ids(text) for text in ("<|im_end|>", "<|endoftext|>", "</think>")] == [[151645], [151643], [151668]]
    assert len(await ids("stop here")) > 1
    server.tokenizes = False
    with pytest.raises(openai.NotFoundError):
        await ids("a")


async def test_models_and_the_key(server: ScriptedServer, client: AsyncOpenAI) -> None:
    assert [model.id async for model in client.models.list()] == ["scripted"]
    server.key = "secret"
    with pytest.raises(openai.AuthenticationError):
        await client.models.list()
    async with AsyncOpenAI(base_url=server.base_url, api_key="secret") as allowed:
        await allowed.models.list()


def test_every_capture_has_its_request() -> None:
    for capture in CAPTURES.glob("*.sse"):
        json.loads(capture.with_suffix(".request.json").read_text())

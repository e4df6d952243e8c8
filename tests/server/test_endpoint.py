"""The endpoint reads what servers really send, and identifies each kind of fault."""

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

import openai
import pytest

from chat.server.endpoint import open_stream
from chat.server.faults import Fault
from chat.server.server import server_of
from chat.server.tokenizer import encode
from chat.words.texts import say
from termination import Delta, Usage
from tests.scripted_server import (
    Answer,
    Content,
    Done,
    Drop,
    ErrorEvent,
    Finish,
    KeepAlive,
    Raw,
    Reasoning,
    Reset,
    Role,
    Script,
    ScriptedServer,
    Status,
    error,
    thought_and_answer,
)
from tests.scripted_server import Usage as UsageStep
from tests.wire.fixtures import ASKED, Chat

HTML = "<!DOCTYPE html><title>Log in</title>"
OUR_PAGE = "<!DOCTYPE html><html><head><title>Fullstop</title></head></html>"


async def deltas(chat: Chat, **asked: Any) -> list[Delta]:
    async with open_stream(chat.request(**asked)) as opened:
        return [each async for each in opened]


async def fault(chat: Chat) -> Fault:
    with pytest.raises(Fault) as caught:
        await deltas(chat)
    return caught.value


# --- The request, as vLLM wants it


async def test_the_request_is_at_the_top_level_of_the_body(server: ScriptedServer, chat: Chat) -> None:
    chat.use(
        sampling={"temperature": 0.5, "top_p": 0.9, "max_tokens": 100, "top_k": 20, "min_p": 0.1},
        extra={"chat_template_kwargs": {"enable_thinking": True}},
    )
    server.play(thought_and_answer("T", "A"))
    await deltas(chat, mode="THINK_ONLY", stop_ids=(151668, 151645))
    assert server.chats()[0].body == {
        "model": "scripted",
        "messages": ASKED,
        "stream": True,
        "stream_options": {"include_usage": True, "continuous_usage_stats": True},
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 100,
        "top_k": 20,
        "min_p": 0.1,
        "stop_token_ids": [151668, 151645],
        "include_stop_str_in_output": True,
        "skip_special_tokens": True,
        "chat_template_kwargs": {"enable_thinking": True},
    }


async def test_full_omits_the_stop_token_and_leaves_unset_sampling_to_the_server(
    server: ScriptedServer, chat: Chat
) -> None:
    server.play(thought_and_answer("T", "A"))
    await deltas(chat, stop_ids=(151645,))
    always = {"model", "messages", "stream", "stream_options", "skip_special_tokens"}
    assert set(server.chats()[0].body) == {*always, "stop_token_ids"}


async def test_a_profile_may_ask_for_special_tokens(server: ScriptedServer, chat: Chat) -> None:
    chat.use(extra={"skip_special_tokens": False})
    server.play(thought_and_answer("T", "A"))
    await deltas(chat)
    assert server.chats()[0].body["skip_special_tokens"] is False


async def test_the_key_and_the_chat_go_into_the_headers(server: ScriptedServer, chat: Chat) -> None:
    server.key = "secret"
    chat.use(endpoint={"base_url": server.base_url, "api_key": "secret"})
    server.play(thought_and_answer("T", "A"))
    await deltas(chat)
    headers = server.chats()[0].headers
    assert (headers["authorization"], headers["x-session-id"]) == ("Bearer secret", "chat-1")


# --- The chunks


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
async def test_both_names_of_the_thought_are_read(server: ScriptedServer, chat: Chat, field: Any) -> None:
    server.play([Role(), Reasoning("T", field), Content("A"), Finish(), Done()])
    read = await deltas(chat)
    assert ("".join(each.reasoning for each in read), "".join(each.content for each in read)) == ("T", "A")


async def test_comments_usage_and_done_are_no_text(server: ScriptedServer, chat: Chat) -> None:
    server.play([KeepAlive(), UsageStep(15, 1), Role(), KeepAlive(), Content("A"), Finish(), UsageStep(15, 7), Done()])
    read = await deltas(chat)
    assert "".join(each.content for each in read) == "A"
    assert (read[0].usage, read[-1].finish_reason, read[-1].usage) == (Usage(1, prompt=15), "stop", Usage(7, prompt=15))


async def test_characters_cut_in_two_are_put_together(server: ScriptedServer, chat: Chat) -> None:
    data = json.dumps({"choices": [{"delta": {"content": "👩‍🚀四"}}]}, ensure_ascii=False).encode()
    server.play(
        [Raw(b"data: " + data[:40]), *(Raw(data[at : at + 1]) for at in range(40, len(data))), Raw(b"\r\n\r\n")]
    )
    assert await deltas(chat) == [Delta("", "👩‍🚀四")]


# --- What goes wrong


NO_MODEL = error(404, "The model `scripted` does not exist.", "NotFoundError")
TOO_LONG = error(400, "This model's maximum context length is 2048 tokens. However, your prompt is longer.")
LLAMA_CPP = error(400, "request (5399 tokens) exceeds the available context size (4096 tokens), try increasing it")
TOO_LARGE = "Failed to buffer the request body: length limit exceeded"
NO_FUEL = "failed to render jinja template: engine ran out of fuel (in chat:3)"
NO_REGION = "No server in your region allows this."
FULL_QUEUE = Status(503, {"error": {"message": "too many queued requests"}}, {"retry-after-ms": "1"})


@pytest.mark.parametrize(
    ("script", "ending", "kind", "facts"),
    [
        ([NO_MODEL], "refused", "model", {"model": "scripted", "served": "scripted"}),
        ([Status(404, {"detail": "Not Found"})], "refused", "path", {}),
        ([Status(405, {"detail": "Method Not Allowed"})], "refused", "path", {}),
        ([Status(404, HTML)], "refused", "path", {}),
        ([Status(404, {"error": {"message": "File Not Found", "code": 404}})], "refused", "path", {}),
        ([Status(404, {"error": "Unexpected endpoint or method. (POST /x)"})], "refused", "path", {}),
        ([Status(404, b"404 page not found")], "refused", "path", {"message": "404 page not found"}),
        ([Status(404, b"")], "refused", "path", {"message": "404 Not Found"}),
        (
            [Status(404, {"error": {"message": NO_REGION}})],
            "refused",
            "status",
            {"status": "404", "message": NO_REGION},
        ),
        ([Status(401, {"error": "Unauthorized"})], "refused", "key", {"message": "Unauthorized"}),
        ([Status(403, HTML)], "refused", "key", {}),
        (
            [Status(403, {"message": "This key is for images."})],
            "refused",
            "key",
            {"message": "This key is for images."},
        ),
        ([TOO_LONG], "refused", "too_long", {"message": TOO_LONG.body["error"]["message"]}),
        ([LLAMA_CPP], "refused", "too_long", {}),
        ([error(400, "n must be 1")], "refused", "status", {"status": "400", "message": "n must be 1"}),
        ([FULL_QUEUE], "refused", "busy", {"message": "too many queued requests"}),
        ([Status(429, {"error": {"message": "slow down"}})], "refused", "busy", {"message": "slow down"}),
        ([Status(500, HTML)], "refused", "status", {"status": "500"}),
        ([error(400, TOO_LARGE)], "refused", "body_too_large", {"message": TOO_LARGE}),
        ([Status(413, HTML)], "refused", "body_too_large", {}),
        ([Status(413, {"message": "Request Too Long"})], "refused", "body_too_large", {"message": "Request Too Long"}),
        ([error(413, TOO_LONG.body["error"]["message"])], "refused", "too_long", {}),
        ([error(400, NO_FUEL)], "refused", "template_limit", {"message": NO_FUEL}),
        ([error(501, "The chat template timed out after 30 s.")], "refused", "template_limit", {}),
        ([error(409, "The engine is paused.")], "refused", "paused", {"message": "The engine is paused."}),
        ([Role(), ErrorEvent("Generation is paused; resume first")], "server_error", "paused", {}),
        ([Role(), ErrorEvent(NO_FUEL)], "server_error", "template_limit", {"message": NO_FUEL}),
        ([error(400, "A paused game was asked about.")], "refused", "status", {}),
        ([Status(422, {"detail": "no messages"})], "refused", "status", {"message": "no messages"}),
        (
            [Status(422, {"detail": [{"loc": ["body", "n"], "msg": "not a number"}]})],
            "refused",
            "status",
            {"message": "not a number (body.n)"},
        ),
        ([Status(400, [{"error": {"message": "no such key"}}])], "refused", "status", {"message": "no such key"}),
        (
            [Status(400, {"base_resp": {"status_code": 7, "status_msg": "bad"}})],
            "refused",
            "status",
            {"message": "bad"},
        ),
        ([Status(500, b"")], "refused", "status", {"message": "500 Internal Server Error"}),
        ([Status(200, HTML)], "refused", "not_chat", {}),
        ([Status(200, {"models": []})], "refused", "not_chat", {"status": "200", "words": '{"models":[]}'}),
        ([Status(200, b"Rate limit")], "refused", "not_chat", {"words": "Rate limit"}),
        ([Status(200, b"")], "disconnected", "empty", {"status": "200"}),
        ([Role(), ErrorEvent("EngineCore is dead")], "server_error", "server_error", {"message": "EngineCore is dead"}),
        ([Raw(b'data: {"error": "plain words"}\n\n')], "server_error", "server_error", {"message": "plain words"}),
        (
            [Raw(b'data: {"object": "error", "message": "words"}\n\n')],
            "server_error",
            "server_error",
            {"message": "words"},
        ),
        ([Role(), Raw(b"data: {oops\n\n")], "server_error", "not_json", {}),
        ([Role(), Raw(b"data: \xff\xfe\n\n")], "server_error", "not_json", {}),
        ([Role(), Drop()], "disconnected", "disconnected", {}),
        ([Role(), Reset()], "disconnected", "disconnected", {}),
        ([Reset()], "disconnected", "disconnected", {}),
    ],
)
async def test_each_fault_has_its_kind(
    server: ScriptedServer, chat: Chat, script: Script, ending: str, kind: str, facts: dict[str, str]
) -> None:
    server.by_message({"": script})
    refusal = await fault(chat)
    assert (refusal.code, refusal.kind) == (ending, kind)
    assert facts.items() <= refusal.facts.items()
    assert say(refusal.sentence, "en") != say(refusal.sentence, "zh")


async def test_a_busy_server_is_asked_again(server: ScriptedServer, chat: Chat) -> None:
    server.play([FULL_QUEUE], [Content("A"), Finish(), Done()])
    assert "".join(each.content for each in await deltas(chat)) == "A"


@pytest.mark.parametrize("script", [[NO_MODEL], [TOO_LONG]])
async def test_a_request_that_is_wrong_is_not_sent_again(server: ScriptedServer, chat: Chat, script: Answer) -> None:
    server.by_message({"": script})
    await fault(chat)
    assert len(server.chats()) == 1


async def test_a_wrong_key_is_reported(server: ScriptedServer, chat: Chat) -> None:
    server.key = "secret"
    refusal = await fault(chat)
    assert (refusal.kind, refusal.facts["url"]) == ("key", server.base_url)


async def test_a_missing_v1_is_guessed(server: ScriptedServer, chat: Chat) -> None:
    chat.use(server.url)
    refusal = await fault(chat)
    assert (refusal.kind, refusal.facts["guess"]) == ("path", server.base_url)


async def test_a_refused_connection_is_reported(chat: Chat) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    chat.use(f"http://127.0.0.1:{port}/v1")
    refusal = await fault(chat)
    assert (refusal.code, refusal.source, refusal.kind) == ("refused", "network", "unreachable")
    assert refusal.facts == {"url": f"http://127.0.0.1:{port}/v1"}


@pytest.mark.parametrize(
    ("post", "get", "kind"),
    [
        (f"200|text/html|{OUR_PAGE}", f"200|text/html|{OUR_PAGE}", "ourselves"),
        ("405|application/json|{}", f"200|text/html|{OUR_PAGE}", "ourselves"),
        ("404|application/json|{}", f"200|text/html|{OUR_PAGE}", "ourselves"),
        (f"200|text/html|{HTML}", f"200|text/html|{HTML}", "not_chat"),
        ("405|application/json|{}", f"200|text/html|{HTML}", "path"),
        (f"200|text/html|{HTML}", "500|text/plain|no", "not_chat"),
    ],
)
async def test_the_address_of_the_app_itself_is_recognized(
    chat: Chat, web: Callable[..., Any], post: str, get: str, kind: str
) -> None:
    chat.use(await web(POST=post, GET=get))
    assert (await fault(chat)).kind == kind


@pytest.mark.parametrize(("breaks", "answers"), [(1, True), (2, True), (3, False)])
async def test_a_side_request_is_sent_again_if_its_connection_breaks(chat: Chat, breaks: int, answers: bool) -> None:
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        head = await reader.readuntil(b"\r\n\r\n")
        asked += 1
        if asked > breaks:
            assert head.startswith(b"POST /tokenize ")
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n")
            writer.write(b'content-length: 15\r\n\r\n{"tokens": [7]}')
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as breaking:
        chat.use(f"http://127.0.0.1:{breaking.sockets[0].getsockname()[1]}/v1")
        if answers:
            assert await encode(chat.profile, "hello") == [7]
        else:
            with pytest.raises(openai.APIConnectionError):
                await encode(chat.profile, "hello")
    assert asked == min(breaks + 1, 3)


async def test_a_side_request_to_a_silent_server_is_sent_once(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_SIDE_REQUEST_SECONDS", "0.2")
    asked = []
    over = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        await over.wait()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as silent:
        chat.use(f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}/v1")
        with pytest.raises(openai.APITimeoutError):
            await encode(chat.profile, "hello")
        over.set()
    assert len(asked) == 1


async def test_a_connection_that_the_server_is_about_to_close_is_not_asked_over(
    server: ScriptedServer, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_KEEP_ALIVE_SECONDS", "0.02")
    server.keeps_seconds = 0.1
    once: Any = server_of(chat.profile).connection.client.with_options(max_retries=0)
    for _ in range(2):
        answer = await once.post(f"{server.url}/tokenize", cast_to=object, body={"prompt": "hello"})
        assert answer["count"]
        await asyncio.sleep(0.2)

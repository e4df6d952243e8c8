"""The model's window and a prompt's tokens are those that the server itself reports, for every server."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from chat.server.models import Models, parse_models
from chat.server.request import ChatMessage
from chat.server.server import server_of
from chat.server.window import AROUND, clamp_limit, count_prompt_tokens, read_window
from tests.scripted_server import ScriptedServer
from tests.wire.fixtures import ASKED, Chat


def asked(server: ScriptedServer, path: str) -> int:
    return sum(each.path == path for each in server.requests)


# --- The window


async def test_the_window_stands_in_the_list_of_models(chat: Chat) -> None:
    assert await read_window(chat.profile) == 32768


async def test_it_is_asked_for_once_until_the_server_starts_afresh(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_RESTART_CHECK_SECONDS", "0")
    with ScriptedServer(max_model_len=1000) as first:
        profile = chat.use(first.base_url)
        assert [await read_window(profile) for _ in range(2)] == [1000, 1000]
        assert asked(first, "/v1/models") == 3  # once for the window, and each time for the server's start
    with ScriptedServer(port=first.port, max_model_len=2000):
        assert await read_window(profile) == 2000


@pytest.mark.parametrize(
    ("cards", "found"),
    [
        ([{"id": "m", "max_model_len": 4096}], 4096),
        ([{"id": "other", "max_model_len": 4096}], 4096),
        ([{"id": "other", "max_model_len": 1}, {"id": "m", "max_model_len": 4096}], 4096),
        ([{"id": "one", "max_model_len": 1}, {"id": "two", "max_model_len": 2}], None),
        ([{"id": "one", "max_model_len": 1}, {"id": "two", "aliases": ["m"], "max_model_len": 2}], 2),
        ([{"id": "m", "parent": "base"}, {"id": "base", "max_model_len": 4096, "parent": None}], 4096),
        ([{"id": "m", "parent": "gone"}, {"id": "base", "max_model_len": 4096}], None),
        ([{"id": "m", "meta": {"n_ctx": 4096, "n_ctx_train": 8192}}], 4096),
        ([{"id": "m", "meta": {"n_ctx_train": 8192}}], None),
        ([{"id": "m", "meta": None, "aliases": None}], None),
        ([{"id": "m", "max_model_len": True}], None),
        ([{"id": "m", "max_model_len": 0}], None),
        ([{"id": "m", "max_model_len": "4096"}], None),
        (["m", 7], None),
        ([], None),
        (None, None),
    ],
)
def test_the_models_card_is_found_by_any_name(cards: object, found: int | None) -> None:
    assert parse_models({"data": cards}).window("m") == found


@pytest.mark.parametrize("answer", [None, [], "m", {}, {"data": {"id": "m"}}])
def test_an_answer_without_cards_tells_no_window(answer: object) -> None:
    assert parse_models(answer) == Models()


async def test_llama_cpp_tells_it_elsewhere(server: ScriptedServer, chat: Chat) -> None:
    server.n_ctx = 4096
    assert await read_window(chat.profile) == 4096


async def test_a_server_that_does_not_tell_is_asked_once(server: ScriptedServer, chat: Chat) -> None:
    server.tells_window = False
    assert [await read_window(chat.profile) for _ in range(2)] == [None, None]
    assert asked(server, "/props") == 1


async def test_what_is_no_answer_tells_no_window(chat: Chat, web: Callable[..., Any]) -> None:
    for answer in ("200|text/html|<html>", "404|text/plain|no", "500|text/plain|no", "200|application/json|[1]"):
        assert await read_window(chat.use(await web(GET=answer))) is None


async def test_a_server_that_is_away_is_asked_again(chat: Chat) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    profile = chat.use(f"http://127.0.0.1:{port}/v1")
    assert await read_window(profile) is None
    with ScriptedServer(port=port):
        assert await read_window(profile) == 32768


@pytest.mark.parametrize("trouble", ["503|text/plain|busy", "500|text/plain|no", "429|text/plain|slowly"])
async def test_a_server_that_fails_is_asked_again(chat: Chat, web: Callable[..., Any], trouble: str) -> None:
    answers = {"GET": trouble}
    profile = chat.use(await web(answers))
    assert await read_window(profile) is None
    answers["GET"] = '200|application/json|{"data": [{"id": "m", "max_model_len": 2000}]}'
    assert await read_window(profile) == 2000


@pytest.mark.parametrize(("believed", "asked_again"), [(600.0, False), (0.0, True)])
async def test_a_server_that_does_not_say_when_it_was_started_is_believed_for_a_time(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, believed: float, asked_again: bool
) -> None:
    monkeypatch.setenv("FULLSTOP_RESTART_CHECK_SECONDS", "0")
    monkeypatch.setenv("FULLSTOP_RESTART_ASSUMED_SECONDS", str(believed))
    starts = {(await server_of(chat.profile).refresh()).process for _ in range(3)}
    assert len(starts) == (3 if asked_again else 1)


async def test_a_server_that_is_too_busy_to_say_when_it_was_started_is_the_same(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_RESTART_CHECK_SECONDS", "0")
    busy, left, said = asyncio.Event(), asyncio.Event(), "process_start_time_seconds 17.5\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if busy.is_set():
            await reader.read()  # until the client has had enough
            left.set()
        else:
            await reader.readuntil(b"\r\n\r\n")
            head = f"HTTP/1.1 200 -\r\ncontent-length: {len(said)}\r\nconnection: close"
            writer.write(f"{head}\r\n\r\n{said}".encode())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as opened:
        profile = chat.use(f"http://127.0.0.1:{opened.sockets[0].getsockname()[1]}/v1")
        start = (await server_of(profile).refresh()).process
        assert start == "17.5"
        busy.set()
        monkeypatch.setenv("FULLSTOP_LOOKUP_SECONDS", "0.2")
        assert (await server_of(profile).refresh()).process == start
        await asyncio.wait_for(left.wait(), 30)


# --- A prompt's tokens


async def test_the_prompt_is_counted_as_the_server_makes_it(server: ScriptedServer, chat: Chat) -> None:
    tokens = server._tokenizer.encode(server.template({"messages": ASKED}))
    assert await count_prompt_tokens(chat.profile, ASKED, {}) == len(tokens)


async def test_llama_cpp_counts_the_text_of_its_template(server: ScriptedServer, chat: Chat) -> None:
    counted = await count_prompt_tokens(chat.profile, ASKED, {})
    server.n_ctx = 4096
    assert await count_prompt_tokens(chat.profile, ASKED, {}) == counted


async def test_a_server_that_only_makes_text_counts_nothing(server: ScriptedServer, chat: Chat) -> None:
    server.tokenizes, server.applies_template = False, True
    assert await count_prompt_tokens(chat.profile, ASKED, {}) is None


async def test_a_tokenizer_on_this_machine_counts_the_texts(server: ScriptedServer, chat: Chat, tmp_path: Path) -> None:
    server.tokenizes = False
    tokenizer = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(tmp_path / "tokenizer")
    profile = chat.use(tokenizer=str(tmp_path / "tokenizer"))
    messages: list[ChatMessage] = [{"role": "system", "content": "b c"}, {"role": "user", "content": "d e f"}]
    assert await count_prompt_tokens(profile, messages, {}) == 5 + 2 * AROUND


@pytest.mark.parametrize("tokenizer", [None, "nobody/has-this"])
async def test_without_a_tokenizer_there_is_no_number(
    server: ScriptedServer, chat: Chat, tokenizer: str | None
) -> None:
    server.bare = True
    assert await count_prompt_tokens(chat.use(tokenizer=tokenizer), ASKED, {}) is None


async def test_without_the_servers_template_its_tokenizer_counts_the_texts(server: ScriptedServer, chat: Chat) -> None:
    def refuses(_: object) -> str:
        raise ValueError("no messages here")

    server.template = refuses
    assert await count_prompt_tokens(chat.profile, ASKED, {}) == len(server._tokenizer.encode("hello")) + AROUND


# --- What is left


@pytest.mark.parametrize(
    ("limit", "window", "prompt", "left"),
    [
        (1000, 4096, 3096, None),
        (1000, 4096, 3097, 999),
        (4096, 4096, 10, 4086),
        (10, 4096, 5000, 0),
        (None, 4096, 4000, None),
        (1000, None, 4000, None),
        (1000, 4096, None, None),
    ],
)
def test_the_window_may_leave_less_than_the_limit(
    limit: int | None, window: int | None, prompt: int | None, left: int | None
) -> None:
    assert clamp_limit(limit, window, prompt) == left

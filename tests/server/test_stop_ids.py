"""Stop tokens become the ids of the model that is served; one that would do harm is refused by name."""

import asyncio
import json
import logging
import re
import socket
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tokenizers import AddedToken, Tokenizer, models
from transformers import PreTrainedTokenizerFast

from chat.profiles.profile import Profile
from chat.server.faults import Fault
from chat.server.stop_ids import resolve_stop_ids
from chat.words.texts import say
from tests.scripted_server import Content, Finish, ScriptedServer, Status, Step, error, thought_and_answer
from tests.sentences import sentence
from tests.wire.fixtures import Chat

THINK_STOPS = ("</think>", "<|im_end|>", "<|endoftext|>")
IDS = (151668, 151645, 151643)


def asked(server: ScriptedServer) -> list[str]:
    return [each.body["prompt"] for each in server.requests if each.path == "/tokenize"]


async def refused(profile: Profile, *tokens: str | int) -> Fault:
    with pytest.raises(Fault) as caught:
        await resolve_stop_ids(profile, tokens)
    return caught.value


# --- Asked for


async def test_stop_tokens_become_ids_and_each_is_asked_once(server: ScriptedServer, chat: Chat) -> None:
    for _ in range(2):
        assert await resolve_stop_ids(chat.profile, (*THINK_STOPS, 151644)) == (*IDS, 151644)
    assert asked(server) == list(THINK_STOPS)


async def test_an_id_that_is_listed_twice_is_sent_once(chat: Chat) -> None:
    assert await resolve_stop_ids(chat.profile, ("<|im_end|>", 151645)) == (151645,)


@pytest.mark.parametrize("root", ["", "/v1", "/v1/"])
async def test_the_ids_are_asked_at_the_servers_root(server: ScriptedServer, chat: Chat, root: str) -> None:
    assert await resolve_stop_ids(chat.use(server.url + root), THINK_STOPS) == IDS


async def test_two_servers_are_asked_separately(server: ScriptedServer, chat: Chat) -> None:
    with ScriptedServer() as other:
        for profile in (chat.profile, chat.use(other.base_url)):
            assert await resolve_stop_ids(profile, THINK_STOPS) == IDS
        assert asked(server) == asked(other) == list(THINK_STOPS)


async def test_a_restarted_server_is_asked_again(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_RESTART_CHECK_SECONDS", "0")
    with ScriptedServer(max_model_len=1000) as first:
        profile = chat.use(first.base_url)
        assert await resolve_stop_ids(profile, THINK_STOPS) == IDS
    with ScriptedServer(port=first.port, max_model_len=2000) as second:
        assert await resolve_stop_ids(profile, THINK_STOPS) == IDS
        assert asked(second) == list(THINK_STOPS)


async def test_a_server_that_was_away_is_asked_again(chat: Chat) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    profile = chat.use(f"http://127.0.0.1:{port}/v1")
    assert await resolve_stop_ids(profile, THINK_STOPS) == ()
    with ScriptedServer(port=port):
        assert await resolve_stop_ids(profile, THINK_STOPS) == IDS


@pytest.mark.parametrize("answer", ["200|text/html|<html>", "200|application/json|[]", '200|application/json|{"a":1}'])
async def test_an_invalid_answer_gives_no_ids(chat: Chat, web: Callable[..., Any], answer: str) -> None:
    profile = chat.use(await web(POST=answer, GET="404|text/plain|no"))
    assert await asyncio.wait_for(resolve_stop_ids(profile, ("</think>", 7)), 5) == (7,)


# --- Checked


async def test_a_text_of_several_tokens_is_refused_with_its_pieces(chat: Chat) -> None:
    refusal = await refused(chat.profile, "</think>", "<|eot_id|>")
    assert (refusal.code, refusal.source, refusal.kind) == ("refused", "client", "stop_token_pieces")
    assert refusal.facts["token"] == "<|eot_id|>"
    assert refusal.facts["pieces"].replace(" · ", "") == "<|eot_id|>"
    assert refusal.facts["pieces"].count("·") > 1


async def test_an_id_of_ordinary_text_is_refused_with_the_text(chat: Chat) -> None:
    refusal = await refused(chat.profile, 151645, 10)
    assert (refusal.kind, refusal.facts["token"], refusal.facts["text"]) == ("stop_token_ordinary", "10", "+")
    assert sentence("doctor.stop_tokens.ordinary", token=10) in say(refusal.sentence, "en")
    assert "`+`" in say(refusal.sentence, "zh")


@pytest.mark.parametrize("text", ["+", "\n", "."])
async def test_a_text_that_is_one_ordinary_token_is_refused(chat: Chat, text: str) -> None:
    assert (await refused(chat.profile, text)).kind == "stop_token_ordinary_text"


async def test_what_the_profile_calls_a_special_token_is_none_of_the_text(chat: Chat) -> None:
    assert await resolve_stop_ids(chat.use(special_tokens=["+"]), ("+", 10)) == (10,)


async def test_an_id_that_the_model_does_not_have_is_refused(chat: Chat) -> None:
    refusal = await refused(chat.profile, 999_999)
    assert (refusal.kind, refusal.facts["token"]) == ("stop_token_nothing", "999999")


async def test_an_id_that_the_server_chokes_on_is_refused(chat: Chat, web: Callable[..., Any]) -> None:
    profile = chat.use(await web(POST='400|application/json|{"error":"out of range"}', GET="404|text/plain|no"))
    assert (await refused(profile, 999_999)).kind == "stop_token_nothing"


async def test_a_refused_stop_token_is_remembered_too(server: ScriptedServer, chat: Chat) -> None:
    for _ in range(2):
        await refused(chat.profile, "<|eot_id|>")
    assert asked(server) == ["<|eot_id|>"]


async def test_a_refused_stop_token_is_a_new_exception_each_time(chat: Chat) -> None:
    """Raise a new exception each time: one that is raised again keeps every traceback."""
    first, second = [await refused(chat.profile, "<|eot_id|>") for _ in range(2)]
    assert first is not second
    assert (first.kind, first.facts) == (second.kind, second.facts)
    lengths = [len(traceback.extract_tb(each.__traceback__)) for each in (first, second)]
    assert lengths[0] == lengths[1]


# --- Without the server's help


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a local tokenizer with one special token of its own."""
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "<end>": 7}, unk_token="a"))
    tokenizer.add_special_tokens([AddedToken("<end>", special=True)])
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(tmp_path / "tokenizer")
    return tmp_path / "tokenizer"


async def test_a_tokenizer_on_this_machine_stands_in(server: ScriptedServer, chat: Chat, folder: Path) -> None:
    server.tokenizes = False
    profile = chat.use(tokenizer=str(folder))
    assert await resolve_stop_ids(profile, ("<end>", 7)) == (7,)
    assert (await refused(profile, 0)).facts["text"] == "a"


async def test_without_any_tokenizer_the_numbers_stay(server: ScriptedServer, chat: Chat) -> None:
    server.tokenizes = False
    assert await resolve_stop_ids(chat.profile, (*THINK_STOPS, 7)) == (7,)


async def test_a_tokenizer_that_is_not_here_is_named_in_the_log(
    server: ScriptedServer, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    server.tokenizes = False
    profile = chat.use(tokenizer="nobody/has-this")
    with caplog.at_level(logging.WARNING, "fullstop"):
        assert await resolve_stop_ids(profile, THINK_STOPS) == ()
    assert "the tokenizer nobody/has-this is not on this machine" in caplog.text
    assert "Traceback" not in caplog.text


# --- A server that refuses them, or continues


def strict(body: dict[str, Any]) -> list[Step]:
    if "stop_token_ids" in body:
        return [error(400, "Unrecognized request argument supplied: stop_token_ids")]
    return [Content("<think>One and one.</think>Two."), Finish("stop")]


def fastapi(body: dict[str, Any]) -> list[Step]:
    """Refuse the ids as `transformers serve` does."""
    if "stop_token_ids" in body:
        return [Status(422, {"detail": "Unexpected fields in the request: {'stop_token_ids'}"})]
    return strict(body)


@pytest.mark.parametrize("refuses", [strict, fastapi])
async def test_a_server_that_refuses_the_ids_is_asked_without_them(
    server: ScriptedServer, chat: Chat, caplog: pytest.LogCaptureFixture, refuses: Callable[..., list[Step]]
) -> None:
    server.play(*[refuses] * 3)
    for _ in range(2):
        _, ending, fault = await chat.play("THINK_ONLY", stop_ids=IDS)
        assert (ending.code, fault) == ("thought_complete", None)
    first, second, third = (each.body for each in server.chats())
    assert "stop_token_ids" in first
    assert "stop_token_ids" not in json.dumps([second, third])
    assert "include_stop_str_in_output" not in second
    assert re.search("rejects .*stop_token_ids", caplog.text)


def one_at_a_time(body: dict[str, Any]) -> list[Step]:
    """Reject the first field that is unknown, as a strict gateway does."""
    for name in ("skip_special_tokens", "stop_token_ids", "include_stop_str_in_output"):
        if name in body:
            return [error(400, f"Unknown parameter: '{name}'.")]
    return strict(body)


async def test_each_rejected_field_is_omitted_from_then_on(server: ScriptedServer, chat: Chat) -> None:
    server.play(*[one_at_a_time] * 4)
    for _ in range(2):
        _, ending, _ = await chat.play("THINK_ONLY", stop_ids=IDS)
        assert ending.code == "thought_complete"
    sent = [set(each.body) & {"skip_special_tokens", "stop_token_ids"} for each in server.chats()]
    assert sent == [{"skip_special_tokens", "stop_token_ids"}, {"stop_token_ids"}, set(), set()]


async def test_an_error_that_quotes_the_whole_request_rejects_no_field(server: ScriptedServer, chat: Chat) -> None:
    """Quote the whole request, as vLLM's validation errors do for any field."""

    def quoting(body: dict[str, Any]) -> list[Step]:
        return [error(400, f"temperature must be non-negative, input: {json.dumps(body)} stop_token_ids")]

    server.play(*[quoting] * 2, thought_and_answer("T", "A"))
    _, ending, _ = await chat.play(stop_ids=IDS)
    assert ending.code == "refused"
    _, ending, _ = await chat.play(stop_ids=IDS)
    assert ending.code == "complete"
    assert server.chats()[-1].body.keys() >= {"skip_special_tokens", "stop_token_ids"}


async def test_a_turn_ends_at_the_models_last_word_if_the_server_continues(server: ScriptedServer, chat: Chat) -> None:
    chat.use(modes={"FULL": {"stop_tokens": ["<|user|>"]}, "THINK_ONLY": {}})
    server.play([Content("Two.<|us"), Content("er|>\nAnd"), Content(" on and on")])
    turn, ending, _ = await chat.play()
    assert (turn.answer, ending.code, ending.source, ending.evidence) == ("Two.", "complete", "client", "<|user|>")

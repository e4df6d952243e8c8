"""Each request has an id of its own, and a session that the server issues is sent back in the same chat."""

import logging
from dataclasses import replace

import pytest

from chat.reply.reply import Reply
from chat.server.endpoint import open_stream
from chat.server.server import server_of
from chat.server.status.headers import MOST_CHARACTERS, MOST_SESSIONS, REQUEST, SESSION, note_session, read_id
from tests.scripted_server import Drop, Role, ScriptedServer, Status, error, thought_and_answer
from tests.wire.fixtures import Chat

ANSWER = thought_and_answer("Hm.", "Four.")


async def ask(chat: Chat, chat_id: str = "chat-1") -> None:
    request = replace(chat.request(), headers={SESSION: chat_id})
    async with open_stream(request) as deltas:
        assert [each async for each in deltas]


def sent(server: ScriptedServer, name: str = SESSION) -> list[str]:
    return [request.headers[name.lower()] for request in server.chats()]


# --- The id of a request


async def test_each_request_has_its_own_id(server: ScriptedServer, chat: Chat) -> None:
    server.play(ANSWER, ANSWER)
    for _ in range(2):
        await ask(chat)
        await server_of(chat.profile).connection.get("/models")
    ids = [request.headers["x-request-id"] for request in server.requests]
    assert len(set(ids)) == 4
    assert all(id_.isalnum() and id_.isascii() for id_ in ids)


@pytest.mark.parametrize(
    ("answered", "known"),
    [("", ()), ("gateway-7", ("gateway-7",)), ("x" * MOST_CHARACTERS, ("x" * 256,)), ("x" * 257, ()), ("caf\xe9", ())],
)
async def test_a_reply_knows_the_ids_of_its_request(
    server: ScriptedServer, chat: Chat, answered: str, known: tuple[str, ...]
) -> None:
    server.headers = {"x-request-id": answered}
    server.play(ANSWER)
    reply = Reply(chat.question(), lambda _: None)
    await reply.play()
    assert reply.request_ids == (*sent(server, REQUEST), *known)


async def test_the_id_that_the_server_repeats_is_there_once(server: ScriptedServer, chat: Chat) -> None:
    request = chat.request()
    server.headers = {"x-request-id": request.id}
    server.play(ANSWER)
    async with open_stream(request) as deltas:
        assert deltas.request_id == request.id
    question = chat.question()
    server.headers = {}
    server.play([error(500, "EngineCore is dead")], [error(500, "EngineCore is dead")], [error(500, "dead")])
    reply = Reply(question, lambda _: None)
    await reply.play()
    assert reply.request_ids == (sent(server, REQUEST)[-1],)


async def test_the_id_of_a_refusal_is_known(server: ScriptedServer, chat: Chat) -> None:
    server.play([Status(400, {"error": {"message": "no"}}, {"X-Request-Id": "theirs"})])
    reply = Reply(chat.question(), lambda _: None)
    assert await reply.play()
    assert reply.request_ids == (*sent(server, REQUEST), "theirs")


async def test_a_lost_connection_is_logged_with_the_id(
    server: ScriptedServer, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "fullstop")
    server.play([Role(), Drop()])
    await chat.play()
    assert f"({sent(server, REQUEST)[0]}) broke off" in caplog.text


@pytest.mark.parametrize("value", ["a\tb", "a\x00b", "a\nb", "\x1b[31m", "…", " ", "y" * 257])
def test_a_value_that_is_no_id_is_none(value: str) -> None:
    assert read_id({"x": value}, "x") == ""
    assert read_id({"x": " id "}, "x") == "id"
    assert read_id({}, "x") == ""


# --- The session of a chat


async def test_a_session_that_the_server_issues_is_sent_back(server: ScriptedServer, chat: Chat) -> None:
    server.play(*[ANSWER] * 4)
    await ask(chat)
    server.headers = {"x-session-id": "cG9kLTc="}
    await ask(chat)
    server.headers = {}
    await ask(chat)
    await ask(chat, "chat-2")
    assert sent(server) == ["chat-1", "chat-1", "cG9kLTc=", "chat-2"]


async def test_the_last_session_counts(server: ScriptedServer, chat: Chat) -> None:
    server.play(*[ANSWER] * 4)
    for issued in ("pod-1", "pod-2", "z" * 257):
        server.headers = {"x-session-id": issued}
        await ask(chat)
    await ask(chat)
    assert sent(server) == ["chat-1", "pod-1", "pod-2", "pod-2"]


async def test_another_server_does_not_get_it(server: ScriptedServer, chat: Chat) -> None:
    server.headers = {"x-session-id": "pod-1"}
    server.play(ANSWER)
    await ask(chat)
    with ScriptedServer() as other:
        chat.use(other.base_url)
        other.play(ANSWER)
        await ask(chat)
        assert sent(other) == ["chat-1"]


async def test_a_restart_ends_the_session(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_RESTART_CHECK_SECONDS", "0")
    with ScriptedServer(max_model_len=1000) as first:
        chat.use(first.base_url)
        await server_of(chat.profile).refresh()
        first.headers = {"x-session-id": "pod-1"}
        first.play(ANSWER)
        await ask(chat)
    with ScriptedServer(port=first.port, max_model_len=2000) as second:
        second.play(ANSWER)
        await server_of(chat.profile).refresh()
        await ask(chat)
        assert sent(second) == ["chat-1"]


async def test_the_oldest_sessions_are_forgotten(chat: Chat) -> None:
    sessions = server_of(chat.profile).known.sessions
    for number in range(MOST_SESSIONS + 5):
        request = replace(chat.request(), headers={SESSION: f"chat-{number}"})
        note_session(request, {"X-Session-ID": f"pod-{number}"})
    assert len(sessions) == MOST_SESSIONS
    assert "chat-4" not in sessions
    assert sessions["chat-5"] == "pod-5"

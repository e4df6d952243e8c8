"""All that is known of a server is in one object, which is shared, and is dropped when the server restarts."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from chat.profiles.profile import Endpoint, Profile
from chat.reply.resume import note_rejected
from chat.server.budget import supports_budget
from chat.server.request import request
from chat.server.server import MOST_SERVERS, Server, Servers, close_servers, server_of
from chat.server.stop_ids import resolve_stop_ids
from chat.server.window import read_window
from tests.scripted_server import ScriptedServer
from tests.shelf import profile
from tests.wire.fixtures import ASKED, Chat


def test_a_profile_and_its_requests_have_one_server(chat: Chat) -> None:
    assert server_of(chat.profile) is server_of(chat.request())


def test_another_model_or_key_is_another_server(chat: Chat) -> None:
    first = server_of(chat.profile)
    assert server_of(chat.use(model="another")) is not first
    assert server_of(chat.use(endpoint={"base_url": chat.server.base_url, "api_key": "another"})) is not first


def test_the_servers_that_were_used_last_are_kept() -> None:
    servers, endpoint = Servers(), Endpoint(base_url="http://127.0.0.1:9/v1")

    def find(number: int) -> Server:
        return servers.find(profile(endpoint.base_url, model=f"model-{number}"))

    first, second = find(0), find(1)
    for number in range(2, MOST_SERVERS):
        find(number)
    assert find(0) is first
    find(MOST_SERVERS)
    assert find(0) is first
    assert find(1) is not second


async def test_a_closed_connection_opens_again(chat: Chat) -> None:
    server = server_of(chat.profile)
    first = server.connection.client
    await server.connection.get("/models")
    await server.connection.close()
    await server.connection.get("/models")
    assert server.connection.client is not first
    await close_servers()
    assert server_of(chat.profile) is not server


async def test_a_restart_drops_all_that_is_known(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_RESTART_CHECK_SECONDS", "0")
    with ScriptedServer(max_model_len=1000) as first:
        here = chat.use(first.base_url)
        known = await server_of(here).refresh()
        known.rejected_fields.add("stop_token_ids")
        assert note_rejected(request(here, "FULL", ASKED, (), "chat-1"), 404)
        assert await read_window(here) == 1000
        assert await server_of(here).refresh() is known
    with ScriptedServer(port=first.port, max_model_len=2000):
        fresh = await server_of(here).refresh()
        assert fresh is server_of(here).known
        assert (fresh.rejected_fields, fresh.ways.rejected) == (set(), set())
        assert await read_window(here) == 2000


async def test_what_was_learned_before_the_first_look_is_kept(chat: Chat) -> None:
    known = server_of(chat.profile).known
    known.rejected_fields.add("stop_token_ids")
    assert await server_of(chat.profile).refresh() is known


def asking_budget(here: Profile) -> Awaitable[object]:
    return supports_budget(here)


def asking_stop_ids(here: Profile) -> Awaitable[object]:
    return resolve_stop_ids(here, ("</think>", "<|im_end|>"))


@pytest.mark.parametrize("ask", [read_window, asking_budget, asking_stop_ids])
async def test_what_many_ask_at_once_is_asked_once(
    server: ScriptedServer, chat: Chat, ask: Callable[[Profile], Awaitable[object]]
) -> None:
    here = chat.use(thinking={"open": "<think>", "close": "</think>", "budget": 100})
    alone = await ask(here)
    requests = len(server.requests)
    await close_servers()
    assert await asyncio.gather(*(ask(here) for _ in range(20))) == [alone] * 20
    assert len(server.requests) == 2 * requests

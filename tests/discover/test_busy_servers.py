"""A server that is too busy to answer everything: it is asked again later, and what it has shown is kept."""

import asyncio
from collections.abc import Callable

import pytest

from chat.discover.discover import Discovered, discover_profile
from chat.discover.made import Made
from chat.discover.questions import MOST_REQUESTS
from chat.offers.offer import Offer
from chat.offers.offering import Offering
from chat.offers.plain import plain_profile
from chat.profiles.match import ServedModel
from chat.profiles.profile import Endpoint
from chat.profiles.shelf import Shelf
from tests.discover.models import CASES
from tests.scripted_server import Drop, ScriptedServer, Status, error
from tests.shapes.server import VllmServer

R1 = next(each for each in CASES if each.model == "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B")


async def make(made: Made, server: ScriptedServer) -> Discovered:
    profile = plain_profile(Endpoint(base_url=server.base_url), server.model, server.model)
    found = await made.make(Offer(profile, model=ServedModel(server.model)))
    assert found
    return found


def new_made() -> Made:
    return Made(Offering(lambda: Shelf({}, {}), tuple))


BUSY: dict[str, Callable[[], Status]] = {
    "overloaded": lambda: error(503, "overloaded"),
    "too many requests": lambda: error(429, "slow down"),
    "a gateway that gave up": lambda: error(504, "timeout"),
}


@pytest.mark.parametrize("busy", BUSY.values(), ids=BUSY)
async def test_a_server_that_did_not_answer_everything_is_asked_again(
    busy: Callable[[], Status], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_ASKING_RETRY_SECONDS", "0")
    made = new_made()
    with VllmServer(R1.shape) as server:
        server.says = {"/tokenize": busy}
        assert "opened" in (await make(made, server)).unknown
        server.says = {}
        await asyncio.sleep(0)
        found = await make(made, server)
    assert found.profile.thinking
    assert found.profile.thinking.opened
    assert found.unknown == ()


async def test_a_reply_that_breaks_off_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_ASKING_RETRY_SECONDS", "0")
    made = new_made()
    with ScriptedServer(model="served") as server:
        server.by_message({"": [Drop()]})
        await make(made, server)
        await asyncio.sleep(0)
        await make(made, server)
        assert len(server.chats()) == 2


async def test_it_is_not_asked_again_at_once() -> None:
    made = new_made()
    with VllmServer(R1.shape) as server:
        server.says = {"/detokenize": BUSY["overloaded"]}
        first = await make(made, server)
        asked = len(server.requests)
        assert await make(made, server) == first
        assert len(server.requests) == asked


async def test_what_it_has_shown_before_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_ASKING_RETRY_SECONDS", "0")
    made = new_made()
    with VllmServer(R1.shape) as server:
        server.by_message({"": [Drop()]})
        first = await make(made, server)
        server.says = {"/tokenize": BUSY["overloaded"]}
        await asyncio.sleep(0)
        assert await make(made, server) == first


async def test_a_server_that_has_no_more_to_show_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_ASKING_RETRY_SECONDS", "0")
    made = new_made()
    with VllmServer(R1.shape) as server:
        server.bare = True
        await make(made, server)
        await asyncio.sleep(0)
        await make(made, server)
        assert len(server.chats()) == 1


async def test_a_broken_connection_is_not_tried_again() -> None:
    connections: list[asyncio.StreamWriter] = []

    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        writer.close()

    async with await asyncio.start_server(close, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        await discover_profile(Endpoint(base_url=f"http://{host}:{port}/v1"), "served")
    assert 0 < len(connections) <= MOST_REQUESTS

"""Whatever a server lists, what can be chosen is offered."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chat.offers.offering import Offering
from chat.profiles.profile import Endpoint
from chat.profiles.shelf import Shelf
from chat.server.server import close_servers
from tests.scripted_server import ScriptedServer, Status


@pytest.fixture(autouse=True)
async def _connections() -> AsyncIterator[None]:
    yield
    await close_servers()


HALF = "a\ud800b"
LISTS: dict[str, list[Any]] = {
    "half a character": [{"id": HALF}],
    "half a character in other names": [{"id": "x", "root": HALF, "aliases": [HALF]}],
    "a number": [{"id": 7}],
    "nothing": [{"id": None}, {}, None],
    "a list": [{"id": ["x"]}],
    "a null character": [{"id": "a\x00b"}],
    "one name twice": [{"id": "good"}, {"id": "good"}],
}


@pytest.mark.parametrize("cards", LISTS.values(), ids=LISTS)
async def test_an_odd_entry_of_the_list_does_not_hide_the_others(
    cards: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VLLM_MODEL", "FULLSTOP_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    listed = json.dumps({"object": "list", "data": [*cards, {"id": "good"}]}).encode()
    with ScriptedServer() as server:
        server.says["/v1/models"] = lambda: Status(200, listed, {"Content-Type": "application/json"})
        endpoint = Endpoint(base_url=server.base_url)
        offering = Offering(lambda: Shelf({}, {}), lambda: (endpoint,))
        await offering.look()
    offers = offering.catalogue().offers
    assert [each.profile.model for each in offers.values()].count("good") == 1
    for key, each in offers.items():
        assert f"{key}{each}".encode()

"""A server that points to another address is not followed: nothing of the chat, and no key, goes there."""

from collections.abc import AsyncIterator

import openai
import pytest

from chat.doctor.examine import examine
from chat.doctor.finding import Finding
from chat.server.endpoint import is_fullstop, read_served_models
from chat.server.server import server_of
from chat.server.tokenizer import encode
from chat.server.window import read_window
from chat.words.texts import say
from tests.wire import hostile
from tests.wire.fixtures import Chat
from tests.wire.hostile import FINISH, HostileServer, event

STATUSES = [301, 302, 303, 307, 308]
KEY = "sk-very-secret"


@pytest.fixture
async def other() -> AsyncIterator[HostileServer]:
    """Yield the server that the first one points to; it would answer."""
    async with hostile.hostile(hostile.stream(event("taken") + FINISH)) as server:
        yield server


def pointing(status: int, target: str) -> hostile.Reply:
    head = f"HTTP/1.1 {status} Elsewhere\r\nlocation: {target}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    return lambda: (head.encode(),)


@pytest.mark.parametrize("status", STATUSES)
async def test_the_chat_does_not_go_to_another_address(chat: Chat, other: HostileServer, status: int) -> None:
    target = f"http://user:pass@127.0.0.1:{other.port}/v1/chat/completions?token=abc#x"
    async with hostile.hostile(pointing(status, target)) as server:
        chat.use(endpoint={"base_url": server.base_url, "api_key": KEY})
        turn, ending, fault = await chat.play()
        assert fault
        assert (turn.answer, ending.code, fault.kind) == ("", "refused", "redirect")
        assert (fault.facts["target"], fault.facts["status"]) == (other.base_url, str(status))
        assert other.base_url in say(fault.sentence, "en")
        assert other.base_url in say(fault.sentence, "zh")
        assert len(server.requests) == 1
        assert other.requests == []


@pytest.mark.parametrize("status", STATUSES)
async def test_no_other_question_goes_to_another_address(chat: Chat, other: HostileServer, status: int) -> None:
    async with hostile.hostile(pointing(status, f"{other.base_url}/models")) as server:
        chat.use(endpoint={"base_url": server.base_url, "api_key": KEY})
        assert await read_served_models(server_of(chat.profile)) == ()
        assert not await is_fullstop(server_of(chat.profile))
        assert await read_window(chat.profile) is None
        with pytest.raises(openai.APIError):
            await encode(chat.profile, "secret words")
        await server_of(chat.profile).refresh()
        assert server.requests
        assert other.requests == []


async def test_the_doctor_does_not_go_there_and_names_the_address(chat: Chat, other: HostileServer) -> None:
    async with hostile.hostile(pointing(307, f"{other.base_url}/chat/completions")) as server:
        chat.use(endpoint={"base_url": server.base_url, "api_key": KEY})
        found: list[Finding] = []
        await examine(chat.profile, found.append)
        assert ("reach", "redirect", other.base_url) in [
            (each.check, each.kind, each.found.facts.get("target")) for each in found
        ]
        assert other.requests == []


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/login?next=%2Fv1", "http://127.0.0.1:{port}/login"),
        ("//elsewhere.example/v1/chat/completions", "http://elsewhere.example/v1"),
        ("https://[::1]:8443/v1/completions", "https://[::1]:8443/v1"),
        ("http://[::1", "?"),
        ("http://host:99999/", "?"),
        ("javascript:alert(1)", "javascript://alert(1)"),
        ("http://h/" + "a" * 5_000, "http://h/" + "a" * 191),
    ],
)
async def test_every_location_is_named_plainly(chat: Chat, location: str, target: str) -> None:
    async with hostile.hostile(pointing(302, location)) as server:
        chat.use(server.base_url)
        _, _, fault = await chat.play()
        assert fault
        assert (fault.kind, fault.facts["target"]) == ("redirect", target.format(port=server.port))

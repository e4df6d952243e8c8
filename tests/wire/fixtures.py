"""A scripted server and a way to play one turn of the app against it, with the real client on real bytes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from chat.profiles.modes import policy
from chat.profiles.profile import Profile
from chat.reply.history import Exchange, History
from chat.reply.play import Play
from chat.reply.prepare import Question
from chat.server.faults import Fault
from chat.server.request import ChatMessage, Request, request
from chat.server.server import close_servers, server_of
from termination import Ending, Event, Turn
from tests.patience import PATIENT
from tests.scripted_server import ScriptedServer
from tests.shelf import profile

ASKED: list[ChatMessage] = [{"role": "user", "content": "hello"}]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


class Chat:
    """One profile at the server, with `values` in the place of some of its keys; plays turns."""

    def __init__(self, server: ScriptedServer) -> None:
        self.server, self.profile = server, profile(server.base_url)

    def use(self, base_url: str | None = None, **values: Any) -> Profile:
        self.profile = profile(base_url or self.server.base_url, **values)
        return self.profile

    async def warm_up(self) -> None:
        """Make the client and its connection, so that a short timeout measures the server alone."""
        await server_of(self.profile).connection.client.models.list()

    def request(self, mode: str = "FULL", stop_ids: tuple[int, ...] = ()) -> Request:
        return request(self.profile, mode, ASKED, stop_ids, "chat-1")

    def question(self, mode: str = "FULL", past: Sequence[Exchange] = ()) -> Question:
        """Return the question of ASKED at the end of a chat with that past."""
        return question(self.profile, mode, past)

    async def play(
        self, mode: str = "FULL", show: Callable[[Event], None] = lambda _: None, stop_ids: tuple[int, ...] = ()
    ) -> tuple[Turn, Ending, Fault | None]:
        async def ask() -> Request:
            return self.request(mode, stop_ids)

        turn = Turn(policy(self.profile, mode), asyncio.get_running_loop().time())
        fault = await Play(turn, show).run(ask())
        assert turn.ending
        return turn, turn.ending, fault


def question(profile: Profile, mode: str = "FULL", past: Sequence[Exchange] = ()) -> Question:
    """Return the question of ASKED at the end of a chat with that past."""
    history, exchange = History(), Exchange("1", ASKED[0]["content"], model=profile.model)
    for each in (*past, exchange):
        history.add(each)
    return Question(profile, mode, "", exchange, history, "chat-1")


def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise the waits for side requests, for a slow machine that stalls."""
    for name, seconds in PATIENT.items():
        monkeypatch.setenv(name, seconds)


@pytest.fixture
async def chat(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Chat]:
    """Return the chat; the client's own wait between two tries is cut short."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.001)
    patient(monkeypatch)
    chat = Chat(server)
    yield chat
    await close_servers()


@pytest.fixture
async def web() -> AsyncIterator[Callable[..., Any]]:
    """Yield a function that opens a web server and returns its address. Each method has its one response.

    A test may pass a dict of responses, and change it later.
    """
    opened: list[asyncio.Server] = []

    async def serve(changing: Mapping[str, str] | None = None, **fixed: str) -> str:
        responses = fixed if changing is None else changing

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            status, kind, body = responses[head.split(b" ")[0].decode()].split("|")
            length = f"content-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close"
            writer.write(f"HTTP/1.1 {status} -\r\n{length}\r\n\r\n{body}".encode())
            await writer.drain()
            writer.close()

        opened.append(await asyncio.start_server(answer, "127.0.0.1", 0))
        return f"http://127.0.0.1:{opened[-1].sockets[0].getsockname()[1]}/v1"

    yield serve
    for each in opened:
        each.close()
        await each.wait_closed()

"""The handlers do their part in a real Chainlit session: its own calls in, its events out, no browser."""

import asyncio
import importlib
import uuid
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from chat import stop_ids
from chat.endpoint import client
from chat.profile import Endpoint
from tests.page.running_app import copy_of_the_house
from tests.scripted_server import Content, Hang, Reasoning, Role, ScriptedServer, thought_and_answer

MODEL = "Alibaba-Apsara/DASD-4B-Thinking"
HANGING = [Role(), Reasoning("Hm."), Content("It is"), Hang()]


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(model=MODEL) as server:
        yield server


@pytest.fixture(scope="module")
def app(server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """Chainlit reads its folder when it is imported, so it is imported here; not all of it is free of warnings."""
    house = copy_of_the_house(tmp_path_factory.mktemp("handlers") / "house")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHAINLIT_APP_ROOT", str(house))
        environment.setenv("VLLM_BASE_URL", server.base_url)
        environment.setenv("FULLSTOP_PROFILE", "dasd-4b-thinking")
        with warnings.catch_warnings(action="ignore"):
            app = importlib.import_module("app")
        yield app


class Session:
    """A browser's end of a Chainlit session: says what a browser says, and keeps what it is told."""

    def __init__(self, sockets: ModuleType, sessions: ModuleType) -> None:
        self.events: list[tuple[str, Any]] = []
        self._sockets = sockets
        self.id, self.sid = str(uuid.uuid4()), uuid.uuid4().hex
        self.real = sessions.WebsocketSession(
            id=self.id, socket_id=self.sid, emit=self._emit, emit_call=self._emit, user_env={}, client_type="webapp"
        )

    async def _emit(self, event: str, data: Any, *_: object) -> None:
        self.events.append((event, data))

    async def says(self, event: str, *data: object) -> None:
        """As Socket.IO would call it."""
        await self._sockets.sio.handlers["/"][event](self.sid, *data)

    def comes_back(self) -> None:
        """On a new socket, as after a lost connection."""
        self.sid = uuid.uuid4().hex
        self.real.restore(new_socket_id=self.sid)

    async def sends(self, text: str, event: str = "client_message", edits: str = "") -> str:
        message = {"id": edits or str(uuid.uuid4()), "type": "user_message", "output": text, "name": "user"}
        message["createdAt"] = "2026-01-01T00:00:00Z"
        await self.says(event, {"message": message, "fileReferences": None})
        return message["id"]

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not holds():  # noqa: ASYNC110  (the session's other end is Chainlit's)
                await asyncio.sleep(0.01)

    def idle(self) -> bool:
        """Whether the page shows no Stop button."""
        return [name for name in self.names() if name.startswith("task_")][-1:] == ["task_end"]

    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    def shown(self) -> dict[str, dict[str, Any]]:
        """What stands on the page in the end, by id, oldest first."""
        steps: dict[str, dict[str, Any]] = {}
        for name, data in self.events:
            if name in ("new_message", "update_message", "stream_start"):
                steps[data["id"]] = steps.get(data["id"], {}) | data
            elif name == "stream_token":
                steps[data["id"]]["output"] += data["token"]
        return steps

    def lines(self) -> list[str]:
        """Titles of steps and texts of messages."""
        shown = [step for step in self.shown().values() if step["type"] in ("tool", "assistant_message")]
        return [step["name"] if step["type"] == "tool" else step["output"] for step in shown]

    def errors(self) -> list[str]:
        return [step["output"] for step in self.shown().values() if step["isError"]]


@pytest.fixture
async def session(app: ModuleType, server: ScriptedServer) -> AsyncIterator[Session]:
    """A chat that has been opened."""
    assert app.__name__ == "app"
    server.reset()
    session = Session(importlib.import_module("chainlit.socket"), importlib.import_module("chainlit.session"))
    await session.says("connection_successful")
    await session.until(lambda: "set_modes" in session.names() and session.idle())
    yield session
    if task := session.real.current_task:
        task.cancel()
        await asyncio.wait([task])
    await session.real.delete()
    await client(Endpoint(base_url=server.base_url)).close()
    client.cache_clear()
    stop_ids._known.clear()


async def test_an_opened_chat_has_its_panel_and_its_picker(session: Session) -> None:
    panel = next(data for name, data in session.events if name == "chat_settings")
    assert panel[0]["initial"] == "dasd-4b-thinking"
    modes = next(data for name, data in session.events if name == "set_modes")
    assert [option["id"] for option in modes[0]["options"]] == ["AUTO", "FULL", "THINK_ONLY"]


async def test_a_message_becomes_a_thought_an_answer_and_a_line(session: Session, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Two and two.", "Four."))
    session.events.clear()
    await session.sends("2 + 2?")
    await session.until(session.idle)
    assert (session.names()[0], session.names().count("task_start")) == ("task_start", 1)
    thought, answer, line = session.lines()
    assert thought.startswith("Thought for ")
    assert answer == "Four."
    assert line.startswith("Complete · ")


async def test_stop_ends_the_turn_and_says_nothing_of_its_own(session: Session, server: ScriptedServer) -> None:
    server.play(HANGING)
    await session.sends("2 + 2?")
    await session.until(lambda: "It is" in session.lines())
    await session.says("stop")
    await session.until(session.idle)
    assert session.lines()[1] == "It is"
    assert session.lines()[2].startswith("Stopped by you")
    assert len(session.lines()) == 3
    assert await asyncio.to_thread(server.wait_chat().wait_closed)


async def test_stop_pressed_twice_loses_nothing(session: Session, server: ScriptedServer) -> None:
    server.play(HANGING)
    await session.sends("2 + 2?")
    await session.until(lambda: "It is" in session.lines())
    await session.says("stop")
    for _ in range(20):
        await session.says("stop")
        await asyncio.sleep(0)
    await session.until(session.idle)
    assert session.lines()[2].startswith("Stopped by you")


async def test_stop_ends_the_turn_of_an_edited_message(session: Session, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Four."), HANGING)
    first = await session.sends("2 + 2?")
    await session.until(lambda: session.idle() and "Four." in session.lines())
    editing = asyncio.create_task(session.sends("3 + 3?", "edit_message", first))
    await session.until(lambda: "It is" in session.lines())
    await session.says("stop")
    await session.until(lambda: session.lines()[-1].startswith("Stopped by you") and session.idle())
    await asyncio.wait([editing])
    assert [message["content"] for message in server.chats()[1].body["messages"]][1:] == ["3 + 3?"]


async def test_a_message_in_the_middle_of_a_turn_ends_that_turn(session: Session, server: ScriptedServer) -> None:
    server.play(HANGING, thought_and_answer("Hm.", "Six."))
    await session.sends("2 + 2?")
    await session.until(lambda: "It is" in session.lines())
    await session.sends("3 + 3?")
    await session.until(lambda: session.lines()[-1].startswith("Complete"))
    assert any(line.startswith("Stopped by you") for line in session.lines())
    assert "Six." in session.lines()
    assert await asyncio.to_thread(server.chats()[0].wait_closed)


async def test_a_turn_outlives_a_short_absence_but_not_a_long_one(
    session: Session, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    repairs = importlib.import_module("chat.page.repairs")
    monkeypatch.setattr(repairs, "GRACE_SECONDS", 0.2)
    server.play(HANGING)
    await session.sends("2 + 2?")
    await session.until(lambda: "It is" in session.lines())
    await session.says("disconnect")
    session.comes_back()
    await session.says("connection_successful")
    await asyncio.sleep(0.4)
    assert not server.chats()[0].closed_early
    assert not session.idle()
    await session.says("disconnect")
    assert await asyncio.to_thread(server.chats()[0].wait_closed)


async def test_a_mistake_of_ours_is_told(
    app: ModuleType, session: Session, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(app, "choose", mistaken)
    server.play(thought_and_answer("Hm.", "Four."))
    await session.sends("2 + 2?")
    await session.until(lambda: session.errors() and session.idle())
    assert session.errors() == [
        "Fullstop itself made a mistake (RuntimeError: boom). Your message and what had come are kept; "
        "the log says more."
    ]

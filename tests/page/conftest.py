"""One app in a real Chainlit session, without a browser, for all tests of this folder.

A process can import the app once, and its profiles name one server: so all tests share both.
"""

import asyncio
import importlib
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from chat.server.server import close_servers
from tests.browser.running_app import copy_of_the_house
from tests.page.session import Session
from tests.patience import PATIENT
from tests.scripted_server import ScriptedServer

MODEL = "Alibaba-Apsara/DASD-4B-Thinking"


@pytest.fixture(scope="session")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(model=MODEL) as server:
        yield server


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_house(tmp_path_factory.mktemp("handlers") / "house")


@pytest.fixture(scope="package")
def app(server: ScriptedServer, house: Path) -> Iterator[ModuleType]:
    """Yield the app. Chainlit reads its folder when it is imported, so it is imported here; it has warnings.

    A process that runs other tests between the files of this folder comes here again.
    """
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHAINLIT_APP_ROOT", str(house))
        environment.setenv("VLLM_BASE_URL", server.base_url)
        environment.setenv("FULLSTOP_PROFILE", "dasd-4b-thinking")
        for name, seconds in PATIENT.items():
            environment.setenv(name, seconds)
        environment.setenv("FULLSTOP_SHARED_SECONDS", "0")  # tests change what the server says
        with warnings.catch_warnings(action="ignore"):
            app = importlib.import_module("app")
        yield app


async def open_session(server: ScriptedServer, language: str = "en-US") -> Session:
    """Open a chat in a browser of that language."""
    server.reset()
    session = Session(importlib.import_module("chainlit.socket"), importlib.import_module("chainlit.session"), language)
    await session.says("connection_successful")
    await session.until(lambda: "set_modes" in session.names() and session.idle())
    await session.greets()
    return session


async def close_session(session: Session) -> None:
    """End what runs in a chat, and the chat."""
    if task := session.real.current_task:
        task.cancel()
        await asyncio.wait([task])
    await session.real.delete()


@pytest.fixture
async def session(app: ModuleType, server: ScriptedServer) -> AsyncIterator[Session]:
    """Yield the session of a chat that has been opened."""
    assert app.__name__ == "app"
    session = await open_session(server)
    yield session
    await close_session(session)
    await close_servers()  # forgets what was learned of the server

"""The running app under attack: a scripted server, the app in its own folder, and a client that sends anything."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.attacks.stranger import Stranger
from tests.browser.running_app import RunningApp, copy_of_the_house, running_app
from tests.scripted_server import ScriptedServer

StartApp = Callable[..., AbstractContextManager[RunningApp]]


@pytest.fixture(scope="package")
def scripted_server() -> Iterator[ScriptedServer]:
    with ScriptedServer(model="Alibaba-Apsara/DASD-4B-Thinking") as server:
        yield server


@pytest.fixture
def server(scripted_server: ScriptedServer) -> Iterator[ScriptedServer]:
    scripted_server.reset()
    yield scripted_server
    scripted_server.reset()


@pytest.fixture(scope="package")
def app(scripted_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Yield the app, started once; its limits for one address are higher, as all tests come from one."""
    root = copy_of_the_house(tmp_path_factory.mktemp("attacked") / "house")
    with running_app(root, scripted_server.base_url, FULLSTOP_MAX_OPENINGS="10000", FULLSTOP_MAX_SOCKETS="500") as app:
        yield app


@pytest.fixture
def start_app(scripted_server: ScriptedServer, tmp_path: Path) -> StartApp:
    """Return what starts an app with settings of its own: `with start_app(FULLSTOP_HOSTS="chat.example") as app:`."""
    root = copy_of_the_house(tmp_path / "house")
    return partial(running_app, root, scripted_server.base_url)


@pytest.fixture
def stranger(app: RunningApp) -> Stranger:
    return Stranger(app.url)

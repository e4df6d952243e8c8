"""The running app under attack: a scripted server, the app in its own folder, and a client that sends anything."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.attacks.stranger import Stranger
from tests.browser.running_app import RunningApp, copy_of_the_house, running_app
from tests.scripted_server import ScriptedServer

LOW_LIMITS = {
    "FULLSTOP_PROXIES": "127.0.0.0/8",
    "FULLSTOP_MAX_SOCKETS": "3",
    "FULLSTOP_MAX_OPENINGS": "6",
    "FULLSTOP_MAX_TURNS": "2",
    "FULLSTOP_MAX_DOCTOR_RUNS": "1",
}
NAMES = {
    "FULLSTOP_HOSTS": "chat.example.com, other.example:8443",
    "FULLSTOP_EMBED_IN": "https://portal.example",
}
NAMED_SOCKETS = 5
NUMBERS = itertools.count(1)
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


@pytest.fixture(scope="package")
def limited_app(scripted_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Yield an app with low limits, started once. It is behind a proxy, so each test can have an address of its own."""
    root = copy_of_the_house(tmp_path_factory.mktemp("limited") / "house")
    with running_app(root, scripted_server.base_url, **LOW_LIMITS, FULLSTOP_SHARED_SECONDS="60") as app:
        yield app


@pytest.fixture
def neighbour(limited_app: RunningApp) -> Stranger:
    """Return a client of the app with low limits. No other test has its address."""
    return Stranger(limited_app.url, f"10.0.0.{next(NUMBERS)}")


@pytest.fixture(scope="package")
def named_app(scripted_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Yield an app with names of its own, which may be embedded and trusts no proxy, started once."""
    root = copy_of_the_house(tmp_path_factory.mktemp("named") / "house")
    with running_app(root, scripted_server.base_url, **NAMES, FULLSTOP_MAX_SOCKETS=str(NAMED_SOCKETS)) as app:
        yield app


@pytest.fixture
def start_app(scripted_server: ScriptedServer, tmp_path: Path) -> StartApp:
    """Return what starts an app with settings of its own: `with start_app(FULLSTOP_HOSTS="chat.example") as app:`."""
    root = copy_of_the_house(tmp_path / "house")
    return partial(running_app, root, scripted_server.base_url)


@pytest.fixture
def stranger(app: RunningApp) -> Stranger:
    return Stranger(app.url)

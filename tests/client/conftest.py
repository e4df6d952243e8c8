"""The app, started once, and a client that uses it over its socket, as a tab does."""

from collections.abc import Iterator

import pytest

from tests.browser.running_app import RunningApp, copy_of_the_house, running_app
from tests.client.driver import Background, Client
from tests.scripted_server import ScriptedServer


@pytest.fixture(scope="package")
def scripted_server() -> Iterator[ScriptedServer]:
    with ScriptedServer(model="Alibaba-Apsara/DASD-4B-Thinking") as server:
        yield server


@pytest.fixture
def server(scripted_server: ScriptedServer) -> Iterator[ScriptedServer]:
    """Yield the scripted server, with nothing left over from another test."""
    scripted_server.reset()
    yield scripted_server
    scripted_server.reset()


@pytest.fixture(scope="package")
def app(scripted_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Yield the app, started once; its limits for one address are higher, as all tests come from one."""
    root = copy_of_the_house(tmp_path_factory.mktemp("client") / "house")
    with running_app(root, scripted_server.base_url, FULLSTOP_MAX_OPENINGS="10000", FULLSTOP_MAX_SOCKETS="500") as app:
        yield app


@pytest.fixture(scope="package")
def background() -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


@pytest.fixture
def locale() -> str:
    """Chosen by `@pytest.mark.parametrize("locale", ["zh-CN"])`."""
    return "en-US"


@pytest.fixture
def chat(app: RunningApp, background: Background, locale: str, request: pytest.FixtureRequest) -> Iterator[Client]:
    """Yield an open chat; when the test fails, what the app logged meanwhile is in the report."""
    before = len(app.output())
    client = Client(app.url, background, locale).open()
    yield client
    client.close()
    request.node.add_report_section("call", "app", app.output()[before:])

"""The app, started once, and a client that uses it over its socket, as a tab does."""

from collections.abc import Iterator

import pytest

from tests.attacks.conftest import app, scripted_server, server  # noqa: F401  (fixtures)
from tests.browser.running_app import RunningApp
from tests.client.driver import Background, Client


@pytest.fixture(scope="package")
def background() -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


@pytest.fixture
def locale() -> str:
    """Return the choice of `@pytest.mark.parametrize("locale", ["zh-CN"])`."""
    return "en-US"


@pytest.fixture
def chat(
    app: RunningApp,  # noqa: F811
    background: Background,
    locale: str,
    request: pytest.FixtureRequest,
) -> Iterator[Client]:
    """Yield an open chat; when the test fails, what the app logged meanwhile is in the report."""
    before = len(app.output())
    client = Client(app.url, background, locale).open()
    yield client
    client.close()
    request.node.add_report_section("call", "app", app.output()[before:])

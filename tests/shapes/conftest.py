"""The app, started once, with each shipped profile pointed at a server of its model's shape, and a client of it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browser.running_app import RunningApp, copy_of_the_house, running_app
from tests.client.conftest import background, chat, locale  # noqa: F401  (fixtures)
from tests.shapes.server import LoraxServer, VllmServer
from tests.shapes.shape import SHAPES

ON_LORAX = "mistral-7b-instruct-v0.1"
EMBEDDED = ("embedded", "gguf")  # for llama.cpp on this machine, whatever the model


def point(house: Path, name: str, base_url: str) -> None:
    """Return the profile with its server, on top of the shipped one."""
    folder = house / "profiles"
    shipped = (folder / f"{name}.yaml").rename(folder / f"_shipped-{name}.yaml")  # its own name stays in the panel
    (folder / f"{name}.yaml").write_text(f'extends: {shipped.stem}\nendpoint: {{base_url: "{base_url}"}}\n')


@pytest.fixture(scope="package")
def all_servers() -> Iterator[dict[str, VllmServer]]:
    with ExitStack() as running:
        kinds = {name: LoraxServer if name == ON_LORAX else VllmServer for name in SHAPES}
        yield {name: running.enter_context(kind(SHAPES[name])) for name, kind in kinds.items()}


@pytest.fixture
def servers(all_servers: dict[str, VllmServer]) -> dict[str, VllmServer]:
    """Return the servers by the profile's file name, with nothing left over from another test."""
    for server in all_servers.values():
        server.reset()
    return all_servers


@pytest.fixture(scope="package")
def app(all_servers: dict[str, VllmServer], tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    house = copy_of_the_house(tmp_path_factory.mktemp("shapes") / "house")
    for name, server in all_servers.items():
        point(house, name, server.base_url)
    for name in EMBEDDED:
        (house / "profiles" / f"{name}.yaml").unlink()
    with running_app(house, all_servers["dasd-4b-thinking"].base_url) as app:
        yield app

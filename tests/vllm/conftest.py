"""The servers of these tests, one at a time; the mark `servers` of a test names those it runs at."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.vllm.other_servers import serving_embedded, serving_transformers
from tests.vllm.playing import Player
from tests.vllm.scenarios import SET_UPS, VLLM
from tests.vllm.server import CACHE, Server
from tests.vllm.vllm_server import SMOLLM2, VllmStarter, vllm_starter
from tests.wire.fixtures import patient

ORDER = (*SET_UPS, SMOLLM2)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "servers(names): the set-ups that a test of tests/vllm runs at")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("servers")
    names = mark.args if mark else VLLM
    params = [pytest.param(name, marks=pytest.mark.vllm) for name in names]
    metafunc.parametrize("server", params, indirect=True, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by their server, because each server is started once."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    callspec = getattr(item, "callspec", None)
    name = callspec.params.get("server") if callspec else None
    return ORDER.index(name) if name in ORDER else -1


@pytest.fixture(scope="session")
def starter() -> Iterator[VllmStarter]:
    if not (CACHE / "smollm2" / "stamp").exists():
        pytest.skip("vLLM is not installed: run 'make test-vllm'")
    with vllm_starter() as starter:
        yield starter


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, starter: VllmStarter) -> Iterator[Server]:
    """Yield a server, which is ended before the next one starts."""
    with _serving(request.param, starter) as running:
        yield running


def _serving(name: str, starter: VllmStarter) -> AbstractContextManager[Server]:
    match name:
        case "embedded":
            return serving_embedded()
        case "transformers":
            return serving_transformers()
        case _:
            return starter.serving(name)


@pytest.fixture
def player(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Player:
    """Plays turns at the server, however slow that is to answer a question aside."""
    patient(monkeypatch)
    return Player(server, tmp_path, monkeypatch)

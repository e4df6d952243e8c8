"""The servers of these tests, one at a time in each worker; the mark `servers` of a test names those it runs at."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.vllm.other_servers import serving_embedded, serving_transformers
from tests.vllm.playing import Gate, Player
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


class BySetUp(LoadScopeScheduling):
    """Gives all tests of a set-up to one worker, which starts that server once; the set-up with most tests comes first.

    The mark `xdist_group` cannot do it: with pytest 9.2, pytest-xdist 3.8 finds no group in a test's id.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((name for name in ORDER if f"[{name}" in nodeid), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySetUp:
    return BySetUp(config, log)


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
def gate(tmp_path: Path) -> Iterator[Gate]:
    """Yield a gate that is shut, and open it after the test for the sake of the next ones."""
    gate = Gate(tmp_path / "gate")
    yield gate
    gate.open()


@pytest.fixture
def player(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Player:
    """Return a player of turns, also for a server that is slow to answer other requests."""
    patient(monkeypatch)
    return Player(server, tmp_path, monkeypatch)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the times that tests have measured."""
    reports = [each for each in terminalreporter.stats.get("passed", ()) if each.when == "call"]
    for name, seconds in sorted({measured for each in reports for measured in each.user_properties}):
        terminalreporter.write_line(f"{name}: {seconds}")

"""A scripted server, and the doctor's findings about a profile that points at it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from chat.doctor.examine import examine
from chat.doctor.finding import Finding
from chat.profiles.profile import Profile
from chat.server.server import close_servers
from chat.words.texts import say
from tests.doctor.patient import Vllm
from tests.patience import PATIENT_DOCTOR
from tests.scripted_server import ScriptedServer
from tests.shelf import profile
from tests.wire.fixtures import patient, web

__all__ = ["examined", "pointed", "server", "web"]
Examined = Callable[..., Awaitable[list[Finding]]]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set long waits, because the machine may be slow. A test about a wait sets it itself."""
    patient(monkeypatch)
    for name in (*PATIENT_DOCTOR, "FULLSTOP_DOCTOR_AFTER_FIRST_SECONDS", "FULLSTOP_DOCTOR_SETTLED_SECONDS"):
        monkeypatch.setenv(name, "60")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        server.by_message({"": Vllm()})
        yield server


@pytest.fixture
async def pointed(server: ScriptedServer) -> AsyncIterator[Callable[..., Profile]]:
    """Yield a function that makes profiles at the server. Their connections are closed at the end."""

    def point(base_url: str | None = None, **values: Any) -> Profile:
        return profile(base_url or server.base_url, **values)

    yield point
    await close_servers()


@pytest.fixture
def examined(pointed: Callable[..., Profile]) -> Examined:
    """Return a function that returns all findings about the profile with these values."""

    async def findings(base_url: str | None = None, **values: Any) -> list[Finding]:
        findings: list[Finding] = []
        await examine(pointed(base_url, **values), findings.append)
        return findings

    return findings


def the_problem(findings: list[Finding], check: str, kind: str, *facts: str, do: str) -> None:
    """Check that this is the only problem, and that its sentences contain the facts and the fix in both languages."""
    [problem] = [each for each in findings if each.state == "problem"]
    assert (problem.check, problem.kind) == (check, kind)
    for lang in ("en", "zh"):
        assert all(fact in say(problem.found, lang) for fact in facts)
        assert do in say(problem.fix or "", lang)
    assert say(problem.found, "en") != say(problem.found, "zh")

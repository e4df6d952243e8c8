"""Servers of models that have no profile."""

from collections.abc import AsyncIterator

import pytest

from chat.server.server import close_servers
from tests.patience import PATIENT, PATIENT_DOCTOR


@pytest.fixture(autouse=True)
async def patience(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Set long waits, because the machine may be slow."""
    for name, seconds in (PATIENT | PATIENT_DOCTOR).items():
        monkeypatch.setenv(name, seconds)
    yield
    await close_servers()

"""An environment that names no server."""

import pytest


@pytest.fixture(autouse=True)
def _no_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VLLM_BASE_URL", "VLLM_MODEL", "VLLM_API_KEY", "FULLSTOP_EMBEDDED_MODEL", "FULLSTOP_EMBEDDED_URL"):
        monkeypatch.delenv(name, raising=False)

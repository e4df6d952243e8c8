"""A server that runs, for tests: its address, the request fields that script a reply, and whether it is busy."""

import os
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.vllm.child import processor_seconds

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "vllm"
KEY = "a-key"
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(CACHE / "hub"), "DO_NOT_TRACK": "1"}


@dataclass(frozen=True, slots=True)
class Server(ABC):
    """A server. `name` is that of the set-up: a column of the table in docs/servers.md."""

    name: str
    root: str
    model: str
    pid: int

    @property
    def base_url(self) -> str:
        return f"{self.root}/v1"

    @property
    @abstractmethod
    def profile(self) -> str:
        """Return the name of the shipped profile for this server."""

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that point that profile at this server."""
        return {"VLLM_BASE_URL": self.base_url, "VLLM_MODEL": self.model, "VLLM_API_KEY": KEY}

    @property
    def overrides(self) -> dict[str, Any]:
        """Return the further keys of a profile for this server."""
        return {}

    @abstractmethod
    def says(self, text: str, step_ms: int = 0, slow_from: int = 0) -> dict[str, Any]:
        """Return the extra fields that make `text` the reply, with `step_ms` a token from token `slow_from` on."""

    def templated(self, template: str) -> dict[str, Any]:
        """Return the extra fields that replace the model's chat template."""
        return {"chat_template": template}

    def thought(self, text: str) -> str:
        """Return the thought as the server shows it."""
        return text

    def idle(self) -> bool:
        """True if the server has used no processor time for a moment, which this waits for."""
        before = processor_seconds(self.pid)
        time.sleep(0.2)
        return processor_seconds(self.pid) - before <= 3 / os.sysconf("SC_CLK_TCK")

"""What a test may ask of a server that runs: how it is reached, how it is told what to say, whether it is at work."""

import os
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from tests.vllm.child import processor_seconds

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "vllm"
KEY = "a-key"
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(CACHE / "hub"), "DO_NOT_TRACK": "1"}


@dataclass(frozen=True, slots=True)
class Server(ABC):
    """`name` is that of the set-up: a column of the table in docs/servers.md."""

    name: str
    root: str
    model: str
    process: Popen[bytes]

    @property
    def base_url(self) -> str:
        return f"{self.root}/v1"

    @property
    @abstractmethod
    def profile(self) -> str:
        """The name of the shipped profile that is made for it."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a person points that profile at this server."""
        return {"VLLM_BASE_URL": self.base_url, "VLLM_MODEL": self.model, "VLLM_API_KEY": KEY}

    @property
    def overrides(self) -> dict[str, Any]:
        """What a profile for this server says besides."""
        return {}

    @abstractmethod
    def says(self, text: str, step_ms: int = 0, slow_from: int = 0) -> dict[str, Any]:
        """The request's extra fields that make `text` the reply, `step_ms` a token from the token `slow_from` on."""

    def templated(self, template: str) -> dict[str, Any]:
        """The request's extra fields that put another chat template in the place of the model's."""
        return {"chat_template": template}

    def thought(self, text: str) -> str:
        """How that thought shows."""
        return text

    def idle(self) -> bool:
        """Whether the server is at work on nothing; takes a moment."""
        before = processor_seconds(self.process)
        time.sleep(0.2)
        return processor_seconds(self.process) - before <= 3 / os.sysconf("SC_CLK_TCK")

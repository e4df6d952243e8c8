"""Real vLLM on the CPU, with and without a reasoning parser, with scripted.py, which decides what the model says."""

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.vllm.child import child, free_port, wait_until_healthy
from tests.vllm.server import CACHE, HERE, KEY, OFFLINE, Server

MODEL_ROOM = 2048
TINY, SMOLLM2 = "tiny-qwen3", "smollm2"
PARSERS: dict[str, tuple[str, ...]] = {
    "qwen3": ("--reasoning-parser", "qwen3"),
    "deepseek_r1": ("--reasoning-parser", "deepseek_r1"),
    "no parser": (),
}


@dataclass(frozen=True, slots=True)
class Vllm(Server):
    """One vLLM server."""

    @property
    def profile(self) -> str:
        return "smollm2-135m" if self.model == SMOLLM2 else "dasd-4b-thinking"

    def token_ids(self, text: str) -> list[int]:
        """The tokens of `text`, by the server's own tokenizer."""
        tokens: list[int] = self.post("/tokenize", {"model": self.model, "prompt": text, "add_special_tokens": False})[
            "tokens"
        ]
        return tokens

    def text_of(self, ids: list[int]) -> str:
        """What the tokens stand for."""
        return str(self.post("/detokenize", {"model": self.model, "tokens": ids})["prompt"])

    def says(self, text: str, step_ms: int = 0, slow_from: int = 0) -> dict[str, Any]:
        return {"vllm_xargs": {"script": self.token_ids(text), "step_ms": step_ms, "slow_from": slow_from}}

    def post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
        request = urllib.request.Request(f"{self.root}{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)

    def running(self) -> int:
        """How many requests the engine is at work on, by its own gauge."""
        with urllib.request.urlopen(f"{self.root}/metrics", timeout=10) as reply:
            gauge = re.search(r"^vllm:num_requests_running\{.*\} (.+)$", reply.read().decode(), re.MULTILINE)
        assert gauge, "vLLM's /metrics has no vllm:num_requests_running"
        return int(float(gauge[1]))

    def idle(self) -> bool:
        return self.running() == 0


@contextmanager
def serving_vllm(name: str) -> Iterator[Server]:
    """A server on a free port of the loopback; its log is in .cache/vllm."""
    port, log = free_port(), CACHE / f"server-{name.replace(' ', '-')}.log"
    model, served = (CACHE / "smollm2", SMOLLM2) if name == SMOLLM2 else (CACHE / "model", TINY)
    command = [str(CACHE / "venv" / "bin" / "vllm"), "serve", str(model), "--served-model-name", served]
    command += ["--host", "127.0.0.1", "--port", str(port), "--api-key", KEY]
    command += ["--max-model-len", str(MODEL_ROOM), "--enforce-eager", "--trust-request-chat-template"]
    command += ["--logits-processors", "scripted:Scripted", *PARSERS.get(name, ())]
    environment = OFFLINE | {"VLLM_NO_USAGE_STATS": "1", "VLLM_CPU_KVCACHE_SPACE": "1", "PYTHONPATH": str(HERE)}
    root = f"http://127.0.0.1:{port}"
    with child(command, OFFLINE | environment, log) as process:
        wait_until_healthy(root, process, log)
        yield Vllm(name, root, served, process)

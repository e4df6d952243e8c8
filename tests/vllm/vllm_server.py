"""Real vLLM on the CPU, with and without a reasoning parser, with scripted.py, which decides what the model says."""

import json
import os
import re
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import Any

from tests.vllm.child import child, end_group, free_port, is_running, wait_until_healthy
from tests.vllm.server import CACHE, HERE, KEY, OFFLINE, Server

MODEL_ROOM = 2048
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
STARTER_LOG = CACHE / f"starter-{WORKER}.log"
KV_CACHE = "256M"  # of which SmolLM2 needs 94 for one request of MODEL_ROOM tokens
# The model in the engine's process. In one of its own, where vLLM puts it on the CPU, both wait for each other busily:
# two cores have work all the time, and a second server makes all of them late.
IN_PROCESS = "vllm.v1.executor.uniproc_executor.UniProcExecutor"
TINY, SMOLLM2 = "our-model", "smollm2"
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
        """Return the tokens of `text`, by the server's own tokenizer."""
        tokens: list[int] = self.post("/tokenize", {"model": self.model, "prompt": text, "add_special_tokens": False})[
            "tokens"
        ]
        return tokens

    def text_of(self, ids: list[int]) -> str:
        """Return the text of the tokens."""
        return str(self.post("/detokenize", {"model": self.model, "tokens": ids})["prompt"])

    def says(self, text: str, step_ms: int = 0, slow_from: int = 0) -> dict[str, Any]:
        return {"vllm_xargs": {"script": self.token_ids(text), "step_ms": step_ms, "slow_from": slow_from}}

    def post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
        request = urllib.request.Request(f"{self.root}{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)

    def running(self) -> int:
        """Return how many requests the engine is at work on, by its own gauge."""
        with urllib.request.urlopen(f"{self.root}/metrics", timeout=10) as reply:
            gauge = re.search(r"^vllm:num_requests_running\{.*\} (.+)$", reply.read().decode(), re.MULTILINE)
        assert gauge, "vLLM's /metrics has no vllm:num_requests_running"
        return int(float(gauge[1]))

    def idle(self) -> bool:
        return self.running() == 0


class VllmStarter:
    """Starts vLLM servers from one process, which imports vLLM once: serve.py."""

    def __init__(self, process: Popen[bytes]) -> None:
        self._process = process

    @contextmanager
    def serving(self, name: str) -> Iterator[Server]:
        """Yield a server on a free port of the loopback; its log is in .cache/vllm."""
        port, log = free_port(), CACHE / f"server-{name.replace(' ', '-')}.log"
        log.unlink(missing_ok=True)
        self._ask({"arguments": arguments(name, port), "log": str(log)})
        root = f"http://127.0.0.1:{port}"
        group = self._first_line(log)
        try:
            wait_until_healthy(root, partial(is_running, group), log)
            yield Vllm(name, root, served_name(name), group)
        finally:
            end_group(group)

    def _ask(self, wanted: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{json.dumps(wanted)}\n".encode())
        self._process.stdin.flush()

    def _first_line(self, log: Path) -> int:
        """Return the process id that the server writes first; wait for it."""
        while not (log.exists() and "\n" in (said := log.read_text(errors="replace"))):
            assert self._process.poll() is None, STARTER_LOG.read_text(errors="replace")
            time.sleep(0.1)
        return int(said.partition("\n")[0])


@contextmanager
def vllm_starter() -> Iterator[VllmStarter]:
    """Yield what starts vLLM servers; all of them end with it."""
    environment = os.environ | OFFLINE | {"VLLM_NO_USAGE_STATS": "1", "PYTHONPATH": str(HERE)}
    environment["OMP_NUM_THREADS"] = "1"  # two threads wait for each other where other processes use the cores
    with child([str(CACHE / "venv" / "bin" / "python"), str(HERE / "serve.py")], environment, STARTER_LOG) as process:
        yield VllmStarter(process)


def arguments(name: str, port: int) -> list[str]:
    """Return the command line of a set-up's server."""
    model = CACHE / ("smollm2" if name == SMOLLM2 else "model")
    command = ["serve", str(model), "--served-model-name", served_name(name)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--api-key", KEY]
    command += ["--max-model-len", str(MODEL_ROOM), "--enforce-eager", "--trust-request-chat-template"]
    command += ["--dtype", "float32"]  # processors without bfloat16 of their own take several times as long for it
    command += ["--kv-cache-memory-bytes", KV_CACHE, "--distributed-executor-backend", IN_PROCESS]
    return [*command, "--logits-processors", "scripted:Scripted", *PARSERS.get(name, ())]


def served_name(name: str) -> str:
    """Return the name of the model that a set-up serves."""
    return SMOLLM2 if name == SMOLLM2 else TINY

"""A real vLLM server as a child of the tests: started, waited for, asked, and ended with all its processes."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "vllm"
MODEL = "tiny-qwen3"
MODEL_ROOM = 2048
START_SECONDS = 600
END_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Server:
    """What a test may ask of the running server."""

    root: str
    parser: bool
    model: str = MODEL

    @property
    def base_url(self) -> str:
        return f"{self.root}/v1"

    def token_ids(self, text: str) -> list[int]:
        """The tokens of `text`, by the server's own tokenizer."""
        body = {"model": self.model, "prompt": text, "add_special_tokens": False}
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.root}/tokenize", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as reply:
            tokens: list[int] = json.load(reply)["tokens"]
        return tokens

    def says(self, text: str, *, step_ms: int = 0, loop: bool = False) -> dict[str, Any]:
        """Goes into a request's extra body: its reply is `text`, token by token (see scripted.py)."""
        return {"vllm_xargs": {"script": self.token_ids(text), "step_ms": step_ms, "loop": int(loop)}}

    def running(self) -> int:
        """How many requests the engine is at work on."""
        with urllib.request.urlopen(f"{self.root}/metrics", timeout=10) as reply:
            gauge = re.search(r"^vllm:num_requests_running\{.*\} (.+)$", reply.read().decode(), re.MULTILINE)
        assert gauge, "vLLM's /metrics has no vllm:num_requests_running"
        return int(float(gauge[1]))


@contextmanager
def serving(parser: bool) -> Iterator[Server]:
    """A server on a free port of the loopback; its log is in .cache/vllm."""
    port = _free_port()
    server = Server(f"http://127.0.0.1:{port}", parser)
    log = CACHE / f"server-with{'' if parser else 'out'}-parser.log"
    process = _start(port, ["--reasoning-parser", "qwen3"] if parser else [], log)
    try:
        _wait_until_healthy(server, process, log)
        yield server
    finally:
        _end(process)


def _start(port: int, options: list[str], log: Path) -> subprocess.Popen[bytes]:
    """The head of a process group of its own, which also ends when the tests are killed."""
    command = ["setpriv", "--pdeathsig", "TERM", CACHE / "venv" / "bin" / "vllm", "serve", CACHE / "model"]
    command += ["--served-model-name", MODEL]
    command += ["--host", "127.0.0.1", "--port", str(port), "--max-model-len", str(MODEL_ROOM), "--enforce-eager"]
    command += ["--logits-processors", "scripted:Scripted", *options]
    offline = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    environment = os.environ | offline | {"VLLM_CPU_KVCACHE_SPACE": "1", "PYTHONPATH": str(HERE)}
    with log.open("wb") as out:
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asks the server to go, then ends what is left of its process group."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _healthy(server):
        if process.poll() is not None:
            pytest.fail(f"vLLM ended with code {process.returncode} before it was ready:\n{_tail(log)}", pytrace=False)
        if time.monotonic() > deadline:
            pytest.fail(f"vLLM was not ready after {START_SECONDS} s:\n{_tail(log)}", pytrace=False)
        time.sleep(0.5)


def _healthy(server: Server) -> bool:
    try:
        with urllib.request.urlopen(f"{server.root}/health", timeout=5):
            return True
    except OSError:
        return False


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-40:])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port

"""Starts `vllm serve` as often as asked for, from one process that has imported vLLM, which takes longer than the rest.

Each line of the standard input is a JSON object: {"arguments": ["serve", ...], "log": "a file"}. The server's first
line in its log is its process id, which is also that of its process group. All servers end with this process.
"""

import importlib
import json
import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from typing import Any

from vllm.entrypoints.cli.main import main

NEEDED = (
    "vllm.entrypoints.cli.serve",
    "vllm.entrypoints.openai.api_server",
    "vllm.model_executor.models.llama",
    "vllm.model_executor.models.qwen3",
    "vllm.v1.engine.async_llm",
    "vllm.v1.engine.core",
    "vllm.v1.executor.multiproc_executor",
    "vllm.v1.worker.cpu_worker",
    "scripted",
)


FORKING = multiprocessing.get_context("fork")


def forking(_method: str | None = None) -> Any:
    """Return the context that forks, whatever method vLLM asks for: on the CPU it asks for "spawn"."""
    return FORKING


def serve_each() -> None:
    """Fork a server for each line until there are no more lines, then end all servers."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets a server that has ended
    groups = []
    try:
        for line in sys.stdin:
            wanted = json.loads(line)
            groups.append(os.fork())
            if not groups[-1]:
                groups.clear()
                _serve(wanted["arguments"], wanted["log"])
    finally:
        for group in groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


def _end(_number: int, _frame: Any) -> None:
    sys.exit()


def _serve(arguments: list[str], log: str) -> None:
    """Become the server."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    out, none = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), os.open(os.devnull, os.O_RDONLY)
    os.dup2(none, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    print(os.getpid(), flush=True)
    sys.argv = ["vllm", *arguments]
    sys.exit(main())


if __name__ == "__main__":
    multiprocessing.get_context = forking
    for name in NEEDED:
        importlib.import_module(name)
    serve_each()

"""The child process that serves one GGUF file with llama.cpp's own HTTP server.

python -m chat.launch.engine MODEL.gguf --name NAME [--persona qwen|smollm2], the key in FULLSTOP_EMBEDDED_KEY.
It prints one line, {"address": "http://127.0.0.1:PORT"}, once it answers, and ends when its standard input does.
"""

import argparse
import contextlib
import importlib
import json
import os
import signal
import sys
import threading
import urllib.request
from pathlib import Path
from typing import IO, Any

TEMPLATE = Path(__file__).with_name("think.jinja")
GREETINGS = ("Hi", "你好")
PRIME_SECONDS = 120


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole terminal; whoever started us ends us
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before the import: spinning threads starve a busy machine
    arguments = parsed()
    only_ours = own_standard_output()
    threading.Thread(target=end_with_parent, daemon=True).start()
    key = os.environ.get("FULLSTOP_EMBEDDED_KEY", "")
    server = started(arguments.model, arguments.name, arguments.persona, key)
    print(json.dumps({"address": server.listening_address}), file=only_ours, flush=True)
    if arguments.persona:
        with contextlib.suppress(OSError):  # without it the first question only takes longer
            prime(server.listening_address, key)
    signal.pause()


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--name", required=True)
    parser.add_argument("--persona", choices=("qwen", "smollm2"))
    return parser.parse_args()


def own_standard_output() -> IO[str]:
    """Standard output for our line alone; what the library prints goes to standard error."""
    ours = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return ours


def end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def started(model: str, name: str, persona: str | None, key: str) -> Any:
    llama = importlib.import_module("xllamacpp")  # untyped, and not installed where a server is named
    try:
        return llama.Server(settings(llama.CommonParams(), model, name, persona, key))
    except RuntimeError:
        sys.exit(f"llama.cpp cannot load the model {model}.")


def settings(params: Any, model: str, name: str, persona: str | None, key: str) -> Any:
    """Two people at once, 4096 tokens each; half the cores write, for writing waits on the memory."""
    params.model.path = model
    params.model_alias = {name}
    params.port = 0
    params.api_keys = [key] if key else []
    params.ui = False
    params.n_ctx = 8192
    params.n_parallel = 2
    params.cache_ram_mib = 256  # left alone it grows to 8 GiB
    params.cpuparams.n_threads = max(1, cores() // 2)
    params.cpuparams_batch.n_threads = cores()
    params.use_jinja = True
    if persona:
        params.chat_template = TEMPLATE.read_text(encoding="utf-8")
        params.default_template_kwargs = {"persona": json.dumps(persona)}
    return params


def cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def prime(address: str, key: str) -> None:
    """Reads the template's opening once per language, so that the first question need not wait for it."""
    for greeting in GREETINGS:
        body = {"messages": [{"role": "user", "content": greeting}], "max_tokens": 1}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        request = urllib.request.Request(f"{address}/v1/chat/completions", json.dumps(body).encode(), headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=PRIME_SECONDS) as answer:
            answer.read()


if __name__ == "__main__":
    main()

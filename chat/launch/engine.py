"""The child process that serves one GGUF file with llama.cpp's own HTTP server.

Usage: python -m chat.launch.engine MODEL.gguf --name NAME [--persona qwen|smollm2]; the key is FULLSTOP_EMBEDDED_KEY.
Once the server answers, it prints one line: {"address": "http://127.0.0.1:PORT"}. It ends when its standard input does.
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
    """Serve the model until the parent process ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole terminal; the parent process ends this one
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before the import: spinning threads starve a busy machine
    arguments = parse_arguments()
    output = reserve_standard_output()
    threading.Thread(target=end_with_parent, daemon=True).start()
    key = os.environ.get("FULLSTOP_EMBEDDED_KEY", "")
    server = start_server(arguments.model, arguments.name, arguments.persona, key)
    print(json.dumps({"address": server.listening_address}), file=output, flush=True)
    if arguments.persona:
        with contextlib.suppress(OSError):  # without this, only the first question takes longer
            prime(server.listening_address, key)
    signal.pause()


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--name", required=True)
    parser.add_argument("--persona", choices=("qwen", "smollm2"))
    return parser.parse_args()


def reserve_standard_output() -> IO[str]:
    """Return standard output, and send to standard error whatever the library prints."""
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return output


def end_with_parent() -> None:
    """Wait until the parent process closes standard input, then end this process."""
    while os.read(0, 4096):
        pass
    os._exit(0)


def start_server(model: str, name: str, persona: str | None, key: str) -> Any:
    """Load the model, and return the running server of llama.cpp. Exit if it cannot be loaded."""
    llama = importlib.import_module("xllamacpp")  # untyped, and not installed if a server is named
    try:
        return llama.Server(configure(llama.CommonParams(), model, name, persona, key))
    except RuntimeError:
        sys.exit(f"llama.cpp cannot load the model {model}.")


def configure(params: Any, model: str, name: str, persona: str | None, key: str) -> Any:
    """Set the parameters of llama.cpp, and return them: two chats at once, with 4096 tokens each.

    Generation runs on half the cores, because it waits for memory.
    """
    params.model.path = model
    params.model_alias = {name}
    params.port = 0
    params.api_keys = [key] if key else []
    params.ui = False
    params.n_ctx = 8192
    params.n_parallel = 2
    params.cache_ram_mib = 256  # the default is 8 GiB
    params.cpuparams.n_threads = max(1, cores() // 2)
    params.cpuparams_batch.n_threads = cores()
    params.use_jinja = True
    if persona:
        params.chat_template = TEMPLATE.read_text(encoding="utf-8")
        params.default_template_kwargs = {"persona": json.dumps(persona)}
    return params


def cores() -> int:
    """Return the number of cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def prime(address: str, key: str) -> None:
    """Send one short question per language, so that the prompt's beginning is in the cache before the first chat."""
    for greeting in GREETINGS:
        body = {"messages": [{"role": "user", "content": greeting}], "max_tokens": 1}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        request = urllib.request.Request(f"{address}/v1/chat/completions", json.dumps(body).encode(), headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=PRIME_SECONDS) as answer:
            answer.read()


if __name__ == "__main__":
    main()

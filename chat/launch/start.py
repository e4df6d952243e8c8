"""Starts the chat page, and the embedded engine where no server is named, and ends both."""

import json
import os
import secrets
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chat.launch.child import Child
from chat.launch.ground import check_engine, check_not_own, check_port, check_python, check_settings
from chat.launch.house import CHECKOUT, ROOT, settings
from chat.launch.model import Model, model
from chat.launch.trouble import Trouble

START_SECONDS = 120
LOOK_SECONDS = 0.1
# Chainlit reads these bare names: CI=true replaces the API key, DEBUG=something aborts the start,
# DATABASE_URL switches a database on (chainlit/cli, chainlit/data).
READ_BY_CHAINLIT = {"HEADLESS", "WATCH", "DEBUG", "CI", "NO_CACHE", "DATABASE_URL"}
CHAINLITS_OWN_LINE = "Your app is available at"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    host: str
    port: int
    watch: bool
    model: str | None


def launch(options: Options, root: Path = ROOT) -> None:
    """Runs until Ctrl+C or SIGTERM; raises Trouble when it cannot, or when a child ends by itself."""
    environment = settings(root)
    checked(options, environment)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with Ctrl+C ignored
        signal.signal(number, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:  # else it is nohup's
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    children: list[Child] = []
    try:
        run(options, environment, root, children)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(children):
            child.end()


def checked(options: Options, environment: Mapping[str, str]) -> None:
    check_python()
    check_settings(environment)
    if server := environment.get("VLLM_BASE_URL"):
        if options.model:
            raise Trouble("--model chooses the embedded model, but VLLM_BASE_URL names a server: leave out one.")
        check_not_own(server, options.port)
    else:
        check_engine()
    check_port(options.host, options.port)


def run(options: Options, environment: dict[str, str], root: Path, children: list[Child]) -> None:
    if not environment.get("VLLM_BASE_URL"):
        chosen = model(options.model or environment.get("EMBEDDED_MODEL") or "qwen")
        environment = environment | serve(chosen, environment, root, children)
    page = Child("The chat page", page_command(options), page_environment(environment, root), root)
    children.append(page)
    page.listen(hidden=CHAINLITS_OWN_LINE)
    wait_for(page, address(options.host, options.port))
    page.show()
    print(f"Fullstop: {address(options.host, options.port)}  (Ctrl+C ends it)", flush=True)
    while True:
        time.sleep(LOOK_SECONDS)
        for child in children:
            child.check()


def serve(chosen: Model, environment: Mapping[str, str], root: Path, children: list[Child]) -> dict[str, str]:
    """Starts the engine; what the page's profile has to know of it."""
    key = secrets.token_hex(16)
    command = [sys.executable, "-m", "chat.launch.engine", str(chosen.path), "--name", chosen.name]
    persona = ["--persona", chosen.persona] if chosen.persona else []
    engine = Child(
        "The embedded engine",
        [*command, *persona],
        {**environment, "FULLSTOP_EMBEDDED_KEY": key, "PYTHONPATH": python_path(environment)},
        root,
    )
    children.append(engine)
    return {
        "FULLSTOP_EMBEDDED_URL": json.loads(engine.answer())["address"] + "/v1",
        "FULLSTOP_EMBEDDED_KEY": key,
        "FULLSTOP_EMBEDDED_MODEL": chosen.name,
        "FULLSTOP_PROFILE": environment.get("FULLSTOP_PROFILE") or ("embedded" if chosen.persona else "gguf"),
    }


def page_command(options: Options) -> list[str]:
    listen = ["--headless", "--host", options.host, "--port", str(options.port)]
    return [sys.executable, "-m", "chainlit", "run", "app.py", *listen, *(["-w"] if options.watch else [])]


def page_environment(environment: Mapping[str, str], root: Path) -> dict[str, str]:
    kept = {name: value for name, value in environment.items() if name not in READ_BY_CHAINLIT}
    ours = {"CHAINLIT_APP_ROOT": str(root), "PYTHONPATH": python_path(environment), "PYTHONUNBUFFERED": "1"}
    return {
        **kept,
        **ours,
        "FULLSTOP_LAUNCHER": "1",
    }  # it ends when its standard input does (chat/page/install/shutdown.py)


def python_path(environment: Mapping[str, str]) -> str:
    """Ours first: the children run our modules wherever they are started."""
    return os.pathsep.join(filter(None, (str(CHECKOUT), environment.get("PYTHONPATH"))))


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the page."""
    name = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def wait_for(page: Child, url: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        page.check()
        try:
            direct.open(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(LOOK_SECONDS)
    raise Trouble(f"The chat page has not answered within {START_SECONDS} seconds.")

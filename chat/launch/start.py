"""The chat page and, if no server is named, the embedded engine: how they start and end."""

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
from chat.launch.house import CHECKOUT, ROOT, read_environment
from chat.launch.model import Model, find_model
from chat.launch.trouble import Trouble
from chat.profiles import folders
from chat.profiles.addresses import split_addresses

START_SECONDS = 120
LOOK_SECONDS = 0.1
# Chainlit reads these bare names: CI=true replaces the API key, DEBUG=something aborts the start,
# DATABASE_URL switches a database on (chainlit/cli, chainlit/data).
READ_BY_CHAINLIT = {"HEADLESS", "WATCH", "DEBUG", "CI", "NO_CACHE", "DATABASE_URL"}
CHAINLITS_OWN_LINE = "Your app is available at"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `fullstop chat`."""

    host: str
    port: int
    watch: bool
    model: str | None


def launch(options: Options, root: Path = ROOT) -> None:
    """Run the chat page until Ctrl+C or SIGTERM.

    Raises:
        Trouble: if the page cannot start, or if a child process ends by itself.
    """
    environment = read_environment(root)
    check_environment(options, environment)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with Ctrl+C ignored
        signal.signal(number, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:  # nohup ignores it
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


def check_environment(options: Options, environment: Mapping[str, str]) -> None:
    """Raise Trouble if something is wrong that can be seen before anything starts."""
    check_python()
    check_settings(environment)
    if server := environment.get("VLLM_BASE_URL"):
        if options.model:
            raise Trouble("--model chooses the embedded model, but VLLM_BASE_URL names a server: remove one of them.")
        for address in split_addresses(server):
            check_not_own(address, options.port)
    else:
        check_engine()
    check_port(options.host, options.port)


def run(options: Options, environment: dict[str, str], root: Path, children: list[Child]) -> None:
    """Start the child processes, add each to `children`, and watch them until one ends.

    Raises:
        Trouble: if one ends, or if the page does not answer in time.
    """
    if not environment.get("VLLM_BASE_URL"):
        model = find_model(options.model or environment.get("EMBEDDED_MODEL") or "qwen")
        environment = environment | start_engine(model, environment, root, children)
    page = Child("The chat page", page_command(options), page_environment(environment, root), root)
    children.append(page)
    page.listen(hidden=CHAINLITS_OWN_LINE)
    address = page_address(options.host, options.port)
    wait_for(page, address)
    page.show()
    print(f"Fullstop: {address}  (Ctrl+C ends it)", flush=True)
    while True:
        time.sleep(LOOK_SECONDS)
        for child in children:
            child.check()


def start_engine(model: Model, environment: Mapping[str, str], root: Path, children: list[Child]) -> dict[str, str]:
    """Start the embedded engine, and return the environment variables that its profile needs."""
    key = secrets.token_hex(16)
    command = [sys.executable, "-m", "chat.launch.engine", str(model.path), "--name", model.name]
    profile = "gguf"
    if model.persona:
        command += ["--persona", model.persona]
        profile = "embedded"
    variables = {"FULLSTOP_EMBEDDED_KEY": key, "PYTHONPATH": python_path(environment)}
    engine = Child("The embedded engine", command, {**environment, **variables}, root)
    children.append(engine)
    return {
        "FULLSTOP_EMBEDDED_URL": json.loads(engine.read_line())["address"] + "/v1",
        "FULLSTOP_EMBEDDED_KEY": key,
        "FULLSTOP_EMBEDDED_MODEL": model.name,
        "FULLSTOP_PROFILE": environment.get("FULLSTOP_PROFILE") or profile,
    }


def page_command(options: Options) -> list[str]:
    """Return the command that runs the page."""
    command = [sys.executable, "-m", "chainlit", "run", "app.py", "--headless"]
    command += ["--host", options.host, "--port", str(options.port)]
    if options.watch:
        command.append("-w")
    return command


def page_environment(environment: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return the environment of the page's process, without the variables that Chainlit would misread."""
    kept = {name: value for name, value in environment.items() if name not in READ_BY_CHAINLIT}
    if own := kept.get(folders.VARIABLE):  # the page runs in another folder
        kept[folders.VARIABLE] = str(Path(own).expanduser().absolute())
    return {
        **kept,
        "CHAINLIT_APP_ROOT": str(root),
        "PYTHONPATH": python_path(environment),
        "PYTHONUNBUFFERED": "1",
        "FULLSTOP_LAUNCHER": "1",  # the page ends when its standard input does (chat/page/install/shutdown.py)
    }


def python_path(environment: Mapping[str, str]) -> str:
    """Return the search path of the child processes: our modules first, in whatever folder they start."""
    return os.pathsep.join(filter(None, (str(CHECKOUT), environment.get("PYTHONPATH"))))


def page_address(host: str, port: int) -> str:
    """Return the address under which a browser on this machine finds the page."""
    if host in ("127.0.0.1", "0.0.0.0", "::"):
        host = "localhost"
    elif ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{port}"


def wait_for(page: Child, url: str) -> None:
    """Wait until the page answers.

    Raises:
        Trouble: if it ends, or does not answer within START_SECONDS.
    """
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

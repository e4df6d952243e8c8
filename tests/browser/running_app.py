"""The app as a person starts it: `chainlit run`, on a copy of the house, in a process of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.patience import PATIENT_APP

ROOT = Path(__file__).parents[2]
PARTS = ("app.py", "chainlit*.md", ".chainlit", "chat", "termination", "profiles", "public")
NOT_OURS = ("CI", "DEBUG", "WATCH", "HEADLESS", "NO_CACHE", "DATABASE_URL")
NOT_OURS_BEGINNING = ("CHAINLIT_", "FULLSTOP_", "VLLM_", "OPENAI_", "PYTHON")


@dataclass(frozen=True, slots=True)
class RunningApp:
    """`root` is a copy: a test may edit what lies there."""

    url: str
    root: Path
    log: Path
    pid: int

    def output(self) -> str:
        """Return what the app has printed and logged so far."""
        return self.log.read_text()


def copy_of_the_house(root: Path) -> Path:
    for part in (found for pattern in PARTS for found in ROOT.glob(pattern)):
        if part.is_dir():
            shutil.copytree(part, root / part.name)
        else:
            root.mkdir(exist_ok=True)
            shutil.copy(part, root)
    return root


@contextmanager
def running_app(root: Path, base_url: str, *options: str, port: int = 0, **environment: str) -> Iterator[RunningApp]:
    """Start the app, with options of `chainlit run`, and yield it. A test that needs the port before gives it."""
    port, log = port or free_port(), root.with_suffix(".log")
    command = [sys.executable, "-m", "chainlit", "run", "app.py", "--headless", "--port", str(port), *options]
    ours = {"VLLM_BASE_URL": base_url, "FULLSTOP_PROFILE": "dasd-4b-thinking", "CHAINLIT_APP_ROOT": str(root)}
    ours["FULLSTOP_SHARED_SECONDS"] = "0"  # tests change what the server says
    clean = environment_for_the_app(os.environ) | PATIENT_APP | ours | environment
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=root, env=clean, stdout=output, stderr=subprocess.STDOUT)
    app = RunningApp(f"http://127.0.0.1:{port}", root, log, process.pid)
    try:
        wait_until_it_answers(app, process)
        yield app
    finally:
        end(process)


def environment_for_the_app(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without bare names such as CI and DEBUG, which Chainlit reads as its own options."""
    foreign = {name for name in environment if name in NOT_OURS or name.startswith(NOT_OURS_BEGINNING)}
    kept = {name: value for name, value in environment.items() if name not in foreign}
    return kept | {"NO_PROXY": "127.0.0.1,localhost", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(app: RunningApp, process: subprocess.Popen[bytes], seconds: float = 600) -> None:
    by = time.monotonic() + seconds
    while not answers(app.url):
        if process.poll() is not None:
            raise RuntimeError(f"the app ended with code {process.returncode} before it answered:\n{app.output()}")
        if time.monotonic() > by:
            raise TimeoutError(f"the app has not answered within {seconds} s:\n{app.output()}")
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/project/translations?language=en-US", timeout=20) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

"""`fullstop chat` starts the page and the engine, or says in one sentence why it cannot."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chat.launch.house import read_environment
from chat.launch.start import Options, page_address, page_environment

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
END_SECONDS = 15
SERVER = "http://127.0.0.1:9/v1"
ECHO_APP = """
import chainlit as cl

@cl.on_message
async def echo(message):
    await cl.Message(message.content).send()
"""

WATCHING_APP = f"""{ECHO_APP}
from chat.page.install import shutdown

@cl.on_app_startup
async def start():
    shutdown.install()
    shutdown.end_with_launcher()
"""

Start = Callable[..., subprocess.Popen[str]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts the command in a folder of its own, without the settings of this machine."""
    started = []

    def command(*words: str, app: str = ECHO_APP, **variables: str) -> subprocess.Popen[str]:
        (tmp_path / "app.py").write_text(app)
        script = (
            "import sys; from pathlib import Path; from chat.command import cli; from chat.launch import start; "
            "cli.launch = lambda options: start.launch(options, Path.cwd()); sys.exit(cli.main())"
        )
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "-c", script, "chat", *words],
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(ROOT), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield command
    for process in started:
        with process:
            process.terminate()


def read_error(process: subprocess.Popen[str]) -> str:
    """Return the error with which the command ends."""
    output, errors = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 1
    assert "Traceback" not in errors
    assert output == ""
    return errors


def test_a_busy_port_is_named(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        errors = read_error(start("--port", str(port), VLLM_BASE_URL=SERVER))
    assert errors.startswith(f"fullstop: Port {port} is in use by another program")
    assert errors.count("\n") == 1


def test_the_pages_own_address_is_no_server(start: Start) -> None:
    port = str(free_port())
    errors = read_error(start("--port", port, VLLM_BASE_URL=f"http://localhost:{port}/v1"))
    assert "is the address of this chat page itself" in errors


def test_two_models_are_one_too_many(start: Start) -> None:
    errors = read_error(start("--model", "qwen", "--port", str(free_port()), VLLM_BASE_URL=SERVER))
    assert "--model" in errors
    assert "VLLM_BASE_URL" in errors


@pytest.mark.embedded
def test_a_missing_model_file_is_named(start: Start) -> None:
    assert "/nowhere.gguf" in read_error(start("--port", str(free_port()), EMBEDDED_MODEL="/nowhere.gguf"))


@pytest.mark.embedded
def test_a_model_that_cannot_be_loaded_is_reported_with_the_engines_last_lines(start: Start, tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF and nothing more")
    errors = read_error(start("--port", str(free_port()), "--model", str(tmp_path / "broken.gguf")))
    assert errors.startswith("fullstop: The embedded engine ended by itself (exit code 1).")
    assert "llama.cpp cannot load the model" in errors


def test_an_app_that_fails_is_reported_with_its_last_lines(start: Start) -> None:
    errors = start("--port", str(free_port()), app="1 / 0", VLLM_BASE_URL=SERVER).communicate(timeout=START_SECONDS)[1]
    assert errors.startswith("fullstop: The chat page ended by itself")
    assert "ZeroDivisionError" in errors


@pytest.mark.parametrize("watch", [[], ["--watch"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_page_answers_and_ends_at_a_signal(start: Start, watch: list[str], number: signal.Signals) -> None:
    port = free_port()
    process = start("--port", str(port), *watch, VLLM_BASE_URL=SERVER, CI="true", DEBUG="vllm", DATABASE_URL="x")
    assert process.stdout
    assert process.stdout.readline() == f"Fullstop: http://localhost:{port}  (Ctrl+C ends it)\n"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
        assert page.status == 200
    begun = time.monotonic()
    process.send_signal(number)
    output, _ = process.communicate(timeout=END_SECONDS)
    assert (process.returncode, output) == (0, "")
    assert time.monotonic() - begun < END_SECONDS
    with socket.create_server(("127.0.0.1", port)):
        pass  # nothing holds the port any more


@pytest.mark.parametrize("watch", [[], ["--watch"]])
def test_the_page_ends_when_its_launcher_is_killed(start: Start, watch: list[str]) -> None:
    port = free_port()
    process = start("--port", str(port), *watch, app=WATCHING_APP, VLLM_BASE_URL=SERVER)
    assert process.stdout
    assert process.stdout.readline().startswith("Fullstop: ")
    process.kill()
    process.wait()
    wait_until_free(port)


def test_a_page_without_a_launcher_does_not_watch_its_standard_input(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(WATCHING_APP)
    port = str(free_port())
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "chainlit", "run", "app.py", "--headless", "--port", port],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_answer(f"http://127.0.0.1:{port}/")
        time.sleep(1)
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait()


def wait_for_answer(url: str) -> None:
    by = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            assert time.monotonic() < by
            time.sleep(0.1)


def wait_until_free(port: int) -> None:
    by = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < by, "something holds the port"
            time.sleep(0.1)


def test_what_chainlit_would_misread_is_kept_from_it() -> None:
    environment = {"CI": "true", "DEBUG": "vllm", "WATCH": "1", "DATABASE_URL": "x", "HEADLESS": "1", "NO_CACHE": "1"}
    assert page_environment({**environment, "OPENAI_API_KEY": "k"}, ROOT) == {
        "OPENAI_API_KEY": "k",
        "CHAINLIT_APP_ROOT": str(ROOT),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "FULLSTOP_LAUNCHER": "1",
    }


def test_the_env_file_counts_and_the_environment_counts_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text('VLLM_BASE_URL="http://gpu:8000/v1"\nVLLM_MODEL=small\n')
    monkeypatch.delenv("CHAINLIT_ENV_FILE", raising=False)
    monkeypatch.delenv("VLLM_BASE_URL", raising=False)
    monkeypatch.setenv("VLLM_MODEL", "large")
    found = read_environment(tmp_path)
    assert (found["VLLM_BASE_URL"], found["VLLM_MODEL"]) == ("http://gpu:8000/v1", "large")


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "localhost"), ("0.0.0.0", "localhost"), ("::1", "[::1]"), ("192.168.1.5", "192.168.1.5")],
)
def test_the_address_is_one_a_browser_here_can_open(host: str, shown: str) -> None:
    options = Options(host, 8080, watch=False, model=None)
    assert page_address(options.host, options.port) == f"http://{shown}:8080"

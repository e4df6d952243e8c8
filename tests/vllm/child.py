"""A server as a child process of the tests: started, waited for, and ended with all its processes."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pytest

START_SECONDS = 1200
END_SECONDS = 20


@contextmanager
def child(
    command: list[str], environment: Mapping[str, str], log: Path, folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process as the head of a group of its own. It also ends when the tests are killed."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *command],
            env=environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, then end what is left of its process group."""
    _pipe(process).close()
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    _kill_group(process.pid)
    process.wait()


def end_group(group: int) -> None:
    """Ask the head of a process group that this process did not start to end, then end what is left of the group."""
    with suppress(ProcessLookupError):
        os.kill(group, signal.SIGTERM)
    by = time.monotonic() + END_SECONDS
    while is_running(group) and time.monotonic() < by:
        time.sleep(0.05)
    _kill_group(group)


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _pipe(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin
    return process.stdin


def wait_until_healthy(root: str, runs: Callable[[], bool], log: Path) -> None:
    """Wait until the server is up. If it does not come up, fail the test with the end of its log."""
    deadline = time.monotonic() + START_SECONDS
    while not _healthy(root):
        if not runs():
            pytest.fail(f"the server ended:\n{_tail(log)}", pytrace=False)
        if time.monotonic() > deadline:
            pytest.fail(f"the server was not ready after {START_SECONDS} s:\n{_tail(log)}", pytrace=False)
        time.sleep(0.2)


def _healthy(root: str) -> bool:
    try:
        with urllib.request.urlopen(f"{root}/health", timeout=5):
            return True
    except OSError:
        return False


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-40:])


def free_port() -> int:
    """Return a port of the loopback that no one listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def processor_seconds(pid: int) -> float:
    """Return the processor time of the process itself, which does not grow while a server has nothing to do."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

"""Checks before anything slow starts: the Python, the port, the processor, the packages."""

import errno
import importlib.util
import platform
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from chat.doors.settings import BadDoor, read_door_settings
from chat.launch.trouble import Trouble
from chat.process.limits import BadLimit, read_limits, read_shared_seconds
from chat.process.waits import read_waits

LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}


def check_python() -> None:
    """Raise Trouble if this version of Python is not supported."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise Trouble(f"Fullstop runs on Python 3.11, 3.12 and 3.13; this is {platform.python_version()}.")


def check_not_own(base_url: str, port: int) -> None:
    """Raise Trouble if the server's address is malformed, or if it is the address of this page."""
    parts = _address(base_url)
    server_port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    if parts.hostname in LOOPBACK and server_port == port:
        raise Trouble(
            f"VLLM_BASE_URL={base_url} is the address of this chat page itself: "
            f"correct it, or choose another port for the page with --port (make: PORT=…)."
        )


def _address(base_url: str) -> SplitResult:
    if "@" in base_url.partition("//")[2].partition("/")[0]:
        raise Trouble("VLLM_BASE_URL contains a login before its @: remove it, and put the key into VLLM_API_KEY.")
    try:
        parts = urlsplit(base_url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise Trouble(f"VLLM_BASE_URL={base_url} is not an address: write one such as http://localhost:8000/v1.")


def check_settings(environment: Mapping[str, str]) -> None:
    """Raise Trouble if a setting of the doors or a limit is malformed."""
    try:
        read_door_settings(environment)
        read_limits(environment)
        read_shared_seconds(environment)
        read_waits(environment)
    except (BadDoor, BadLimit) as problem:
        raise Trouble(str(problem)) from None


def check_port(host: str, port: int) -> None:
    """Raise Trouble if the page cannot listen on that port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Trouble(_port_problem(host, port, error)) from None


def _port_problem(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program: choose another one with --port (make: PORT={port + 1})."
    if error.errno == errno.EACCES:
        return f"Port {port} needs root rights: choose one above 1023 with --port (make: PORT=8080)."
    return f"Fullstop cannot listen on {host} port {port}: {error.strerror or error}."


def check_engine() -> None:
    """Raise Trouble if the embedded engine is not installed, or cannot run on this processor."""
    if importlib.util.find_spec("xllamacpp") is None:
        raise Trouble("The embedded engine is not installed: run make chat, or set VLLM_BASE_URL to a server.")
    flags = Path("/proc/cpuinfo")
    if platform.machine() in ("x86_64", "AMD64") and flags.is_file() and "avx2" not in flags.read_text():
        raise Trouble("The embedded engine needs a processor with AVX2: set VLLM_BASE_URL to a server instead.")

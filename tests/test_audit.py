"""`make audit` reports vulnerabilities, and never treats a missing answer as a clean one. Every lock has hashes."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.browser.running_app import free_port

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
ACCEPTED = ROOT / "requirements/audit-accepted.txt"
LOCK = """\
chainlit==2.12.0 \\
    --hash=sha256:00
numpy==2.0 ; python_version >= '3.12' \\
    --hash=sha256:00
torch==2.13.0+cpu \\
    --hash=sha256:00
"""
OLDER = """\
numpy==1.0 ; python_version < '3.12' \\
    --hash=sha256:00
"""
Vulnerable = Mapping[tuple[str, str], str]
CANARY = {("jinja2", "2.4.1"): "GHSA-canary"}


@contextmanager
def advisory_service(
    vulnerable: Vulnerable, status: int = 200, cut_after: int = 1000
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Start a service with the protocol of OSV. Yield its address, and the packages in its requests."""
    requested: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            package = query["package"]["name"], query["version"]
            requested.append(package)
            body = json.dumps(
                describe_advisory(*package, vulnerable[package]) if package in vulnerable else {}
            ).encode()
            self.send_response(status if len(requested) <= cut_after else 503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query", requested
        server.shutdown()


def describe_advisory(name: str, version: str, advisory: str) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": f"{version}.1"}]}]
    affected = [{"package": {"name": name, "ecosystem": "PyPI"}, "ranges": ranges}]
    return {"vulns": [{"id": advisory, "aliases": [f"CVE-{advisory}"], "summary": "bad", "affected": affected}]}


def audit(folder: Path, address: str, text: str = LOCK) -> tuple[int, str]:
    """Run the script on a lock. Return its exit code, and everything that it prints."""
    lock = folder / "app.txt"
    lock.write_text(text)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_AUDIT_")}
    environment |= {"PIP_AUDIT_OSV_URL": address, "NO_PROXY": "127.0.0.1", "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, str(ROOT / "scripts/audit.py"), str(lock)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_no_vulnerability_is_exit_code_0(tmp_path: Path) -> None:
    with advisory_service(CANARY) as (address, requested):
        code, printed = audit(tmp_path, address, OLDER + LOCK)
    assert (code, printed.splitlines()[0]) == (0, "audit: 4 packages in 1 locks")
    assert "NOT DONE" not in printed
    packages = {("chainlit", "2.12.0"), ("numpy", "1.0"), ("numpy", "2.0"), ("torch", "2.13.0")}
    assert set(requested) == packages | set(CANARY)  # each platform's version, and without a local label


def test_a_vulnerability_is_exit_code_1_and_names_its_lock_and_its_fix(tmp_path: Path) -> None:
    with advisory_service({**CANARY, ("numpy", "2.0"): "GHSA-numpy"}) as (address, _):
        code, printed = audit(tmp_path, address)
    assert code == 1
    assert "numpy 2.0 (app): CVE-GHSA-numpy GHSA-numpy; fixed in 2.0.1\n" in printed
    assert "canary" not in printed


def test_an_accepted_advisory_is_shown_and_does_not_count(tmp_path: Path) -> None:
    name, reason = next(line.split(maxsplit=1) for line in ACCEPTED.read_text().splitlines() if line[0] != "#")
    with advisory_service({**CANARY, ("chainlit", "2.12.0"): name}) as (address, _):
        code, printed = audit(tmp_path, address)
    assert code == 0
    assert f"; accepted: {reason}\n" in printed


def test_a_service_that_cannot_be_reached_is_exit_code_2(tmp_path: Path) -> None:
    code, printed = audit(tmp_path, f"http://127.0.0.1:{free_port()}/v1/query")
    assert code == 2
    assert "NOT DONE: pip-audit ended with 1: " in printed


@pytest.mark.parametrize("status", [404, 500])
def test_a_service_that_answers_with_an_error_is_exit_code_2(status: int, tmp_path: Path) -> None:
    with advisory_service(CANARY, status) as (address, _):
        code, printed = audit(tmp_path, address)
    assert (code, "NOT DONE" in printed) == (2, True)


def test_a_service_without_advisories_is_exit_code_2(tmp_path: Path) -> None:
    with advisory_service({}) as (address, _):
        code, printed = audit(tmp_path, address)
    assert code == 2
    assert "NOT DONE: the service has no advisories" in printed


def test_a_clean_answer_for_a_part_of_the_packages_is_exit_code_2(tmp_path: Path) -> None:
    with advisory_service(CANARY, cut_after=3) as (address, _):
        code, printed = audit(tmp_path, address)
    assert (code, "NOT DONE" in printed) == (2, True)


def test_every_accepted_advisory_has_a_reason() -> None:
    lines = [line for line in ACCEPTED.read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"(CVE|GHSA|PYSEC)-[\w-]+ \S.{20,}", line) for line in lines)


@pytest.mark.parametrize("lock", [lock for lock in LOCKS if lock != ACCEPTED], ids=lambda lock: lock.stem)
def test_every_package_of_a_lock_has_a_hash_and_no_address(lock: Path) -> None:
    packages = re.split(r"\n(?=\S)", re.sub(r"^ *#.*\n", "", lock.read_text(), flags=re.MULTILINE).strip())
    assert packages
    assert [each for each in packages if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", each)] == []
    assert "://" not in lock.read_text()

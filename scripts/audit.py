"""An audit of the locked packages against published advisories, with pip-audit.

Exit code 0: no known vulnerability. 1: at least one. 2: the audit failed, which says nothing about any package.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
ACCEPTED = REQUIREMENTS / "audit-accepted.txt"
# A release with well-known advisories. A service that reports none for it has no advisories at all.
CANARY = ("jinja2", "2.4.1")
CLEAN, VULNERABLE, UNDONE = 0, 1, 2
# Without the marker, so for every platform; without a local label such as +cpu, which advisories do not know.
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\+]+)", re.MULTILINE)

Package = tuple[str, str]


class Undone(Exception):
    """A failure of the audit. The text says why."""


@dataclass(frozen=True, slots=True)
class Advisory:
    """A published advisory: its identifiers, and the versions with a fix."""

    names: tuple[str, ...]
    fixed_in: tuple[str, ...]


def main(words: Sequence[str]) -> int:
    """Audit the locks in `words`, by default all of them. Return the exit code."""
    locks = [Path(word) for word in words] or sorted(set(REQUIREMENTS.glob("*.txt")) - {ACCEPTED})
    packages = read_locks(locks)
    print(f"audit: {len(packages)} packages in {len(locks)} locks", flush=True)
    try:
        advisories, unknown = find_advisories(packages)
    except Undone as problem:
        return report_failure(str(problem))
    accepted = read_accepted(ACCEPTED)
    vulnerable = False
    for package, advisory in advisories:
        reason = next((accepted[name] for name in advisory.names if name in accepted), None)
        vulnerable = vulnerable or reason is None
        print(line(package, packages[package], advisory, reason))
    if vulnerable:
        print("audit: VULNERABILITIES FOUND")
        return VULNERABLE
    if unknown:
        return report_failure(f"the advisory service does not know {', '.join(unknown)}")
    print("audit: no known vulnerabilities that matter here")
    return CLEAN


def report_failure(problem: str) -> int:
    """Print why the audit failed, and return its exit code."""
    print(f"audit: NOT DONE: {problem}", file=sys.stderr)
    print("audit: this says nothing about the packages; run it where advisories can be reached", file=sys.stderr)
    return UNDONE


def read_locks(locks: Iterable[Path]) -> dict[Package, list[str]]:
    """Return the pinned packages, each with the names of its locks."""
    packages: dict[Package, list[str]] = defaultdict(list)
    for lock in locks:
        for name, version in dict.fromkeys(_PINNED.findall(lock.read_text())):
            packages[name.lower(), version].append(lock.stem)
    return dict(packages)


def read_accepted(file: Path) -> dict[str, str]:
    """Return the advisories that do not matter here, each with the reason."""
    lines: list[str] = []
    if file.exists():
        lines = file.read_text().splitlines()
    return dict(each.split(maxsplit=1) for each in lines if each.strip() and not each.startswith("#"))


def find_advisories(packages: Iterable[Package]) -> tuple[list[tuple[Package, Advisory]], list[str]]:
    """Run pip-audit. Return the advisories, and the packages that the service does not know.

    Raises:
        Undone: if there is no answer, or if the service has no advisories.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = write_requirements([*packages, CANARY], Path(folder))
        answer = [each for file in files for each in run_pip_audit(file)]
    advisories = [
        ((each["name"].lower(), each["version"]), read_advisory(vulnerability))
        for each in answer
        for vulnerability in each.get("vulns", ())
    ]
    if CANARY not in dict(advisories):
        raise Undone(f"the service has no advisories: it reports none for {' '.join(CANARY)}, which has several")
    return [each for each in advisories if each[0] != CANARY], [
        each["name"] for each in answer if "skip_reason" in each
    ]


def read_advisory(vulnerability: Mapping[str, Any]) -> Advisory:
    return Advisory((vulnerability["id"], *vulnerability["aliases"]), tuple(vulnerability["fix_versions"]))


def write_requirements(packages: Iterable[Package], folder: Path) -> list[Path]:
    """Write files for pip-audit, which accepts only one version of a package in each. Return their paths."""
    versions: dict[str, list[str]] = defaultdict(list)
    for name, version in packages:
        versions[name].append(version)
    files: list[Path] = []
    for number in range(max(map(len, versions.values()))):
        pinned = [f"{name}=={found[number]}\n" for name, found in versions.items() if len(found) > number]
        files.append(folder / f"{number}.txt")
        files[-1].write_text("".join(pinned))
    return files


def run_pip_audit(file: Path) -> list[dict[str, Any]]:
    """Return the answer of pip-audit for each package. Its environment variables can choose another service.

    Raises:
        Undone: if it prints no answer.
    """
    environment = {"PIP_AUDIT_VULNERABILITY_SERVICE": "osv", **os.environ}
    command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--format", "json"]
    command += ["--desc", "off", "--aliases", "on", "--progress-spinner", "off", "--requirement", str(file)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    try:
        answer: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        said = done.stderr.strip().splitlines() or ["pip-audit said nothing"]
        raise Undone(f"pip-audit ended with {done.returncode}: {said[-1][:300]}") from None
    return answer


def line(package: Package, locks: Sequence[str], advisory: Advisory, reason: str | None) -> str:
    """Return the line of one advisory."""
    fix = "no fix yet"
    if advisory.fixed_in:
        fix = f"fixed in {', '.join(advisory.fixed_in)}"
    text = f"{' '.join(package)} ({', '.join(locks)}): {' '.join(advisory.names)}; {fix}"
    if reason:
        text = f"{text}; accepted: {reason}"
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

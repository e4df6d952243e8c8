"""The result of one check of the doctor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from chat.profiles.sentence import Sentence

State = Literal["ok", "problem", "unknown", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. The key of `found` is `doctor.CHECK.KIND`.

    `unknown`: the server does not give the answer. `info`: there is nothing to fix.
    """

    state: State
    found: Sentence

    @property
    def check(self) -> str:
        """Return the name of the check."""
        return self.found.key.split(".")[1]

    @property
    def kind(self) -> str:
        """Return the name of the result."""
        return self.found.key.split(".")[2]

    @property
    def title(self) -> Sentence:
        """Return what was checked."""
        return Sentence(f"doctor.{self.check}")

    @property
    def fix(self) -> Sentence | None:
        """Return what to do about a problem."""
        return Sentence(f"{self.found.key}.do", self.found.facts) if self.state == "problem" else None


Show = Callable[[Finding], None]


def good(check: str, kind: str, **facts: object) -> Finding:
    """Return a finding without a problem."""
    return _finding("ok", check, kind, facts)


def problem(check: str, kind: str, **facts: object) -> Finding:
    """Return a finding that something has to be fixed."""
    return _finding("problem", check, kind, facts)


def unknown(check: str, kind: str, **facts: object) -> Finding:
    """Return a finding that the server does not give the answer."""
    return _finding("unknown", check, kind, facts)


def info(check: str, kind: str, **facts: object) -> Finding:
    """Return a finding that is good to know."""
    return _finding("info", check, kind, facts)


def _finding(state: State, check: str, kind: str, facts: Mapping[str, object]) -> Finding:
    return Finding(state, Sentence(f"doctor.{check}.{kind}", facts))

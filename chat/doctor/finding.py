"""What one check of the doctor found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

State = Literal["ok", "problem", "unknown", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` and `kind` name its sentences in chat/words/tables/doctor.py, `facts` fill them.

    `unknown` is what this server does not tell, `info` what needs no mending.
    """

    check: str
    state: State
    kind: str
    facts: Mapping[str, str] = field(default_factory=dict)


Show = Callable[[Finding], None]


def good(check: str, kind: str, **facts: object) -> Finding:
    """All is well there."""
    return Finding(check, "ok", kind, _texts(facts))


def problem(check: str, kind: str, **facts: object) -> Finding:
    """Something to mend; it has a third sentence, which says how."""
    return Finding(check, "problem", kind, _texts(facts))


def unknown(check: str, kind: str, **facts: object) -> Finding:
    """This server does not tell."""
    return Finding(check, "unknown", kind, _texts(facts))


def info(check: str, kind: str, **facts: object) -> Finding:
    """Good to know."""
    return Finding(check, "info", kind, _texts(facts))


def _texts(facts: Mapping[str, object]) -> dict[str, str]:
    return {name: str(fact) for name, fact in facts.items()}

"""What the person is told of beside a turn: a sentence of `chat/sentences.py` and its facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Notice:
    """One muted line on the page."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)

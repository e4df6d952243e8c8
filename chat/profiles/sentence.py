"""A sentence that a person will read, before it is said in a language."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """The key of a sentence in `chat/words/tables`, and its facts. A fact may be a sentence or a `Phrase`, too."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)

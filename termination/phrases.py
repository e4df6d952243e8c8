"""The parts of sentences that are words: one table in English, with keys for translations."""

from collections.abc import Mapping
from typing import Any

PHRASES: Mapping[str, str] = {
    # What the notation of conditions needs at a place, or has there.
    "condition": "a condition",
    "argument": "a text in quotes, a number or a duration",
    "operator": "|, & or a method",
    "another_name": "another name",
    "the_end": "the end",
    "long_number": "a number of {bits} bits",
    # Why a pattern cannot be used.
    "unopened": "`)` was never opened",
    "unclosed": "`(` is never closed",
    "unclosed_class": "`[` is never closed",
    "unknown_group": "`(?` begins no known group",
    "nothing_to_repeat": "there is nothing to repeat here",
    "minimum": "the minimum is above the maximum",
    "no_range": "`{text}` is not a range",
    "unknown_escape": "`{text}` is not a known escape",
    "digits": "{size} hexadecimal digits of a character belong here",
    "look_ahead": "look-ahead is not supported",
    "look_behind": "look-behind is not supported",
    "atomic_group": "atomic groups are not supported",
    "back_reference": "back-references are not supported",
    "conditional": "conditions are not supported",
    "comment": "comments are not supported",
    "flags": "flags are allowed only at the very start, as (?i), and may be i, m and s",
    "possessive": "possessive repeats are not supported",
    "octal": r"octal numbers are not supported; write \x00",
    "start_of_text": "only lines have a start; write ^",
    "end_of_text": "only lines have an end; write $",
    "character_name": r"names of characters are not supported; write \u and four digits",
    "long_pattern": "the pattern is longer than {most} characters",
    "deep_groups": "groups are nested deeper than {most}",
    "many_states": "with its repeats written out it needs more than {most} states",
    "empty_match": "it matches the empty text, so every turn would end at once",
    # What a condition has seen.
    "tokens": "{number} tokens",
    "copies": "{copies} x {period} characters",
    "times": "{times} times",
    # What a condition of a plugin did wrong.
    "no_watch": "start() returned {value}, which is not a Watch",
    "no_seen": "it returned {value}, which is not a valid Seen",
}


class Phrase(str):
    """A part of a sentence, as English text.

    Attributes:
        key: its place in the table, for a translation.
        facts: what fills it.
    """

    key: str
    facts: Mapping[str, str]

    def __new__(cls, key: str, **facts: object) -> "Phrase":
        """Return the phrase of that key, filled with the facts."""
        shown = {name: str(fact) for name, fact in facts.items()}
        phrase = super().__new__(cls, PHRASES[key].format_map(shown))
        phrase.key, phrase.facts = key, shown
        return phrase

    def __reduce__(self) -> tuple[Any, ...]:
        return _phrase, (self.key, self.facts)


def _phrase(key: str, facts: Mapping[str, str]) -> Phrase:
    return Phrase(key, **facts)

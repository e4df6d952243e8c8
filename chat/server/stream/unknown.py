"""Deltas in which something stands that no table knows: each shape is logged once, by its keys, never with its text."""

import logging
from collections.abc import Mapping

log = logging.getLogger("fullstop")
_KNOWN = {
    "role",
    "content",
    "name",
    "id",
    "tool_calls",
    "function_call",
    "refusal",
    "annotations",
    "audio",
    "reasoning_signature",
    "finish_reason",
    "index",
}
_MOST_SHAPES = 100
_MOST_KEYS = 20
_seen: set[tuple[str, ...]] = set()


def note_unknown(said: object) -> None:
    """Log the keys of a delta without text, if one of them is unknown and has a value."""
    if not isinstance(said, Mapping):
        return
    keys = tuple(sorted(str(key)[:80] for key, value in said.items() if value and key not in _KNOWN)[:_MOST_KEYS])
    if not keys or keys in _seen or len(_seen) >= _MOST_SHAPES:
        return
    _seen.add(keys)
    log.warning("a delta has fields that are not known, and no text: %s", ", ".join(keys))

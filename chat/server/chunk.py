"""Errors that a server sends in the place of a chunk or an answer."""

import json
from typing import Any

MOST_CHARACTERS = 300


def error(chunk: object) -> str:
    """What an error in the place of a chunk or an answer says, at most 300 characters; empty where it is none.

    Knows `{"error": …}`, FastAPI's `{"detail": …}`, and SGLang's error, which stands there without a key.
    """
    whole = _mapping(chunk)
    wrong = whole if whole.get("object") == "error" else whole.get("error") or whole.get("detail")
    inner = _mapping(wrong).get("message") or wrong
    words = inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False) if inner else ""
    return words.strip()[:MOST_CHARACTERS]


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

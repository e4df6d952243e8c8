"""Errors that a server sends in the place of a chunk or an answer."""

import json
from typing import Any

MOST_CHARACTERS = 300


def error_text(chunk: object) -> str:
    """Return the text of an error in the place of a chunk or an answer; empty if it is no error.

    Knows `{"error": …}`, FastAPI's `{"detail": …}`, and SGLang's error, which has no key around it. The text has at
    most MOST_CHARACTERS.
    """
    whole = _mapping(chunk)
    error = whole if whole.get("object") == "error" else whole.get("error") or whole.get("detail")
    message = _mapping(error).get("message") or error
    if not message:
        return ""
    text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
    return text.strip()[:MOST_CHARACTERS]


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

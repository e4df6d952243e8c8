"""What one chunk of a server's stream says, read leniently: unknown is ignored, missing or malformed is empty."""

import json
from typing import Any

from termination import Delta, Usage

MOST_CHARACTERS = 300


def delta(chunk: object) -> Delta:
    """One chunk of the stream, or a whole answer without `stream`; of several choices the first one's.

    Reads `reasoning` (vLLM since 0.16), `reasoning_content` (before it, SGLang, llama.cpp), and the `text` of
    /v1/completions.
    """
    choice = _first_choice(_mapping(chunk).get("choices"))
    if choice is None:
        return Delta()
    said = _mapping(choice.get("delta")) or _mapping(choice.get("message"))
    stop_reason = choice.get("stop_reason", choice.get("matched_stop"))  # vLLM's name, and SGLang's
    return Delta(
        reasoning=_text(said.get("reasoning")) or _text(said.get("reasoning_content")),
        content=_text(said.get("content")) or _text(choice.get("text")),
        finish_reason=_text(choice.get("finish_reason")) or None,
        stop_reason=stop_reason if isinstance(stop_reason, int | str) else None,
        usage=_usage(_mapping(chunk)),
        token_ids=_token_ids(choice.get("token_ids")),
    )


def error(chunk: object) -> str:
    """What an error in the place of a chunk or an answer says, at most 300 characters; empty where it is none.

    Knows `{"error": …}`, FastAPI's `{"detail": …}`, and SGLang's error, which stands there without a key.
    """
    whole = _mapping(chunk)
    wrong = whole if whole.get("object") == "error" else whole.get("error") or whole.get("detail")
    inner = _mapping(wrong).get("message") or wrong
    words = inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False) if inner else ""
    return words.strip()[:MOST_CHARACTERS]


def _first_choice(choices: object) -> dict[str, Any] | None:
    """The choice with index 0 or without one; empty where there are no choices, None where there are only others."""
    found = [each for each in choices if isinstance(each, dict)] if isinstance(choices, list) else []
    return next((each for each in found if each.get("index") in (0, None)), None) if found else {}


def _usage(chunk: dict[str, Any]) -> Usage | None:
    if usage := _mapping(chunk.get("usage")):
        reasoning = _mapping(usage.get("completion_tokens_details")).get("reasoning_tokens")
        prompt = _number(usage.get("prompt_tokens")) or None
        return Usage(_number(usage.get("completion_tokens")), _number(reasoning) or None, prompt)
    if timings := _mapping(chunk.get("timings")):
        parts = [timings.get("prompt_n"), timings.get("cache_n")]  # what was read now, and what was known before
        prompt = sum(map(_number, parts)) if None not in parts else None
        return Usage(_number(timings.get("predicted_n")), prompt=prompt)
    return None


def _token_ids(ids: object) -> tuple[int, ...]:
    return tuple(each for each in ids if type(each) is int) if isinstance(ids, list) else ()


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0

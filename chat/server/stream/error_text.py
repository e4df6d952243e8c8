"""Errors that a server sends in the place of a chunk or an answer, in every shape that is known."""

import json
from collections.abc import Mapping
from typing import Any

MOST_CHARACTERS = 300
DEPTH = 4  # of lists, objects and JSON in strings
# Fields of an error with its text; the first that has any counts.
_TEXT_FIELDS = (
    "message",  # OpenAI, vLLM, and most others
    "msg",  # FastAPI's list of problems; Zhipu
    "detail",  # FastAPI, problem+json (RFC 9457)
    "error_msg",  # Baidu
    "status_msg",  # MiniMax
    "error_description",  # OAuth
    "faultstring",  # Apigee
    "Message",  # AWS
    "error",
    "title",
)
# Fields with the text of what is known to be an error. In another value they may be anything.
_MORE_FIELDS = ("reason", "description", "error_message", "exception", "err", "text")
_DETAILS = "metadata"  # OpenRouter: beside a general text, what the provider said
# Fields that hold an error; what they hold may be text, an object, or a list.
_ERROR_FIELDS = ("error", "errors", "detail", "fault")
_FINE = (None, False, "", 0, "0", 200, "200", "ok", "OK", "success", "Success")
_CODES = ("code", "error_code", "status_code", "statusCode")
_REPLY_FIELDS = ("choices", "usage", "timings", "object")


def error_text(value: object) -> str:
    """Return the text of an error in the place of a chunk or an answer; empty if it is no error.

    The text has at most MOST_CHARACTERS. Fields of a request that succeeded are no error.
    """
    if isinstance(value, list):
        return next(filter(None, map(error_text, value[:10])), "")
    if not isinstance(value, Mapping):
        return ""
    text = (
        _held_error(value) or _own_error(value) or _text(_failed_status(value.get("base_resp"))) or _choice_error(value)
    )
    return text.strip()[:MOST_CHARACTERS]


def _held_error(whole: Mapping[str, Any]) -> str:
    """Return the text of the error that one of the fields holds."""
    for name in _ERROR_FIELDS:
        held = whole.get(name)
        if held is True:
            return _text(whole) or _dumped(held)
        if held and (name == "error" or not whole.get("choices")):
            return _fuller(held, whole) or _text(held) or _dumped(held)
    return ""


def _fuller(held: object, whole: Mapping[str, Any]) -> str:
    """Return the message beside a field that has only the name of the error (Spring)."""
    message = whole.get("message")
    if isinstance(held, str) and isinstance(message, str) and " " in message.strip():
        return message
    return ""


def _choice_error(whole: Mapping[str, Any]) -> str:
    """Return the text of the error that a choice holds (OpenRouter)."""
    choices = whole.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, Mapping) and isinstance(choice.get("error"), Mapping | str) and choice["error"]:
            return _text(choice["error"]) or _dumped(choice["error"])
    return ""


def _own_error(whole: Mapping[str, Any]) -> str:
    """Return the text of a value that is an error itself."""
    if whole.get("object") == "error" or whole.get("type") == "error" or whole.get("success") is False:
        return _text(whole) or _dumped(whole)
    if any(whole.get(name) for name in _REPLY_FIELDS):
        return ""
    failed = any(whole.get(name) not in _FINE for name in _CODES)
    text = next((found for name in _TEXT_FIELDS if isinstance(found := whole.get(name), str) and found), "")
    text = _unpacked(text, DEPTH)
    return text if failed or set(whole) <= {*_TEXT_FIELDS, "request_id", "requestId", "timestamp", "path"} else ""


def _failed_status(status: object) -> object:
    """Return the status that stands beside a reply (MiniMax), if it says that the request has failed."""
    if isinstance(status, Mapping) and any(status.get(name) not in _FINE for name in _CODES):
        return status
    return None


def text_of_error(error: object) -> str:
    """Return the text of a value that is known to be an error; empty if it has none.

    >>> text_of_error({"Error": {"Message": "Too much."}})
    'Too much.'
    """
    return _text(error)[:MOST_CHARACTERS]


def _text(error: object, depth: int = DEPTH) -> str:
    """Return the text of an error, whatever holds it; a problem of a field with the place of that field."""
    if isinstance(error, str):
        return _unpacked(error, depth)
    if isinstance(error, list) and depth:
        return "; ".join(filter(None, (_text(each, depth - 1) for each in error[:10])))
    if not isinstance(error, Mapping) or not depth:
        return ""
    text = next(filter(None, (_text(value, depth - 1) for value in _texts_first(error))), "")
    place, details = error.get("loc"), error.get(_DETAILS)
    if text and isinstance(place, list):
        return f"{text} ({'.'.join(map(str, place[:10]))})"
    if text and isinstance(details, Mapping) and (said := _text(details.get("raw"), depth - 1)):
        return f"{text}: {said}"
    return text


def _texts_first(error: Mapping[str, Any]) -> list[object]:
    """Return the values that may be the text of an error or hold it, in the order in which they count."""
    by_name = {str(name).lower().replace("_", ""): value for name, value in error.items()}
    return [by_name.get(name.lower().replace("_", "")) for name in (*_TEXT_FIELDS, *_MORE_FIELDS)]


def _unpacked(text: str, depth: int) -> str:
    """Return the text of an error that is JSON within a string; any other text as it is."""
    if not depth or not text.lstrip().startswith(("{", "[")):
        return text
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text
    return _text(value, depth - 1) or text


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

"""The server's own words for a request that it did not accept: from the body of the error, else its status line."""

import html
import json
import re
from http import HTTPStatus
from typing import Any

import openai

from chat.server.stream.error_text import MOST_CHARACTERS, error_text, text_of_error

# An element whose text says what is wrong, in a body of XML or HTML; the first that has any counts.
_ELEMENTS = ("message", "faultstring", "reason", "detail", "error", "title", "h1", "body")
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def server_words(error: openai.APIError) -> str:
    """Return what the server says of the error, on one line and at most 300 characters; else its HTTP status."""
    if not isinstance(error, openai.APIStatusError):
        return _one_line(error.message)
    return _body_words(error) or _one_line(f"{error.status_code} {error.response.reason_phrase or _phrase(error)}")


def has_words(error: openai.APIStatusError) -> bool:
    """True if the server says more than the HTTP status."""
    return bool(_body_words(error))


def _body_words(error: openai.APIStatusError) -> str:
    return body_words(error.response.text) if error.body is not None else ""


def body_words(text: str) -> str:
    """Return the words in the body of an error, whatever form it has; empty if it has none.

    >>> body_words('{"detail": [{"loc": ["body", "model"], "msg": "Field required"}]}')
    'Field required (body.model)'
    >>> body_words("<html><head><title>502 Bad Gateway</title></head></html>")
    '502 Bad Gateway'
    """
    try:
        value = json.loads(text, strict=False)
        return _one_line(_json_words(value, text))
    except (ValueError, RecursionError):
        pass
    if text.lstrip().startswith("<"):
        return _one_line(_markup_words(text))
    return _one_line(text)


def _json_words(value: Any, text: str) -> str:
    if not value or isinstance(value, bool | float | int):
        return ""
    if isinstance(value, str):
        return body_words(value)
    return error_text(value) or text_of_error(value) or text


def _markup_words(text: str) -> str:
    """Return the text of the element that says what is wrong; else all text."""
    shown = _HIDDEN.sub(" ", text)
    for name in _ELEMENTS:
        element = re.search(rf"<(?:\w+:)?{name}\b[^<>]*>(.*?)</(?:\w+:)?{name}\s*>", shown, re.DOTALL | re.IGNORECASE)
        if element and (words := _without_tags(element[1])):
            return words
    return _without_tags(shown)


def _without_tags(markup: str) -> str:
    return html.unescape(_TAG.sub(" ", markup)).strip()


def _phrase(error: openai.APIStatusError) -> str:
    try:
        return HTTPStatus(error.status_code).phrase
    except ValueError:
        return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())[:MOST_CHARACTERS].strip()

"""The openai client's errors, told as faults."""

from typing import Any
from urllib.parse import urlsplit

import openai

from chat.faults import Fault, refused


def broken(error: Exception) -> Fault:
    """The stream broke off, or brought an error."""
    if isinstance(error, openai.APIConnectionError):
        return Fault("disconnected", "network", "disconnected")
    if isinstance(error, openai.APIError):
        return Fault("server_error", "server", "server_error", {"message": _message(error)})
    return Fault("server_error", "server", "not_json")


def rejected(error: openai.APIError, base_url: str, model: str) -> Fault:
    """The server's answer instead of a stream. `model_missing` is told apart from a wrong path by its body."""
    if isinstance(error, openai.APIConnectionError):
        return Fault("refused", "network", "unreachable", {"url": base_url})
    message = _message(error)
    match getattr(error, "status_code", 0):
        case 401 | 403:
            return refused("key", url=base_url)
        case 404 if model in message:
            return refused("model", url=base_url, model=model, served="")
        case 404 | 405:
            return refused("path", url=base_url, guess=_guess(base_url))
        case 400 | 413 if "context length" in message or "context size" in message or "too long" in message:
            return refused("too_long", message=message)
        case 400 if "max_tokens" in message and "max_model_len" in message:
            return refused("max_tokens", message=message)
        case 429 | 503:
            return refused("busy", url=base_url, message=message)
        case status:
            return refused("status", url=base_url, status=str(status), message=message)


def _message(error: openai.APIError) -> str:
    """The server's own words, without the client's wrapping; at most 300 characters."""
    body: Any = error.body
    if isinstance(body, dict):
        body = body.get("message") or body.get("error") or body.get("detail")
    return str(body if isinstance(body, str) and body.strip() else error.message).strip()[:300]


def _guess(base_url: str) -> str:
    """The address that was probably meant: the same server, with the /v1 that chat endpoints have."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}/v1"

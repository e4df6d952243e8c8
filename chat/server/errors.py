"""The faults for errors of the openai client."""

import logging
import re
import traceback
from urllib.parse import urlsplit

import aiohttp
import httpx2
import openai

from chat.profiles.profile import Endpoint
from chat.server.faults import Fault, make_fault, refused
from chat.server.stream.status_text import server_words
from chat.server.transport.bounded import CUTS
from chat.server.transport.unreadable import Unreadable, limit_facts

log = logging.getLogger("fullstop")
NO_PATH = (404, 405, 501)  # what servers answer to a path that they do not have
BAD_REQUEST = (400, 415, 422)  # what they answer to a request that they do not accept there
# What servers say of a path that they do not have. A 404 with other words is about the model, a region or the account.
_NO_SUCH_PATH = re.compile(
    r"""^\W*(error|http)?\W*(404)?\W*(the\s)?(requested\s)?(page|file|resource|url|path|endpoint|route|method)?
        (\s(was|is|could))?\W*not\s(be\s)?(found|allowed)\b.{0,40}$
    | \bno\sroute | ^cannot\s(post|get)\b | invalid\surl | unexpected\sendpoint | unknown\s(url|path|endpoint|route)""",
    re.IGNORECASE | re.VERBOSE,
)
# What servers say of a request that they could serve at another time, or with another limit of theirs.
_CAUSES = {
    # axum (vLLM's Rust front end, TEI, routers), nginx, Envoy, Express, API gateways
    "body_too_large": r"length limit exceeded|(entity|payload|content) too large|request too (large|long)"
    r"|body\b.{0,20}\b(too large|exceed)",
    # minijinja (vLLM's Rust front end), vLLM's VLLM_CHAT_TEMPLATE_RENDER_TIMEOUT
    "template_limit": r"ran out of fuel|template\b.{0,60}\b(timed out|timeout|time limit)",
    # vLLM and Ray Serve: POST /pause and POST /sleep
    "paused": r"\b(engine|generation|scheduler|server|model)\b.{0,30}\b(paused|sleeping|asleep)\b",
}
# What a connection that breaks raises, in the client, in its transport and below.
_BROKEN = (openai.APIConnectionError, httpx2.HTTPError, httpx2.StreamError, aiohttp.ClientError, OSError, EOFError)
# What servers answer to a prompt that fills the window. vLLM lowers max_tokens to what is left, which is nothing then.
_TOO_LONG = (
    "context length",
    "context size",
    "too long",
    "maximum model length",
    "max_tokens must be at least 1, got 0",
)


def stream_fault(error: Exception, endpoint: Endpoint, request_id: str) -> Fault:
    """Return the fault of a stream that broke off, contained an error or cannot be read."""
    url = endpoint.base_url
    if isinstance(error, Unreadable):
        return make_fault("server_error", "server", error.kind, **{**error.facts, "url": url})
    if isinstance(error, _BROKEN):
        log.info("the stream from %s (%s) broke off: %r", url, request_id, error)
        return make_fault("disconnected", "network", "disconnected")
    return unexpected_fault(error, endpoint.api_key)


def unexpected_fault(error: BaseException, key: str = "") -> Fault:
    """Return the fault for an exception that nothing else explains, and log where it came from.

    `key` is the API key, which a library may quote.
    """
    if isinstance(error, Unreadable):  # the answer to a short question
        return refused(error.kind, **error.facts)
    log.error("a turn failed\n%s", _without(key, "".join(traceback.format_exception(error))))
    problem = _without(key, " ".join(f"{type(error).__name__}: {error}".split()))[:300]
    return make_fault("server_error", "client", "ours", problem=problem, message=problem)


def _without(key: str, text: str) -> str:
    if not key:
        return text
    return text.replace(key, "…")


def rejection(error: openai.APIError, base_url: str, model: str) -> Fault:
    """Return the fault of a request that got no stream. A 404 about the model differs from a wrong path by its text."""
    if isinstance(error, Unreadable):
        return refused(error.kind, **{**error.facts, "url": base_url})
    if isinstance(error, openai.APIConnectionError):
        log.warning("%s cannot be reached: %r", base_url, error.__cause__ or error)
        return make_fault("refused", "network", "unreachable", url=base_url)
    message = server_words(error)
    match getattr(error, "status_code", 0):
        case 401 | 403:
            return refused("key", url=base_url, message=message)
        case 404 if model in message:
            return refused("model", url=base_url, model=model, served="")
        case 405 | 404 if _is_about_path(error, message):
            return refused("path", url=base_url, guess=_guess(base_url), message=message)
        case 400 | 413 if any(words in message for words in _TOO_LONG):
            return refused("too_long", message=message)
        case _ if cause := find_cause(message):
            return refused(cause, url=base_url, message=message)
        case 413:
            return refused("body_too_large", url=base_url, message=message)
        case 400 if "max_tokens" in message and "max_model_len" in message:
            return refused("max_tokens", message=message)
        case 429 | 503:
            return refused("busy", url=base_url, message=message)
        case status if cut := _cut(error):
            return refused("error_bytes", url=base_url, status=str(status), **{**cut, "message": message})
        case status:
            return refused("status", url=base_url, status=str(status), message=message)


def is_silent(error: openai.APIConnectionError) -> bool:
    """True if the server has accepted the connection and is silent.

    The client calls a connection that breaks a timeout, too.
    """
    return isinstance(error.__cause__, httpx2.ReadTimeout)


def is_temporary(error: openai.APIError) -> bool:
    """True if the server is away, busy or failing, which says nothing about what it supports."""
    if isinstance(error, openai.APIConnectionError):
        return True
    status = getattr(error, "status_code", 0)
    return status == 429 or (status >= 500 and status != 501)


def find_cause(message: str) -> str | None:
    """Return the kind of the fault that the server's words are about; None if they are about something else."""
    return next((kind for kind, words in _CAUSES.items() if re.search(words, message, re.IGNORECASE)), None)


def _is_about_path(error: openai.APIError, message: str) -> bool:
    """True if a server or gateway does not have the path. It says so, or its answer is no JSON as chat servers send."""
    if not error.body or isinstance(error.body, str) or getattr(error, "status_code", 0) == 405:
        return True
    return bool(_NO_SUCH_PATH.search(message))


def _cut(error: openai.APIError) -> dict[str, str]:
    """Return the facts of the limit at which the text of the error was cut; none if it was not."""
    if not isinstance(error, openai.APIStatusError):
        return {}
    cuts = error.response.extensions.get(CUTS)
    return limit_facts("error_bytes", cuts[0]) if cuts else {}


def _guess(base_url: str) -> str:
    """Return the address that was probably meant: the same server, with the /v1 that chat endpoints have."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}/v1"

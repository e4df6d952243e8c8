"""Errors for responses of a model server that are not read, or not read to their end."""

from urllib.parse import urljoin, urlsplit

import httpx2
import openai

from chat.process.limits import PREFIX, Limits

_ENDS = ("/chat/completions", "/completions")
_LONGEST_ADDRESS = 200


class Unreadable(openai.APIError):
    """A response that exceeds a limit, or that is not safe to read. `kind` and `facts` are those of its fault.

    It is an error of openai, because the client neither retries nor wraps those, and every caller handles them.
    """

    def __init__(self, kind: str, request: httpx2.Request, **facts: str) -> None:
        super().__init__(facts.get("message", kind), request, body=None)
        self.kind, self.facts = kind, {"url": base_address(str(request.url)), **facts}


def limit_error(name: str, limits: Limits, request: httpx2.Request) -> Unreadable:
    """Return the error for a response that exceeds the limit of that name."""
    return Unreadable(name, request, **limit_facts(name, limits))


def limit_facts(name: str, limits: Limits) -> dict[str, str]:
    """Return the facts of a sentence about the limit of that name: its value, and the variable that raises it."""
    limit, variable = f"{getattr(limits, name):,}", PREFIX + name.upper()
    return {"limit": limit, "variable": variable, "message": f"{variable}={limit.replace(',', '')}"}


def redirect_error(response: httpx2.Response, request: httpx2.Request) -> Unreadable:
    """Return the error for a response that points to another address."""
    target = base_address(str(request.url), response.headers.get("location", ""))
    return Unreadable("redirect", request, status=str(response.status_code), target=target)


def base_address(url: str, location: str = "") -> str:
    """Return the server's address as a profile names it: without login, query and path of the endpoint.

    `location` is that of a redirect from `url`. A malformed address gives "?".
    """
    try:
        parts = urlsplit(urljoin(url, location))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "?"
    if ":" in host:
        host = f"[{host}]"
    if port:
        host = f"{host}:{port}"
    path = next((parts.path.removesuffix(end) for end in _ENDS if parts.path.endswith(end)), parts.path)
    return f"{parts.scheme}://{host}{path}"[:_LONGEST_ADDRESS]

"""Responses of a model server that are not read, or not read to their end."""

from urllib.parse import urljoin, urlsplit

import httpx2
import openai

from chat.process.limits import PREFIX, Limits

_ENDS = ("/chat/completions", "/completions")
_LONGEST_ADDRESS = 200


class Unreadable(openai.APIError):
    """A response that is over a limit, or that only a risk could read. `kind` and `facts` are those of its fault.

    The client neither retries nor wraps an error of its own kind, and every question beside the chat expects one.
    """

    def __init__(self, kind: str, request: httpx2.Request, **facts: str) -> None:
        super().__init__(facts.get("message", kind), request, body=None)
        self.kind, self.facts = kind, {"url": base_address(str(request.url)), **facts}


def over_limit(name: str, limits: Limits, request: httpx2.Request) -> Unreadable:
    """Return the error for the limit of that name."""
    return Unreadable(name, request, **limit_facts(name, limits))


def limit_facts(name: str, limits: Limits) -> dict[str, str]:
    """Return what a sentence about the limit of that name says: its value, and the variable that raises it."""
    limit, variable = f"{getattr(limits, name):,}", PREFIX + name.upper()
    return {"limit": limit, "variable": variable, "message": f"{variable}={limit.replace(',', '')}"}


def redirected(response: httpx2.Response, request: httpx2.Request) -> Unreadable:
    """Return the error for a response that points to another address."""
    target = base_address(str(request.url), response.headers.get("location", ""))
    return Unreadable("redirect", request, status=str(response.status_code), target=target)


def base_address(asked: str, location: str = "") -> str:
    """Return the address under which a profile would name that server: no login, no query, no path of ours."""
    try:
        parts = urlsplit(urljoin(asked, location))
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "?"
    path = next((parts.path.removesuffix(end) for end in _ENDS if parts.path.endswith(end)), parts.path)
    return f"{parts.scheme}://{host or ''}{port}{path}"[:_LONGEST_ADDRESS]

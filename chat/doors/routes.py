"""The open routes: those that the page uses. Every other route answers 404, also one that Chainlit adds later."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path; `{name}` matches one part of the path, `{name:path}` for any number of them."""

    method: str
    path: str

    def matches(self, method: str, path: str) -> bool:
        """True if a request with this method and path is for this route."""
        return method == self.method and _pattern(self.path).fullmatch(path) is not None


OPEN = (
    Route("GET", "/"),
    Route("HEAD", "/"),
    Route("GET", "/health"),
    Route("GET", "/assets/{file:path}"),
    Route("GET", "/public/{file:path}"),
    Route("GET", "/favicon"),
    Route("GET", "/logo"),
    Route("GET", "/avatars/{name}"),
    Route("GET", "/auth/config"),
    Route("GET", "/user"),
    Route("GET", "/project/translations"),
    Route("GET", "/project/settings"),
    Route("POST", "/project/action"),
    Route("GET", "/ws/socket.io/"),
    Route("POST", "/ws/socket.io/"),
    Route("WEBSOCKET", "/ws/socket.io/"),
)
ACTION = Route("POST", "/project/action")
SOCKET = "/ws/socket.io/"
PATH_CHARACTERS = 200  # a file system raises for a longer name
_PARTS = re.compile(r"\{\w+(:path)?\}")
_WILDCARDS = {None: "[^/]+", ":path": ".+"}


def is_open(method: str, path: str) -> bool:
    """True if the page uses that route."""
    if ".." in path.split("/") or "\\" in path or "\0" in path or len(path) > PATH_CHARACTERS:
        return False
    return any(route.matches(method, path) for route in OPEN)


def _pattern(path: str) -> re.Pattern[str]:
    """Return the pattern of a path. `re` caches the compiled patterns."""
    position = 0
    parts: list[str] = []
    for part in _PARTS.finditer(path):
        parts.append(re.escape(path[position : part.start()]))
        parts.append(_WILDCARDS[part[1]])
        position = part.end()
    return re.compile("".join(parts) + re.escape(path[position:]))

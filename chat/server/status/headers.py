"""The ids in the headers of a request and of its response: of the request itself, and of the chat's session."""

from collections.abc import Mapping

from chat.server.request import Request
from chat.server.server import server_of

REQUEST, SESSION = "X-Request-Id", "X-Session-ID"
MOST_CHARACTERS = 256
MOST_SESSIONS = 1_000


def request_headers(request: Request) -> dict[str, str]:
    """Return the headers of that request."""
    return session_headers(request) | {REQUEST: request.id}


def session_headers(request: Request) -> dict[str, str]:
    """Return the header that keeps a chat at one server behind a router: with the router's own id, if it issued one."""
    headers = dict(request.headers)
    if issued := server_of(request).known.sessions.get(headers.get(SESSION, "")):
        headers[SESSION] = issued
    return headers


def note_session(request: Request, headers: Mapping[str, str]) -> None:
    """Keep the session id that the server has issued for the request's chat, until the server restarts."""
    sessions, chat = server_of(request).known.sessions, request.headers.get(SESSION)
    issued = read_id(headers, SESSION)
    if not (chat and issued):
        return
    sessions.pop(chat, None)
    while len(sessions) >= MOST_SESSIONS:
        del sessions[next(iter(sessions))]
    sessions[chat] = issued


def read_id(headers: Mapping[str, str], name: str) -> str:
    """Return the id in that header of a response; "" if there is none, or if it is not one short line of ASCII."""
    value = headers.get(name, "").strip()
    if len(value) > MOST_CHARACTERS or not (value.isascii() and value.isprintable()):
        return ""
    return value

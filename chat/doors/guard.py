"""The guard: ASGI middleware around the whole app, which checks host, origin, route and size first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from chat.doors.address import client_address
from chat.doors.events import Malformed, are_packets, is_packet, read_press
from chat.doors.headers import security_headers
from chat.doors.hosts import Hosts
from chat.doors.pace import Pace
from chat.doors.rate import Rate
from chat.doors.routes import ACTION, SOCKET, is_open
from chat.process.limits import Limits
from chat.profiles.sentence import Sentence
from chat.words.texts import language, plain

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ENVELOPE_BYTES = 65_536  # what surrounds the text of one message: ids, names, packet marks
ESCAPED = 2  # JSON writes a line break or a quote as two bytes
LATEST_SECONDS = 10.0  # a request that would have to wait longer is refused
_FOREIGN = (b"cross-site", b"same-site")
_log = logging.getLogger("fullstop")
_QUIET = ("door.route", "door.session", "door.socket")  # after a restart, every open page gets one of these
_reported: dict[tuple[str, str], None] = {}


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A request that is not let in: an HTTP status, and the sentence that says why."""

    status: int
    sentence: Sentence


class Guard:
    """An ASGI app around another one. It checks every request, and adds the security headers to every response.

    `knows_session` is true for the session id of a connected page. `knows_socket` is true for the `sid` of an open
    connection of Engine.IO, which raises for a closed one. `root_path` is the prefix under which the app is served,
    without a slash at its end. Pages of the origins in `embed_in` may show this page in a frame.
    """

    def __init__(
        self,
        app: App,
        hosts: Hosts,
        limits: Limits,
        knows_session: Callable[[str], bool],
        knows_socket: Callable[[str], bool],
        root_path: str = "",
        embed_in: tuple[str, ...] = (),
    ) -> None:
        self._app, self._hosts, self._limits = app, hosts, limits
        self._knows_session, self._knows_socket = knows_session, knows_socket
        self._root, self._embed_in = root_path, embed_in
        self._openings = Rate()
        self._pace = Pace()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the app, or refuse it. Lifespan events pass unchecked."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        headers = _headers(scope)
        secured = self._add_headers(send, headers.get(b"host", b"").decode("latin-1"))
        try:
            self._check(scope, headers)
            body = await self._check_body(scope, headers, receive)
            return await self._app(scope, body, secured)
        except Refusal as refusal:
            _report(refusal, client_address(scope))
            return await _refuse(scope, headers, refusal, secured)

    def _check(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Raise Refusal if host, origin or route is not accepted, or if the address exceeds its limits."""
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._hosts.allow(host):
            raise Refusal(421, Sentence("door.host", {"host": host[:100]}))
        path = self._path(scope)
        self._check_origin(headers, host, path)
        method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
        if not is_open(method, path):
            raise Refusal(404, Sentence("door.route"))
        if path == SOCKET:
            self._check_socket(scope, headers)

    def _check_socket(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Raise Refusal for an unknown socket, and for a new one if its address opens too many.

        Engine.IO treats a request with two `Connection` headers as a WebSocket, although uvicorn has not opened one.
        It answers `j=0` with a script that pages of other origins may load.
        """
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        if "j" in query or (scope["type"] == "http" and b"websocket" in headers.get(b"upgrade", b"").lower()):
            raise Refusal(400, Sentence("door.malformed", {"problem": Sentence("door.problem.connection")}))
        sids = [sid for sid in query.get("sid", ()) if sid]
        if sids and not self._knows_socket(sids[0]):
            raise Refusal(400, Sentence("door.socket"))
        now = asyncio.get_running_loop().time()
        if not sids and not self._openings.count(client_address(scope), self._limits.openings, now):
            raise Refusal(429, Sentence("door.openings", {"limit": f"{self._limits.openings:,}"}))

    def _check_origin(self, headers: Mapping[bytes, bytes], host: str, path: str) -> None:
        """Raise Refusal for a request by a page of another origin. A link to the page may be anywhere."""
        origin = headers.get(b"origin")
        if origin is not None and not self._hosts.allow_origin(origin.decode("latin-1"), host):
            raise Refusal(403, Sentence("door.origin", {"origin": origin.decode("latin-1")[:100]}))
        is_link = path == "/" and headers.get(b"sec-fetch-mode") == b"navigate"
        if origin is None and not is_link and headers.get(b"sec-fetch-site") in _FOREIGN:
            raise Refusal(403, Sentence("door.no_origin"))

    def _path(self, scope: Scope) -> str:
        path: str = scope["path"]
        if self._root and path == self._root:
            return "/"  # Chainlit redirects it to the page
        if self._root and not path.startswith(f"{self._root}/"):
            return ""
        return path[len(self._root) :]

    async def _check_body(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive) -> Receive:
        """Return a `receive` that stops at the limit. The body of a POST is read and checked as a whole.

        Raises:
            Refusal: if the body is too large, comes too fast, or is not what the page sends.
        """
        limit = self._limits.message_bytes * ESCAPED + ENVELOPE_BYTES
        if scope["type"] == "websocket":
            return _bound_socket(receive, limit, client_address(scope), self._pace)
        is_action = ACTION.matches(scope["method"], self._path(scope))
        if scope["method"] != "POST" or is_action:
            limit = ENVELOPE_BYTES
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > limit:
            raise Refusal(413, Sentence("door.size", {"limit": f"{limit:,}"}))
        bounded = _bound_body(receive, limit)
        if scope["method"] != "POST":
            return bounded
        body = await _read_body(bounded)
        await self._wait(client_address(scope), body)
        if is_action:
            self._check_press(body)
        elif not are_packets(body):
            raise Refusal(400, Sentence("door.malformed", {"problem": Sentence("door.problem.packets")}))
        return _repeat(body, receive)

    async def _wait(self, address: str, body: bytes) -> None:
        """Wait until the pace of that address allows the request. Raise Refusal if that is too long."""
        delay = self._pace.delay(address, len(body), asyncio.get_running_loop().time())
        if delay > LATEST_SECONDS:
            raise Refusal(429, Sentence("door.pace"))
        if delay:
            await asyncio.sleep(delay)

    def _check_press(self, body: bytes) -> None:
        """Raise Refusal if this is not the press of a button, or if its page is not connected."""
        try:
            pressed = read_press(body)
        except Malformed as error:
            raise Refusal(400, Sentence("door.malformed", {"problem": error.problem})) from None
        if not self._knows_session(pressed.sessionId):
            raise Refusal(404, Sentence("door.session"))

    def _add_headers(self, send: Send, host: str) -> Send:
        """Return a `send` that adds the security headers to the response."""
        if not self._hosts.allow(host):
            host = "localhost"
        added = security_headers(host, self._embed_in)
        names = {name for name, _ in added}

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in names]
                message = {**message, "headers": [*kept, *added]}
            await send(message)

        return secured


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers by name. The values of a repeated header are joined, so that every check sees them all."""
    found: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name, []).append(value)
    return {name: b", ".join(values) for name, values in found.items()}


def _bound_body(receive: Receive, limit: int) -> Receive:
    """Return a `receive` that raises Refusal if the body has more than `limit` bytes."""
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise Refusal(413, Sentence("door.size", {"limit": f"{limit:,}"}))
        return message

    return bounded


def _bound_socket(receive: Receive, limit: int, address: str, pace: Pace) -> Receive:
    """Return a `receive` that closes the socket at a message that the page does not send, and delays too many."""

    async def bounded() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        if problem := _packet_problem(message, limit):
            warn_once("socket", address, f"closed a socket of {address}: {problem}")
            return {"type": "websocket.disconnect", "code": 1008}
        if delay := pace.delay(address, len(message["text"]), asyncio.get_running_loop().time()):
            await asyncio.sleep(delay)
        return message

    return bounded


def _packet_problem(message: Message, limit: int) -> str:
    """Return what is wrong with a message of the socket; "" if nothing is."""
    text = message.get("text")
    if text is None:
        return "a binary message"
    if len(text) > limit:
        return f"a message larger than {limit:,} characters"
    if not is_packet(text):
        return "not a packet of Engine.IO"
    return ""


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(parts)


def _repeat(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body that was read, and then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def repeated() -> Message:
        if waiting:
            return waiting.pop()
        return await receive()

    return repeated


def _report(refusal: Refusal, address: str) -> None:
    if refusal.sentence.key not in _QUIET:
        sentence = plain(refusal.sentence, "en")
        warn_once(refusal.sentence.key, address, f"refused a request from {address}: {sentence}")


def warn_once(kind: str, address: str, text: str) -> None:
    """Log a warning, each kind once per address, so that no client fills the log. The oldest are forgotten."""
    if (kind, address) in _reported:
        return
    if len(_reported) >= 1000:
        del _reported[next(iter(_reported))]
    _reported[kind, address] = None
    _log.warning("%s", text)


async def _refuse(scope: Scope, headers: Mapping[bytes, bytes], refusal: Refusal, send: Send) -> None:
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008, "reason": refusal.sentence.key})
    lang = language(headers.get(b"accept-language", b"").decode("latin-1"))
    text = f"{plain(refusal.sentence, lang)}\n".encode()
    response_headers: list[tuple[bytes, bytes]] = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),  # the rest of its body is not read
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": response_headers})
    return await send({"type": "http.response.body", "body": text})

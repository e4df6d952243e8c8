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
_QUIET = ("door.route", "door.session", "door.socket")  # said to every page after a restart
_reported: dict[tuple[str, str], None] = {}


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A request that is not let in: an HTTP status, the key of its sentence, and the sentence's facts."""

    status: int
    key: str
    facts: Mapping[str, str]


class Guard:
    """Wraps an ASGI app. Every response gets the security headers, every request is checked first.

    `knows_session` answers whether a session id is that of a connected page, `knows_socket` whether a `sid` is an open
    connection of Engine.IO (a request for a closed one raises there). `root_path` is the prefix under which the app is
    served, without a slash at its end; `embed_in` are the origins that may show the page in a frame.
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
        """Let the request through to the app, or refuse it. Lifespan events pass."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        headers = _headers(scope)
        secured = self._secured(send, headers.get(b"host", b"").decode("latin-1"))
        try:
            self._check(scope, headers)
            body = await self._checked_body(scope, headers, receive)
            return await self._app(scope, body, secured)
        except Refusal as refusal:
            _report(refusal, client_address(scope))
            return await _refuse(scope, headers, refusal, secured)

    def _check(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Raise Refusal unless host, origin and route are ours and the address is within its limits."""
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._hosts.allow(host):
            raise Refusal(421, "door.host", {"host": host[:100]})
        path = self._path(scope)
        self._check_origin(headers, host, path)
        method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
        if not is_open(method, path):
            raise Refusal(404, "door.route", {})
        if path == SOCKET:
            self._check_socket(scope, headers)

    def _check_socket(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Raise Refusal for an unknown socket, and for a new one if its address opens too many.

        Engine.IO would take a request with two `Connection` headers for a WebSocket that uvicorn has not opened, and
        answers `j=0` with a script that pages of other origins may load.
        """
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        if "j" in asked or (scope["type"] == "http" and b"websocket" in headers.get(b"upgrade", b"").lower()):
            raise Refusal(400, "door.malformed", {"problem": "not a connection that the page opens"})
        sids = [sid for sid in asked.get("sid", ()) if sid]
        if sids and not self._knows_socket(sids[0]):
            raise Refusal(400, "door.socket", {})
        now = asyncio.get_running_loop().time()
        if not sids and not self._openings.take(client_address(scope), self._limits.openings, now):
            raise Refusal(429, "door.openings", {"limit": f"{self._limits.openings:,}"})

    def _check_origin(self, headers: Mapping[bytes, bytes], host: str, path: str) -> None:
        """Raise Refusal if a page of another origin asks; a link that leads to the page may come from anywhere."""
        origin = headers.get(b"origin")
        if origin is not None and not self._hosts.allow_origin(origin.decode("latin-1"), host):
            raise Refusal(403, "door.origin", {"origin": origin.decode("latin-1")[:100]})
        is_link = path == "/" and headers.get(b"sec-fetch-mode") == b"navigate"
        if origin is None and not is_link and headers.get(b"sec-fetch-site") in _FOREIGN:
            raise Refusal(403, "door.origin", {"origin": "?"})

    def _path(self, scope: Scope) -> str:
        path: str = scope["path"]
        if self._root and path == self._root:
            return "/"  # Chainlit redirects it to the page
        if self._root and not path.startswith(f"{self._root}/"):
            return ""
        return path[len(self._root) :]

    async def _checked_body(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive) -> Receive:
        """Return a `receive` that never gives more than the limit; the body of an action is checked as a whole."""
        limit = self._limits.message_bytes * ESCAPED + ENVELOPE_BYTES
        if scope["type"] == "websocket":
            return _bounded_socket(receive, limit, client_address(scope), self._pace)
        is_action = ACTION.matches(scope["method"], self._path(scope))
        if scope["method"] != "POST" or is_action:
            limit = ENVELOPE_BYTES
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > limit:
            raise Refusal(413, "door.size", {"limit": f"{limit:,}"})
        bounded = _bounded_body(receive, limit)
        if scope["method"] != "POST":
            return bounded
        body = await _whole_body(bounded)
        await self._wait(client_address(scope), body)
        if is_action:
            self._check_press(body)
        elif not are_packets(body):
            raise Refusal(400, "door.malformed", {"problem": "not packets of Engine.IO"})
        return _replayed(body, receive)

    async def _wait(self, address: str, body: bytes) -> None:
        """Wait as long as the pace of that address asks. Raise Refusal if that is too long."""
        delay = self._pace.delay(address, len(body), asyncio.get_running_loop().time())
        if delay > LATEST_SECONDS:
            raise Refusal(429, "door.pace", {})
        if delay:
            await asyncio.sleep(delay)

    def _check_press(self, body: bytes) -> None:
        """Raise Refusal unless this is the press of a button by a page that is connected."""
        try:
            pressed = read_press(body)
        except Malformed as problem:
            raise Refusal(400, "door.malformed", {"problem": str(problem)}) from None
        if not self._knows_session(pressed.sessionId):
            raise Refusal(404, "door.session", {})

    def _secured(self, send: Send, host: str) -> Send:
        host = host if self._hosts.allow(host) else "localhost"
        added = security_headers(host, self._embed_in)
        names = {name for name, _ in added}

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in names]
                message = {**message, "headers": [*kept, *added]}
            await send(message)

        return secured


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers by name; of one that comes twice the values are joined, so that no check can be passed by."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        found[name] = found[name] + b", " + value if name in found else value
    return found


def _bounded_body(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise Refusal(413, "door.size", {"limit": f"{limit:,}"})
        return message

    return bounded


def _bounded_socket(receive: Receive, limit: int, address: str, pace: Pace) -> Receive:
    """Close the socket at a message that the page would not send, and let a flood of messages wait."""

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
    text = message.get("text")
    if text is None:
        return "a binary message"
    if len(text) > limit:
        return f"a message larger than {limit:,} characters"
    return "" if is_packet(text) else "not a packet of Engine.IO"


async def _whole_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def _report(refusal: Refusal, address: str) -> None:
    if refusal.key not in _QUIET:
        said = plain(refusal.key, "en", **refusal.facts)
        warn_once(refusal.key, address, f"refused a request from {address}: {said}")


def warn_once(kind: str, address: str, text: str) -> None:
    """Log a warning, each kind once per address, so that no client fills the log; the oldest kinds are forgotten."""
    if (kind, address) in _reported:
        return
    if len(_reported) >= 1000:
        del _reported[next(iter(_reported))]
    _reported[kind, address] = None
    _log.warning("%s", text)


async def _refuse(scope: Scope, headers: Mapping[bytes, bytes], refusal: Refusal, send: Send) -> None:
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008, "reason": refusal.key})
    lang = language(headers.get(b"accept-language", b"").decode("latin-1"))
    text = f"{plain(refusal.key, lang, **refusal.facts)}\n".encode()
    sent: list[tuple[bytes, bytes]] = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),  # what is left of its body is not read
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": sent})
    return await send({"type": "http.response.body", "body": text})

"""The checks of Chainlit's socket, each with its reason (docs/security.md)."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import chainlit as cl
import chainlit.server
import chainlit.socket
from chainlit.chat_context import chat_contexts
from chainlit.config import config
from chainlit.context import init_ws_context
from chainlit.session import WebsocketSession
from chainlit.user_session import user_sessions
from socketio.exceptions import ConnectionRefusedError as Refused  # type: ignore[import-untyped]

from chat.doors.address import client_address
from chat.doors.events import EVENTS, IGNORED, Malformed, read_connection, read_event
from chat.doors.guard import ENVELOPE_BYTES, ESCAPED, warn_once
from chat.doors.hosts import Hosts
from chat.page.connection import connection_address
from chat.page.errors import show_error
from chat.page.session import Chat
from chat.process.limits import Limits
from chat.words.texts import language, say

server: Any = chainlit.server
Handler = Callable[..., Awaitable[Any]]
EMPTY_SECONDS = 60.0  # a chat without a question is kept that long for a page that lost its connection
MALFORMED = 20  # malformed events after which a socket is closed
_log = logging.getLogger("fullstop")


class Sockets:
    """The checks of the socket: who connects, how often, with what, and how long a lost connection is kept."""

    def __init__(self, limits: Limits, hosts: Hosts) -> None:
        self._limits, self._hosts = limits, hosts
        self._addresses: dict[str, str] = {}  # by Engine.IO's id
        self._malformed: dict[str, int] = {}  # by Engine.IO's id
        self._lost: OrderedDict[str, str] = OrderedDict()  # socket ids of lost connections: their addresses
        self._clearing: set[asyncio.Future[None]] = set()

    def install(self) -> None:
        """Replace Chainlit's handlers, and those of Socket.IO on Engine.IO's events."""
        sio = server.sio
        sio.eio.cors_allowed_origins = self._origin_is_allowed  # else any web page could drive a local chat
        sio.eio.max_http_buffer_size = self._limits.message_bytes * ESCAPED + ENVELOPE_BYTES
        sio.eio.on("connect", self._open)
        sio.eio.on("message", self._hear)
        sio.eio.on("disconnect", self._close)
        sio._handle_event = self._dispatch
        sio.on("connect", self._connect)
        sio.on("disconnect", self._disconnect)
        handlers = sio.handlers["/"]
        for event in [name for name in handlers if name not in (*EVENTS, "connect", "disconnect")]:
            del handlers[event]
        for event in EVENTS:
            handlers[event] = self._checked(event, _original(handlers[event]))

    def _origin_is_allowed(self, origin: str | None, environ: dict[str, Any]) -> bool:
        """True if that origin may connect. The guard has checked it; this is the second line."""
        return origin is None or self._hosts.allow_origin(origin, environ.get("HTTP_HOST", ""))

    async def _open(self, eio_sid: str, environ: dict[str, Any]) -> str | None:
        """Count a new socket; return why it is not accepted, if it is not."""
        address = client_address(environ["asgi.scope"])
        living = server.sio.eio.sockets
        self._addresses = {each: known for each, known in self._addresses.items() if each in living}
        self._malformed = {each: count for each, count in self._malformed.items() if each in living}
        if sum(known == address for known in self._addresses.values()) >= self._limits.sockets:
            warn_once("sockets", address, f"refused a socket: {address} has {self._limits.sockets} already")
            return f"too many connections from this address, at most {self._limits.sockets} are allowed"
        self._addresses[eio_sid] = address
        await server.sio._handle_eio_connect(eio_sid, environ)
        return None

    async def _close(self, eio_sid: str, reason: str) -> None:
        self._addresses.pop(eio_sid, None)
        self._malformed.pop(eio_sid, None)
        await server.sio._handle_eio_disconnect(eio_sid, reason)

    async def _hear(self, eio_sid: str, data: object) -> None:
        """Pass a packet on to Socket.IO, which raises for malformed ones; the page sends no binary ones."""
        if not isinstance(data, str) or data[:1] not in ("0", "1", "2", "3"):
            return await self._reject(eio_sid, "unknown kind of packet")
        try:
            await server.sio._handle_eio_message(eio_sid, data)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
            await self._reject(eio_sid, f"undecodable packet ({type(error).__name__})")
        return None

    async def _dispatch(self, eio_sid: str, namespace: str | None, packet_id: int | None, data: object) -> None:
        """Pass an event of the page on to its handler.

        Socket.IO would raise for one without a name, and take one that is named `connect` for a connection.
        """
        name = data[0] if isinstance(data, list) and data else None
        if name in IGNORED:
            return None
        if not isinstance(name, str) or name not in EVENTS:
            return await self._reject(eio_sid, "an unknown event")
        await type(server.sio)._handle_event(server.sio, eio_sid, namespace, packet_id, data)
        return None

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> Any:
        """Check what the page says of itself, before Chainlit uses its session id as the name of a folder."""
        try:
            read = read_connection(auth)
        except Malformed as problem:
            await self._reject(server.sio.manager.eio_sid_from_sid(sid, "/"), f"connect: {problem}")
            raise Refused("malformed connection") from None
        return await chainlit.socket.connect(sid, environ, read)

    async def _disconnect(self, sid: str, *_: object) -> None:
        """End a connection as Chainlit does, but keep only sessions that have something to keep, and not too many."""
        session = WebsocketSession.get(sid)
        if session is None:
            return None
        init_ws_context(session)
        if config.code.on_chat_end:
            await config.code.on_chat_end()
        if session.to_clear:
            return await _clear(sid)
        chat = cl.user_session.get("chat")
        has_content = isinstance(chat, Chat) and bool(chat.versions)
        seconds = config.project.session_timeout if has_content else EMPTY_SECONDS
        asyncio.get_running_loop().call_later(seconds, self._forget, sid)
        return await self._keep_few(sid, connection_address(session))

    async def _keep_few(self, sid: str, address: str) -> None:
        self._lost = OrderedDict((each, known) for each, known in self._lost.items() if WebsocketSession.get(each))
        self._lost[sid] = address
        same = [each for each, known in self._lost.items() if known == address]
        for oldest in same[: -self._limits.sockets]:
            del self._lost[oldest]
            await _clear(oldest)

    def _forget(self, sid: str) -> None:
        if WebsocketSession.get(sid):
            task = asyncio.ensure_future(_clear(sid))
            self._clearing.add(task)
            task.add_done_callback(self._clearing.discard)

    def _checked(self, event: str, handler: Handler) -> Handler:
        """Return the handler behind a check of what comes with the event."""

        async def checked(sid: str, *arguments: object) -> Any:
            session = WebsocketSession.get(sid)
            if session is None:
                return None
            try:
                read = read_event(event, arguments)
            except Malformed as problem:
                return await self._reject(server.sio.manager.eio_sid_from_sid(sid, "/"), f"{event}: {problem}")
            if (size := _text_bytes(read)) > self._limits.message_bytes:
                return await _reject_long_message(session, size, self._limits.message_bytes)
            return await handler(sid, *read)

        vars(checked)["chainlit"] = handler
        return checked

    async def _reject(self, eio_sid: str | None, problem: str) -> None:
        """Drop something malformed: one line in the log for each socket, and the end of one that continues."""
        count = self._malformed[eio_sid or ""] = self._malformed.get(eio_sid or "", 0) + 1
        if count == 1:
            address = self._addresses.get(eio_sid or "", "an unknown address")
            _log.warning("dropped a malformed event from %s: %s", address, problem)
        living = server.sio.eio.sockets.get(eio_sid)
        if count == MALFORMED and living:
            await living.close(wait=False)  # else this request waits until the client takes what was sent to it
            await living.queue.put(None)  # ends a WebSocket


async def _clear(sid: str) -> None:
    """Delete a session and all that Chainlit keeps of it."""
    if session := WebsocketSession.get(sid):
        user_sessions.pop(session.id, None)
        chat_contexts.pop(session.id, None)
        await session.delete()


def _text_bytes(read: tuple[Any, ...]) -> int:
    """Return the bytes of the text in a message of the person or in words of the page's own widgets."""
    message = read[0] if read and isinstance(read[0], dict) else {}
    written = message.get("message")
    text = written.get("output", "") if isinstance(written, dict) else message.get("text", "")
    return len(text.encode("utf-8", "surrogatepass")) if isinstance(text, str) else 0


async def _reject_long_message(session: WebsocketSession, size: int, limit: int) -> None:
    init_ws_context(session)
    await show_error(say("limit.message", language(session.language), size=f"{size:,}", limit=f"{limit:,}"))
    await cl.context.emitter.task_end()


def _original(function: Any) -> Any:
    """Return Chainlit's own function, also if this module was loaded again and is in its place."""
    return getattr(function, "chainlit", function)

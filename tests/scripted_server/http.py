"""HTTP/1.1 as far as a test needs it: requests in, heads and bodies out, and three ways to leave."""

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Mapping
from email.utils import formatdate
from http import HTTPStatus

from tests.scripted_server.steps import Body, Status


class Request:
    """One request as it came in, and what became of its connection."""

    def __init__(self, path: str, headers: Mapping[str, str], body: Body) -> None:
        self.path, self.headers, self.body = path, headers, body
        self.at = time.monotonic()
        self.answered = threading.Event()
        self.closed_at: float | None = None
        self._closed = threading.Event()

    @property
    def closed_early(self) -> bool:
        """True if the client closed its connection before the script was over; `closed_at` says when."""
        return self._closed.is_set()

    def wait_closed(self, timeout: float = 30) -> bool:
        return self._closed.wait(timeout)

    def close_early(self) -> None:
        self.closed_at = time.monotonic()
        self._closed.set()

    @property
    def message(self) -> str:
        """Return the text of the last user message."""
        said = [each["content"] for each in self.body.get("messages", ()) if each["role"] == "user"]
        return str(said[-1]) if said else str(self.body.get("prompt", ""))


async def read(reader: asyncio.StreamReader) -> Request | None:
    """Return the next request on this connection; None once the client has closed, half-closed or reset it."""
    try:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Request(first.split(" ")[1].partition("?")[0], headers, json.loads(body or b"{}"))


def response(status: Status) -> bytes:
    kinds = {bytes: "application/octet-stream", str: "text/html; charset=utf-8"}
    kind = kinds.get(type(status.body), "application/json")
    body = status.body.encode() if isinstance(status.body, str) else status.body
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return head(status.code, {"content-type": kind, "content-length": str(len(data)), **status.headers}) + data


def head(code: int, headers: Mapping[str, str]) -> bytes:
    lines = {"date": formatdate(usegmt=True), "server": "uvicorn", **headers}
    shown = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {code} {HTTPStatus(code).phrase}\r\n{shown}\r\n".encode("latin-1")


def leave(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    if reset:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    writer.close()

"""A client that sends anything: raw HTTP, forged hosts, and Engine.IO packets over polling."""

import contextlib
import http.client
import json
import socket
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, with its headers by name in lower case."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Stranger:
    """A client of the app at `url`, with a new connection for each request. It may say that it forwards an address."""

    def __init__(self, url: str, forwards: str = "") -> None:
        self.forwarded = {"X-Forwarded-For": forwards} if forwards else {}
        self.host, self.port = urlsplit(url).hostname or "", urlsplit(url).port or 0
        self.own = f"{self.host}:{self.port}"

    def request(self, method: str, path: str, headers: Headers | None = None, body: bytes | None = None) -> Response:
        """Send a request. `headers` may contain another `Host`."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        with contextlib.closing(connection):
            sent = {"Host": self.own, **self.forwarded, **(headers or {})}
            connection.putrequest(method, path, skip_host=True)
            for name, value in {**sent, "Content-Length": str(len(body or b""))}.items():
                connection.putheader(name, value)
            connection.endheaders()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.send(body or b"")
            got = connection.getresponse()
            return Response(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())

    def send_raw(self, request: bytes) -> bytes:
        """Send bytes, and return the beginning of the answer."""
        with socket.create_connection((self.host, self.port), timeout=60) as connection:
            connection.sendall(request)
            return connection.recv(65536)

    def open_websocket(self, host: str, origin: str) -> int:
        """Try to open a WebSocket; return the status of the answer, 101 if it is open."""
        answer = self.send_raw(
            f"GET /ws/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        return int(answer.split()[1])

    def open(self, headers: Headers | None = None) -> "Polling":
        """Open an Engine.IO connection over polling. Raise AssertionError with the status if it is refused."""
        return Polling(self, headers or {})


@dataclass
class Polling:
    """One Engine.IO connection over polling."""

    stranger: Stranger
    headers: Headers
    sid: str = ""
    packets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        got = self.stranger.request("GET", "/ws/socket.io/?EIO=4&transport=polling", self.headers)
        assert got.status == 200, f"{got.status} {got.text}"
        self.sid = json.loads(got.text[1:])["sid"]

    @property
    def path(self) -> str:
        return f"/ws/socket.io/?EIO=4&transport=polling&sid={self.sid}"

    def send(self, *packets: str) -> int:
        """Send packets; return the status."""
        return self.stranger.request("POST", self.path, self.headers, "\x1e".join(packets).encode()).status

    def emit(self, event: str, *arguments: Any) -> int:
        return self.send("42" + json.dumps([event, *arguments], ensure_ascii=False))

    def connect(self, session_id: object, **auth: object) -> bool:
        """Connect to the chat. True if the app accepts it."""
        said = {"sessionId": session_id, "clientType": "webapp", "userEnv": "{}", "chatProfile": "", "threadId": ""}
        return self.connect_with(said | auth)

    def connect_with(self, auth: object) -> bool:
        self.send("40" + json.dumps(auth))
        return self.wait_for("40", "44").startswith("40")

    def wait_for(self, *beginnings: str, seconds: float = 60) -> str:
        """Return the first packet with one of these beginnings, and drop those before it."""
        by = time.monotonic() + seconds
        while time.monotonic() < by:
            while self.packets:
                packet = self.packets.pop(0)
                if packet.startswith(beginnings):
                    return packet
            self.poll()
        raise TimeoutError(f"nothing began with {beginnings}")

    def wait_for_event(self, name: str, **facts: object) -> Any:
        """Return the arguments of the next event of that name whose first argument has these values."""
        while True:
            event, *arguments = json.loads(self.wait_for("42")[2:])
            known = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
            if event == name and facts.items() <= known.items():
                return arguments

    def poll(self) -> None:
        got = self.stranger.request("GET", self.path, self.headers)
        if got.status != 200:
            raise ConnectionError(f"the app ended the connection: {got.status}")
        packets = got.text.split("\x1e")
        if "2" in packets:
            self.send("3")
        self.packets += [packet for packet in packets if packet != "2"]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.send("1")


def new_id() -> str:
    return str(uuid.uuid4())

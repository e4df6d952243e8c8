"""The guard refuses bytes that no browser sends, without a traceback, a bomb, or a log line for each."""

import json
import os
import re
import socket
import struct
import zlib
from pathlib import Path

import pytest

from tests.attacks.stranger import Stranger, new_id
from tests.browser.running_app import RunningApp

SOCKET = "/ws/socket.io/?EIO=4&transport="
HANDSHAKE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
ORIGINS = [
    "http://[",
    "http://]",
    "http://[x]",
    "http://[::1]]",
    "http://a\x1b[31m",
    "http://",
    "//",
    "",
    "http://\t[[",
]
PATHS = ["/public/" + "a" * 300, "/assets/" + "b" * 300, "/public/" + "a/" * 3000, "/avatars/" + "c" * 300]
PATHS += ["/ws/socket.io", SOCKET + "polling&j=0", SOCKET + "polling&j=" + "9" * 5000]
BODIES = [b'42["x\xff"]', b"\x1e".join([b"3"] * 17), b'42["x","\xed\xa0\x80"]', b"2", b"2probe", b"5", b"d=4", b""]
BULKY = [
    b'42["window_message",[' + b",".join([b"[]"] * 500_000) + b"]]",
    b'42["chat_settings_change",{' + b",".join(b'"%d":1' % number for number in range(150_000)) + b"}]",
    b'40{"sessionId":"\\\\","x":[' + b"1," * 700_000 + b"1]}",
]


def request_status(stranger: Stranger, path: str, more: str = "", method: str = "GET") -> int:
    """Return the status of the answer to a request with more header lines."""
    request = f"{method} {path} HTTP/1.1\r\nHost: {stranger.own}\r\n{more}\r\n"
    return int(stranger.send_raw(request.encode("latin-1")).split()[1])


@pytest.fixture
def said(app: RunningApp) -> "Said":
    return Said(app)


class Said:
    """The log of the app from now on."""

    def __init__(self, app: RunningApp) -> None:
        self._app, self._before = app, len(app.output())

    def __str__(self) -> str:
        return self._app.output()[self._before :]


def test_a_malformed_origin_is_refused(stranger: Stranger, said: Said) -> None:
    for origin in ORIGINS:
        assert request_status(stranger, "/project/settings", f"Origin: {origin}\r\n") == 403, origin
        assert request_status(stranger, SOCKET + "websocket", f"Origin: {origin}\r\n{HANDSHAKE}") == 403, origin
    assert "Traceback" not in str(said)


def test_paths_that_a_file_system_rejects_are_refused(stranger: Stranger, said: Said) -> None:
    assert {request_status(stranger, path) for path in PATHS} <= {400, 404}
    assert "Traceback" not in str(said)


def test_bodies_that_are_not_packets_are_refused(stranger: Stranger, said: Said) -> None:
    client = stranger.open()
    assert [stranger.request("POST", client.path, {}, body).status for body in BODIES] == [400] * len(BODIES)
    client.close()
    assert "Traceback" not in str(said)


@pytest.mark.parametrize("number", range(len(BULKY)))
def test_a_large_packet_of_small_values_is_refused_unparsed(stranger: Stranger, number: int) -> None:
    """Check that the packet is not parsed: three of them would take seconds of the event loop."""
    client = stranger.open()
    assert stranger.request("POST", client.path, {}, BULKY[number]).status == 400
    client.close()


def test_a_long_text_of_quotes_and_backslashes_is_a_packet(stranger: Stranger) -> None:
    client = stranger.open()
    assert client.connect(new_id())
    text = '"\\' * 100_000 + '{"a": [' * 10_000
    assert client.emit("window_message", {"text": text, "more": text[::-1]}) == 200
    client.close()


def test_a_page_may_name_thousands_of_questions(stranger: Stranger) -> None:
    client = stranger.open()
    assert client.connect(new_id())
    shown = {"fullstopDo": "tab", "tab": new_id(), "asked": [new_id() for _ in range(5000)], "steps": []}
    assert client.emit("window_message", shown) == 200
    client.close()


def test_an_upgrade_that_the_server_did_not_see_is_refused(stranger: Stranger, said: Said) -> None:
    client = stranger.open()
    hidden = f"{HANDSHAKE}Connection: keep-alive\r\n"
    assert request_status(stranger, client.path, hidden) == 400
    assert request_status(stranger, SOCKET + "websocket", hidden) == 400
    client.close()
    assert "Traceback" not in str(said)


def test_a_link_of_another_site_leads_to_the_page_only(stranger: Stranger) -> None:
    link = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n"
    paths = ("/", "/project/settings", "/health", SOCKET + "polling", "/public/fullstop.js")
    assert [request_status(stranger, path, link) for path in paths] == [200, 403, 403, 403, 403]


def test_a_press_is_small(stranger: Stranger) -> None:
    assert request_status(stranger, "/project/action", "Content-Length: 200000\r\n", "POST") == 413


@pytest.mark.parametrize("offer", ["permessage-deflate", "permessage-deflate; client_max_window_bits=x"])
def test_a_socket_is_not_compressed(stranger: Stranger, said: Said, offer: str) -> None:
    request = f"GET {SOCKET}websocket HTTP/1.1\r\nHost: {stranger.own}\r\n{HANDSHAKE}"
    answer = stranger.send_raw(f"{request}Sec-WebSocket-Extensions: {offer}\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 101")
    assert b"permessage-deflate" not in answer
    assert "Traceback" not in str(said)


def peak(pid: int) -> int:
    """Return the maximum memory of a process so far, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="reads the memory of the app from /proc")
def test_a_compressed_frame_is_not_inflated(app: RunningApp, stranger: Stranger) -> None:
    """Check the memory of the app: 0.3 MB would become 300 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = (packer.compress(b"4" * 300_000_000) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]
    before = peak(app.pid)
    request = f"GET {SOCKET}websocket HTTP/1.1\r\nHost: {stranger.own}\r\n{HANDSHAKE}"
    with socket.create_connection((stranger.host, stranger.port), timeout=60) as connection:
        connection.sendall(f"{request}Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n".encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 101")
        try:
            connection.sendall(b"\xc1\xff" + struct.pack("!Q", len(bomb)) + bytes(4) + bomb)
            while connection.recv(65536):
                pass
        except OSError:
            pass  # it has closed the connection before all was read
    assert peak(app.pid) - before < 50_000_000


def test_connections_without_an_auth_fill_no_log_and_are_closed(stranger: Stranger, said: Said) -> None:
    client = stranger.open()
    statuses = [client.send("40" + json.dumps({"sessionId": number})) for number in range(40)]
    assert statuses[0] == 200
    assert statuses[-1] == 400
    assert str(said).count("malformed") <= 2


def test_an_opening_page_adds_no_line_to_the_log(stranger: Stranger, said: Said) -> None:
    for tongue in ("en-US", "fr-FR", "zh-CN"):
        assert request_status(stranger, f"/project/settings?language={tongue}") == 200
    assert "Translated" not in str(said)

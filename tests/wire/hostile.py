"""Model servers that send raw bytes: what no well-behaved server would send."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from functools import lru_cache

EVENTS = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n"
JSON = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
MEGABYTE = b"A" * 1_000_000
Reply = Callable[[], Iterable[bytes]]


class HostileServer:
    """Sends the bytes of `reply` to every request. Counts what came in, and what it could send."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.requests: list[bytes] = []
        self.sent = 0
        self.gone = asyncio.Event()
        self.port = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            for data in self._reply():
                writer.write(data)
                await writer.drain()
                self.sent += len(data)
            writer.write_eof()
            await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.gone.set()
            writer.close()


@asynccontextmanager
async def hostile(reply: Reply) -> AsyncIterator[HostileServer]:
    """Start a server with that reply on a free port of the loopback, and stop it at the end."""
    server = HostileServer(reply)
    async with await asyncio.start_server(server.answer, "127.0.0.1", 0) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server


def event(text: str) -> bytes:
    """Return one chunk of a stream."""
    return b'data: {"choices":[{"index":0,"delta":{"content":"%b"}}]}\n\n' % text.encode()


FINISH = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


def stream(*pieces: bytes) -> Reply:
    """Return a reply that is a stream of those pieces."""
    return lambda: (EVENTS + b"\r\n", *pieces)


@lru_cache(maxsize=1)
def gzip_bomb(megabytes: int = 300) -> list[bytes]:
    """Return a compressed stream of one line: about a thousandth of its size on the wire."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    begun = packer.compress(event("half") + b"data: ")
    return [begun, *(packer.compress(MEGABYTE) for _ in range(megabytes)), packer.flush()]


def compressed(pieces: Iterable[bytes], encoding: bytes = b"gzip") -> Reply:
    """Return a stream with that Content-Encoding."""
    return lambda: (EVENTS + b"content-encoding: " + encoding + b"\r\n\r\n", *pieces)


def long_line(megabytes: int = 50) -> Reply:
    """Return a stream whose second event is one long line."""
    return lambda: (EVENTS + b"\r\n" + event("half") + b'data: {"x": "', *[MEGABYTE] * megabytes)


def long_event(megabytes: int = 50) -> Reply:
    """Return a stream whose second event never ends, though its lines are short."""
    return lambda: (EVENTS + b"\r\n" + event("half"), *[b"data: 1234567890\n" * 60_000] * megabytes)


def error_body(status: int = 500, megabytes: int = 100, declared: bool = True) -> Reply:
    """Return an error with a long text."""
    length = b"content-length: %d\r\n" % (megabytes * len(MEGABYTE)) if declared else b""
    head = b"HTTP/1.1 %d Oops\r\ncontent-type: text/plain\r\nconnection: close\r\n%b\r\n" % (status, length)
    return lambda: (head + b"The disk is full. ", *[MEGABYTE] * megabytes)


def endless_headers(megabytes: int = 50) -> Reply:
    """Return a response whose head never ends."""
    line = b"x-filler: " + b"b" * 80 + b"\r\n"
    return lambda: (b"HTTP/1.1 200 OK\r\n", *[line * 11_000] * megabytes)


def long_header(megabytes: int = 50) -> Reply:
    """Return a response with one header that never ends."""
    return lambda: (b"HTTP/1.1 200 OK\r\nx-filler: ", *[MEGABYTE] * megabytes)


def comments(megabytes: int) -> Reply:
    """Return a stream of comments that never become a chunk."""
    return lambda: (EVENTS + b"\r\n" + event("half"), *[b": still here\n\n" * 70_000] * megabytes)


def deep(levels: int = 100_000) -> Reply:
    """Return a stream with one deeply nested chunk."""
    return stream(event("half"), b"data: " + b"[" * levels + b"]" * levels + b"\n\n")


def deep_lines(levels: int = 60_000) -> Reply:
    """Return the same, one level a line."""
    return stream(event("half"), b"data: [\n" * levels + b"data: ]\n" * levels + b"\n")


def many_lists(lists: int = 320_000) -> Reply:
    """Return a stream with one line of less than 1 MB that holds many empty lists."""
    return stream(event("half"), b"data: [" + b"[]," * lists + b"0]\n\n")


def burst(chunks: int) -> Reply:
    """Return a stream of many chunks that all come at once."""

    def reply() -> Iterator[bytes]:
        yield EVENTS + b"\r\n"
        block = b"".join(event(f"w{number} ") for number in range(1_000))
        for _ in range(chunks // 1_000):
            yield block
        yield FINISH

    return reply


def gzipped(data: bytes) -> list[bytes]:
    """Return the data compressed, in small pieces."""
    whole = gzip.compress(data)
    return [whole[begin : begin + 50] for begin in range(0, len(whole), 50)]

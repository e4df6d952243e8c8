"""A transport with bounded responses: no server can fill the memory or occupy the event loop."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import httpx2
import openai

from chat.process.limits import Limits, read_limits
from chat.server.transport.fairness import Fairness
from chat.server.transport.inflate import BadCompression, Inflate, inflate_for
from chat.server.transport.nesting import Nesting
from chat.server.transport.unreadable import Unreadable, limit_error, redirect_error
from chat.server.transport.watched import WatchedResponse

HEADERS = 128  # headers in one response, at most
CUTS = "fullstop.cuts"  # an extension of each response: the limits at which its error text was cut
_PIECE_BYTES = 4_096
_REDIRECTS = (301, 302, 303, 307, 308)
_ERROR = 300
_REPLIES = "/completions"  # paths of chat replies, whatever their Content-Type
_UNDECODED = (b"content-encoding", b"content-length")
_TOO_LARGE = ("Got more than", "Too many headers")  # aiohttp has one exception for every problem of a head
_MESSAGE_CHARACTERS = 300
Exceeds = Callable[[bytes], str | None]
Item = TypeVar("Item")


class BoundedClient(openai.DefaultAioHttpClient):
    """The openai client on aiohttp, with bounded responses and without redirects, also through a proxy."""

    def __init__(self, **options: Any) -> None:
        super().__init__(follow_redirects=False, **options)

    def _init_transport(self, *arguments: Any, **options: Any) -> httpx2.AsyncBaseTransport:
        return BoundedTransport(super()._init_transport(*arguments, **options))

    def _init_proxy_transport(self, *arguments: Any, **options: Any) -> httpx2.AsyncBaseTransport:
        return BoundedTransport(super()._init_proxy_transport(*arguments, **options))


class BoundedTransport(httpx2.AsyncBaseTransport):
    """A wrapper of another transport that bounds its responses."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        inner.client = self._session

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request, and return the response with a bounded body.

        Raises:
            Unreadable: if the response must not be read.
        """
        limits = read_limits()
        request.headers["Accept-Encoding"] = "identity"
        try:
            response: httpx2.Response = await self._inner.handle_async_request(request)
        except aiohttp.ClientResponseError as error:
            raise _bad_head(error, limits, request) from error
        try:
            return _bound(response, limits, request)
        except Unreadable:
            await response.aclose()
            raise

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    def _session(self) -> aiohttp.ClientSession:
        """Return a session like that of the inner transport, with our limits on the head of a response."""
        limits: httpx2.Limits = self._inner.limits
        most = read_limits().header_bytes
        connector = aiohttp.TCPConnector(
            limit=limits.max_connections or 0,
            keepalive_timeout=limits.keepalive_expiry,
            ssl=self._inner.ssl_context,
        )
        return aiohttp.ClientSession(
            connector=connector,
            response_class=WatchedResponse,
            max_line_size=most,
            max_field_size=most,
            max_headers=HEADERS,
        )


def _bad_head(error: aiohttp.ClientResponseError, limits: Limits, request: httpx2.Request) -> Unreadable:
    """Return the error for a malformed head, or for one that exceeds a limit."""
    if error.message.startswith(_TOO_LARGE):
        return limit_error("header_bytes", limits, request)
    message = " ".join(error.message.split())[:_MESSAGE_CHARACTERS]
    return Unreadable("not_http", request, message=message)


def _bound(response: httpx2.Response, limits: Limits, request: httpx2.Request) -> httpx2.Response:
    """Return the response with a bounded body.

    Raises:
        Unreadable: if its head shows that it must not be read.
    """
    if sum(len(name) + len(value) for name, value in response.headers.raw) > limits.header_bytes:
        raise limit_error("header_bytes", limits, request)
    if response.status_code in _REDIRECTS and "location" in response.headers:
        raise redirect_error(response, request)
    inflate = inflate_for(response.headers.get("content-encoding", ""))
    if inflate is None:
        raise _unknown_encoding(response, request)
    headers = [each for each in response.headers.raw if each[0].lower() not in _UNDECODED]
    body = _Body(response, inflate, limits, request)
    extensions = {**response.extensions, CUTS: body.cuts}
    return httpx2.Response(response.status_code, headers=headers, stream=body, request=request, extensions=extensions)


@asynccontextmanager
async def iterating(source: AsyncIterable[Item]) -> AsyncIterator[AsyncIterator[Item]]:
    """Iterate, and close the generator at the end. Left to the garbage collector, it could be closed while it runs."""
    iterator = aiter(source)
    try:
        yield iterator
    finally:
        if isinstance(iterator, AsyncGenerator):
            await iterator.aclose()


class _Body(httpx2.AsyncByteStream):
    """The body of one response, decompressed, in small pieces, up to its limits."""

    def __init__(self, response: httpx2.Response, inflate: Inflate, limits: Limits, request: httpx2.Request) -> None:
        self._response, self._inflate = response, inflate
        self._limits, self._request = limits, request
        self.cuts: list[Limits] = []
        self._size, self._exceeds = _body_limits(response, limits, request)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces. The text of an error ends at its limit, because its beginning is enough.

        Raises:
            Unreadable: if any other body exceeds a limit, or is not compressed as its header says.
        """
        room = left = int(getattr(self._limits, self._size))
        async with iterating(self._pieces()) as pieces:
            async for piece, received in pieces:
                left -= received
                if len(piece) > room or left < 0:
                    if self._size != "error_bytes":
                        raise limit_error(self._size, self._limits, self._request)
                    self.cuts.append(self._limits)
                    yield piece[:room]
                    return
                if self._exceeds and (name := self._exceeds(piece)):
                    raise limit_error(name, self._limits, self._request)
                room -= len(piece)
                if piece:
                    yield piece

    async def aclose(self) -> None:
        """Close the connection, or return it to the pool if the body has been read to its end."""
        await self._response.aclose()

    async def _pieces(self) -> AsyncIterator[tuple[bytes, int]]:
        """Yield small pieces, each with the number of bytes received for it, and let other tasks run in between."""
        fairness = Fairness()
        assert isinstance(self._response.stream, httpx2.AsyncByteStream)
        async with iterating(self._response.stream) as stream:
            async for data in stream:
                received = len(data)
                for piece in self._decompress(data):
                    for begin in range(0, len(piece), _PIECE_BYTES):
                        if fairness.is_due:
                            await asyncio.sleep(0)
                        yield piece[begin : begin + _PIECE_BYTES], received
                        received = 0
                if received:
                    yield b"", received

    def _decompress(self, data: bytes) -> Iterator[bytes]:
        try:
            yield from self._inflate(data)
        except BadCompression as error:
            raise _unknown_encoding(self._response, self._request) from error


def _body_limits(response: httpx2.Response, limits: Limits, request: httpx2.Request) -> tuple[str, Exceeds | None]:
    """Return the name of the limit on the size of that response, and the check of its content."""
    if response.status_code >= _ERROR:
        return "error_bytes", None
    if request.url.path.endswith(_REPLIES):
        return "reply_bytes", None  # its decoder has limits of its own
    if "json" in response.headers.get("content-type", "").lower():
        return "answer_bytes", Nesting(limits).exceeds
    return "answer_bytes", None


def _unknown_encoding(response: httpx2.Response, request: httpx2.Request) -> Unreadable:
    return Unreadable("encoding", request, encoding=response.headers.get("content-encoding", "")[:80])

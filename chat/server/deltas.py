"""The deltas of an open reply: its bytes are decoded as they come, and every way in which it can break is a fault."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Mapping

import httpx2
import openai

from chat.process.limits import read_limits
from chat.process.waits import read_waits
from chat.server.errors import find_cause, stream_fault
from chat.server.faults import Fault, make_fault, refused
from chat.server.request import Request
from chat.server.status.headers import REQUEST, read_id
from chat.server.stream.decoder import Decoder, Problem
from chat.server.transport.bounded import iterating
from chat.server.transport.unreadable import limit_facts
from termination import Delta

_LONGER = 4  # times as long to wait if a reason for the end says little
log = logging.getLogger("fullstop")


class Deltas:
    """The deltas of an open stream. It ends when the stream ends, whether or not the server said why.

    `request_id` is what the server calls the request; empty if it did not say.
    """

    def __init__(self, response: openai.AsyncAPIResponse[object], request: Request) -> None:
        self._endpoint, self._id = request.endpoint, request.id
        self.request_id = read_id(response.headers, REQUEST)
        self._status, self._kind = response.status_code, response.headers.get("content-type", "")
        self._pieces = _pieces(response)
        self._decoder = Decoder(read_limits())
        self._ready: deque[Delta | Problem] = deque()
        self._fault: Fault | None = None
        self._is_empty = True

    async def close(self) -> None:
        """Close what reads the bytes. Left to the garbage collector, it could be closed while it runs."""
        await self._pieces.aclose()

    def __aiter__(self) -> "Deltas":
        return self

    async def __anext__(self) -> Delta:
        """Return the next delta.

        Raises:
            Fault: for an error in the stream, and for every error in reading it, after the text that had come.
        """
        while (delta := self.next_ready()) is None:
            if self._fault:
                raise self._fault
            if self._decoder.is_over:
                raise StopAsyncIteration
            self._ready.extend(await self._read())
        return delta

    def next_ready(self) -> Delta | None:
        """Return the next delta if it has come already, or None, without waiting.

        Raises:
            Fault: for an error in the stream.
        """
        if not self._ready:
            return None
        part = self._ready.popleft()
        if isinstance(part, Problem):
            raise self._problem_fault(part)
        return part

    async def _read(self) -> list[Delta | Problem]:
        """Return what comes next: nothing if a piece completes nothing."""
        decoder = self._decoder
        try:
            piece = await self._next_piece()
        except Exception as error:
            if not decoder.is_finished:
                self._fault = stream_fault(error, self._endpoint, self._id)
            return [part for part in decoder.end() if isinstance(part, Delta)]
        if piece is None:
            return self._end()
        self._is_empty = False
        return decoder.feed(piece)

    async def _next_piece(self) -> bytes | None:
        """Return the next bytes; None at the end, and if the server is silent after it gave a reason for the end."""
        if not self._decoder.is_finished:
            return await anext(self._pieces, None)
        seconds = read_waits().settled_seconds * (_LONGER if self._decoder.is_doubtful else 1)
        try:
            async with asyncio.timeout(seconds) as silence:
                return await anext(self._pieces, None)
        except TimeoutError:
            if not silence.expired():
                raise
            return None

    def _end(self) -> list[Delta | Problem]:
        if self._is_empty:
            facts = self._arrived("")
            self._fault = make_fault("disconnected", "network", "empty", **facts)
        return self._decoder.end()

    def _problem_fault(self, problem: Problem) -> Fault:
        """Return the fault that a problem of the body stands for."""
        facts: Mapping[str, str] = {"message": problem.words}
        kind = problem.kind
        if kind == "server_error" and (cause := find_cause(problem.words)):
            kind, facts = cause, {"url": self._endpoint.base_url, **facts}
        elif problem.kind in ("not_chat", "not_json"):
            facts = self._arrived(problem.words)
        elif problem.kind != "server_error":
            facts = {"url": self._endpoint.base_url, **limit_facts(problem.kind, read_limits())}
        if problem.is_refusal:
            return refused(kind, **facts)
        return make_fault("server_error", "server", kind, **facts)

    def _arrived(self, words: str) -> dict[str, str]:
        """Return facts about what came in the place of a reply."""
        kind = " ".join(self._kind.split())[:80] or "–"
        return {"url": self._endpoint.base_url, "status": str(self._status), "type": kind, "words": words}


async def _pieces(response: openai.AsyncAPIResponse[object]) -> AsyncGenerator[bytes]:
    """Yield the body as our transport gives it: in small pieces, decompressed."""
    stream = response.http_response.stream
    assert isinstance(stream, httpx2.AsyncByteStream)
    async with iterating(stream) as pieces:
        async for piece in pieces:
            yield piece

"""A stream as it arrives: its bytes with their times, as `curl -N` would show them."""

import asyncio
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx2
import openai

from chat.process.limits import read_limits
from chat.process.waits import read_waits
from chat.server.endpoint import client_arguments
from chat.server.request import Request
from chat.server.server import server_of
from chat.server.stream.decoder import Decoder, Problem
from chat.server.stream.error_text import MOST_CHARACTERS
from chat.server.stream.events import split_events
from chat.server.stream.oddities import Oddities
from chat.server.stream.status_text import has_words, server_words
from termination import Delta, delta


@dataclass(frozen=True)
class Recording:
    """The pieces of a stream, each with the seconds since the request.

    Attributes:
        over: True if the server has closed the stream, also if it broke.
        kind: the Content-Type.
        broken: how the connection broke; empty if it did not.
        refusal: the error of a server that sends no stream.
        status: the status of the refusal, if its body has no words; else 0.
    """

    pieces: tuple[tuple[float, bytes], ...]
    over: bool
    kind: str = "text/event-stream"
    broken: str = ""
    refusal: str = ""
    status: int = 0

    @cached_property
    def data(self) -> bytes:
        """Return all bytes."""
        return b"".join(piece for _, piece in self.pieces)

    @cached_property
    def chunks(self) -> list[object]:
        """Return the events that are JSON."""
        return [chunk for chunk in map(_parse, split_events(self.data)) if chunk is not None]

    @cached_property
    def deltas(self) -> list[Delta]:
        """Return the events, each as a delta of its own."""
        return [delta(chunk) for chunk in self.chunks]

    @property
    def complete(self) -> bool:
        """True if the reply has ended, even if the server keeps the connection open."""
        return self.over or self._decoded.is_done

    @property
    def error(self) -> str:
        """Return the error that the server reports, before the stream or in it; "" if there is none."""
        return self.refusal or self._decoded.error

    @property
    def oddities(self) -> Oddities:
        """Return what departs from the chat protocol."""
        return self._decoded.oddities

    @property
    def finish_reason(self) -> str | None:
        """Return why the reply has ended, as the chat reads it; None if the server does not say."""
        return self._decoded.finish_reason

    @property
    def last(self) -> Delta | None:
        """Return the last chunk that says why the reply has ended."""
        return next((each for each in reversed(self.deltas) if each.finish_reason), None)

    @property
    def content(self) -> str:
        """Return the text, without that in a separate field for the thought."""
        return "".join(each.content for each in self.deltas)

    @cached_property
    def _decoded(self) -> "_Decoded":
        """Return what the chat reads in the stream."""
        decoder = Decoder(read_limits())
        parts = decoder.feed(self.data)
        is_done = decoder.is_over
        if self.over:
            parts += decoder.end()
        errors = [part.words or part.kind for part in parts if isinstance(part, Problem)]
        finishes = [part.finish_reason for part in parts if isinstance(part, Delta) and part.finish_reason]
        return _Decoded(is_done, next(iter(errors), ""), next(iter(finishes), None), decoder.oddities)


@dataclass(frozen=True, slots=True)
class _Decoded:
    """What the chat reads in a stream. `is_done`: the server has said that the reply is over."""

    is_done: bool
    error: str
    finish_reason: str | None
    oddities: Oddities


class _EnoughError(Exception):
    """A stream that is longer than the doctor needs."""


class _Tape:
    """What comes of one request while it is recorded."""

    def __init__(self) -> None:
        self.pieces: list[tuple[float, bytes]] = []
        self.kind = ""

    def recording(self, over: bool, broken: str = "") -> Recording:
        """Return what was recorded."""
        return Recording(tuple(self.pieces), over, self.kind, broken)


async def record(request: Request, seconds: float) -> Recording:
    """Record a reply to its end, but at most for `seconds`. The first piece may take `doctor_first_seconds`."""
    tape = _Tape()
    try:
        await _read_pieces(request, client_arguments(request), tape, seconds)
    except (TimeoutError, _EnoughError):
        return tape.recording(over=False)
    except openai.APIStatusError as refusal:
        status = 0 if has_words(refusal) else refusal.status_code
        return Recording((), over=True, refusal=server_words(refusal), status=status)
    except (openai.APIError, httpx2.HTTPError) as error:  # the stream breaks off
        return tape.recording(over=True, broken=" ".join(str(error).split())[:MOST_CHARACTERS] or type(error).__name__)
    return tape.recording(over=True)


async def _read_pieces(request: Request, body: dict[str, Any], tape: _Tape, seconds: float) -> None:
    now, room, waits = asyncio.get_running_loop().time, read_limits().answer_bytes, read_waits()
    began = now()
    async with asyncio.timeout_at(began + waits.doctor_first_seconds) as patience:
        completions = server_of(request).connection.client.chat.completions
        opening = completions.with_streaming_response.create(stream=True, **body)
        async with opening as response:
            tape.kind = response.headers.get("content-type", "")
            async for piece in response.iter_bytes():
                if not tape.pieces:
                    patience.reschedule(max(began + seconds, now() + waits.doctor_after_first_seconds))
                tape.pieces.append((now() - began, piece))
                room -= len(piece)
                if room < 0:
                    raise _EnoughError


def _parse(data: bytes) -> object:
    try:
        chunk: object = json.loads(data.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    return chunk

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
from chat.server.stream.error_text import error_text
from chat.server.stream.events import split_events
from chat.server.stream.status_text import server_words
from termination import Delta, delta


@dataclass(frozen=True)
class Recording:
    """The pieces of a stream, each with the seconds since the request. `over`: the server has closed the stream.

    `refusal` is the error of a server that sends no stream.
    """

    pieces: tuple[tuple[float, bytes], ...]
    over: bool
    refusal: str = ""

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
        """Return the events as the chat reads them."""
        return [delta(chunk) for chunk in self.chunks]

    @property
    def error(self) -> str:
        """Return the error that the server reports, before the stream or in it; "" if there is none."""
        return self.refusal or next((words for words in map(error_text, self.chunks) if words), "")

    @property
    def last(self) -> Delta | None:
        """Return the chunk that says why the reply has ended."""
        return next((each for each in self.deltas if each.finish_reason), None)

    @property
    def content(self) -> str:
        """Return the text, without that in a separate field for the thought."""
        return "".join(each.content for each in self.deltas)


class _EnoughError(Exception):
    """A stream that is longer than the doctor needs."""


async def record(request: Request, seconds: float) -> Recording:
    """Record a reply to its end, but at most for `seconds`. The first piece may take `doctor_first_seconds`."""
    pieces: list[tuple[float, bytes]] = []
    try:
        await _read_pieces(request, client_arguments(request), pieces, seconds)
    except (TimeoutError, _EnoughError):
        return Recording(tuple(pieces), over=False)
    except openai.APIStatusError as refusal:
        return Recording((), over=True, refusal=server_words(refusal))
    except (openai.APIError, httpx2.HTTPError):  # the stream breaks off
        pass
    return Recording(tuple(pieces), over=True)


async def _read_pieces(
    request: Request, body: dict[str, Any], pieces: list[tuple[float, bytes]], seconds: float
) -> None:
    now, room, waits = asyncio.get_running_loop().time, read_limits().answer_bytes, read_waits()
    began = now()
    async with asyncio.timeout_at(began + waits.doctor_first_seconds) as patience:
        completions = server_of(request).connection.client.chat.completions
        opening = completions.with_streaming_response.create(stream=True, **body)
        async with opening as response:
            async for piece in response.iter_bytes():
                if not pieces:
                    patience.reschedule(max(began + seconds, now() + waits.doctor_after_first_seconds))
                pieces.append((now() - began, piece))
                room -= len(piece)
                if room < 0:
                    raise _EnoughError


def _parse(data: bytes) -> object:
    try:
        chunk: object = json.loads(data.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None
    return chunk

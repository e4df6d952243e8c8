"""A stream as it arrives: its bytes, each with its time, as `curl -N` would see them."""

import asyncio
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx2
import openai

from chat.process.limits import read_limits
from chat.process.waits import read_waits
from chat.server.chunk import error
from chat.server.endpoint import client_arguments
from chat.server.request import Request
from chat.server.server import server_of
from chat.server.transport.event_stream import events
from termination import Delta, delta


@dataclass(frozen=True)
class Heard:
    """What came: pieces with the seconds since the request. `over` says that the server has closed the stream."""

    pieces: tuple[tuple[float, bytes], ...]
    over: bool
    refusal: str = ""

    @cached_property
    def data(self) -> bytes:
        """All bytes."""
        return b"".join(piece for _, piece in self.pieces)

    @cached_property
    def chunks(self) -> list[object]:
        """The events that are JSON."""
        whole, _ = events(self.data.decode("utf-8", errors="replace"))
        return [chunk for chunk in map(_parsed, whole) if chunk is not None]

    @cached_property
    def deltas(self) -> list[Delta]:
        """The same as the chat reads them."""
        return [delta(chunk) for chunk in self.chunks]

    @property
    def error(self) -> str:
        """What the server says is wrong, before the stream or in it."""
        return self.refusal or next((words for words in map(error, self.chunks) if words), "")

    @property
    def ended(self) -> Delta | None:
        """The chunk that says why the reply has ended."""
        return next((each for each in self.deltas if each.finish_reason), None)

    @property
    def content(self) -> str:
        """The text outside a field of its own for the thought."""
        return "".join(each.content for each in self.deltas)


class _EnoughError(Exception):
    """More has come than the doctor needs."""


async def heard(request: Request, seconds: float) -> Heard:
    """Listens to the end, or for so long; where nothing at all has come by then, until `doctor_first_seconds`."""
    pieces: list[tuple[float, bytes]] = []
    try:
        await _listen(request, client_arguments(request), pieces, seconds)
    except (TimeoutError, _EnoughError):
        return Heard(tuple(pieces), over=False)
    except openai.APIStatusError as refusal:
        return Heard((), over=True, refusal=refusal.message[:300])
    except (openai.APIError, httpx2.HTTPError):  # it breaks off
        pass
    return Heard(tuple(pieces), over=True)


async def _listen(request: Request, body: dict[str, Any], pieces: list[tuple[float, bytes]], seconds: float) -> None:
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


def _parsed(text: str) -> object:
    try:
        chunk: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return chunk

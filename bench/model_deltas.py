"""A way to decode replies with the models of the client library, for one row of the measurements."""

from collections.abc import AsyncIterator
from typing import Any

import openai

from chat.server import endpoint
from chat.server.deltas import Deltas
from chat.server.request import Request
from termination import Delta, delta


class ModelDeltas(Deltas):
    """The deltas of an open stream. Each chunk is awaited."""

    def __init__(self, response: openai.AsyncAPIResponse[Any], request: Request) -> None:
        super().__init__(response, request)
        self._response = response
        self._chunks: AsyncIterator[object] | None = None

    def next_ready(self) -> None:
        """Return None: no chunk is read ahead."""

    async def __anext__(self) -> Delta:
        if self._chunks is None:
            self._chunks = await self._response.parse()
        return delta(await anext(self._chunks))


def install() -> None:
    """Decode every reply with `ModelDeltas`."""
    endpoint.Deltas = ModelDeltas  # type: ignore[misc]

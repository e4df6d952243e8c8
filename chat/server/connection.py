"""The HTTP connection to one model server: the client for streams, and short questions with a timeout."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import TypeVar
from uuid import uuid4

import httpx2
import openai
from openai import RequestOptions

from chat.process.waits import read_waits
from chat.profiles.profile import Endpoint
from chat.server.errors import is_silent
from chat.server.transport.bounded import BoundedClient

CONNECT_SECONDS = 10.0
_CONNECTIONS = 1000
_RETRY_SECONDS = (0.0, 0.2)
Answer = TypeVar("Answer")


class Connection:
    """The client of one endpoint, which all chats share."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    @cached_property
    def client(self) -> openai.AsyncOpenAI:
        """Return the client, made when it is first needed.

        It closes an idle connection before the server would: a request that meets the server's closing is lost.
        """
        limits = httpx2.Limits(max_connections=_CONNECTIONS, keepalive_expiry=read_waits().keep_alive_seconds)
        return openai.AsyncOpenAI(
            base_url=self.endpoint.base_url,
            api_key=self.endpoint.api_key or "none",
            http_client=BoundedClient(limits=limits),
            timeout=openai.Timeout(None, connect=CONNECT_SECONDS),
            max_retries=2,
        )

    @property
    def root(self) -> str:
        """Return the address of the server itself, above its `/v1`."""
        return self.endpoint.base_url.rstrip("/").removesuffix("/v1")

    async def get(self, path: str, *, quick: bool = False, retry: bool = True) -> object:
        """Return the JSON that the server answers.

        `path` is below the base URL, or a whole address. The wait is `side_request_seconds`; that of a `quick` question
        is `lookup_seconds`. A broken connection is tried again unless `retry` is false.

        Raises:
            openai.APIError: if the server cannot be reached, or answers with an error.
            ValueError: if the answer is not JSON.
        """
        options = _options(quick)
        return await _answer(lambda: self.client.get(path, cast_to=object, options=options), _seconds(quick), retry)

    async def get_text(self, path: str, *, quick: bool = False, retry: bool = True) -> str:
        """Return the text that the server answers. Otherwise as `get`."""
        options = _options(quick)
        return await _answer(lambda: self.client.get(path, cast_to=str, options=options), _seconds(quick), retry)

    async def post(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        headers: Mapping[str, str] | None = None,
        quick: bool = False,
        retry: bool = True,
    ) -> object:
        """Send `body` as JSON and return the JSON that the server answers. Otherwise as `get`."""
        options = _options(quick)
        options["headers"] = {**options["headers"], **(headers or {})}
        return await _answer(
            lambda: self.client.post(path, cast_to=object, body=body, options=options), _seconds(quick), retry
        )

    async def close(self) -> None:
        """Close the client; the next request makes another one."""
        client: openai.AsyncOpenAI | None = vars(self).pop("client", None)
        if client:
            await client.close()


def _seconds(quick: bool) -> float:
    waits = read_waits()
    return waits.lookup_seconds if quick else waits.side_request_seconds


def _options(quick: bool) -> RequestOptions:
    return {"timeout": _seconds(quick), "max_retries": 0, "headers": {"X-Request-Id": uuid4().hex}}


async def _answer(ask: Callable[[], Awaitable[Answer]], seconds: float, retry: bool) -> Answer:
    """Return the answer. A question is asked again if the connection broke, but not if the server is silent."""
    for pause in _RETRY_SECONDS if retry else ():
        try:
            return await _within(seconds, ask)
        except openai.APIConnectionError as error:
            if is_silent(error):
                raise
        await asyncio.sleep(pause)
    return await _within(seconds, ask)


async def _within(seconds: float, ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Return the answer. The client's own timeout is for each piece of it, and a server may send pieces without end.

    Raises:
        openai.APITimeoutError: if the whole answer takes longer.
    """
    try:
        async with asyncio.timeout(seconds) as patience:
            return await ask()
    except TimeoutError:
        if not patience.expired():
            raise
    request = httpx2.Request("GET", "")
    raise openai.APITimeoutError(request) from httpx2.ReadTimeout("the answer has no end", request=request)

"""The chat endpoint: opens a stream, gives its chunks as deltas, and closes it on every way out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
import openai
from openai.types.chat import ChatCompletionChunk

from chat.process.waits import read_waits
from chat.profiles.profile import Endpoint
from chat.server.chunk import error
from chat.server.errors import broken, is_silent, rejected, unexpected
from chat.server.faults import Fault, make_fault, refused
from chat.server.request import Request
from chat.server.transport.bounded import EVENT_STREAM, BoundedClient
from termination import Delta, delta

CONNECT_SECONDS = 10.0
_CONNECTIONS = 1000
_AGAIN_SECONDS = (0.0, 0.2)
Answer = TypeVar("Answer")
_Response = openai.AsyncAPIResponse[openai.AsyncStream[ChatCompletionChunk]]
_Opening = AbstractAsyncContextManager[_Response]
_OF_STOP_IDS = ("stop_token_ids", "include_stop_str_in_output")
log = logging.getLogger("fullstop")
without_stop_ids: set[Endpoint] = set()  # the servers that refuse them


@lru_cache(maxsize=32)
def client(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """The client for an endpoint; its connections are shared by all chats.

    An idle one is let go before the server would: a question that meets the server's closing is lost.
    """
    limits = httpx2.Limits(max_connections=_CONNECTIONS, keepalive_expiry=read_waits().keep_alive_seconds)
    return openai.AsyncOpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.api_key or "none",
        http_client=BoundedClient(limits=limits),
        timeout=openai.Timeout(None, connect=CONNECT_SECONDS),
        max_retries=2,
    )


async def answered(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """What the server says to a question beside the chat. Raises openai.APIError.

    It is asked again where the connection broke, not where it is silent.
    """
    for seconds in _AGAIN_SECONDS:
        try:
            return await ask()
        except openai.APIConnectionError as error:
            if is_silent(error):
                raise
        await asyncio.sleep(seconds)
    return await ask()


class Deltas:
    """The deltas of an open stream; ends when the stream ends, whether or not the server said why."""

    def __init__(self, stream: openai.AsyncStream[object], endpoint: Endpoint) -> None:
        self._stream, self._endpoint = stream, endpoint

    def __aiter__(self) -> "Deltas":
        return self

    async def __anext__(self) -> Delta:
        """Return the next delta. Raises Fault for an error in the stream, and for all that fails in reading it."""
        try:
            chunk = await anext(self._stream)
            words, read = error(chunk), delta(chunk)
        except StopAsyncIteration:
            raise
        except Exception as problem:
            raise broken(problem, self._endpoint) from problem
        if words:
            raise make_fault("server_error", "server", "server_error", message=words)
        return read


@asynccontextmanager
async def stream(request: Request) -> AsyncIterator[Deltas]:
    """Opens the stream of one turn. Raises Fault when the server does not give one, whatever the reason."""
    try:
        opening, response = await _opened(request)
    except openai.APIError as error:
        raise await explained(error, request) from error
    except Exception as error:
        raise unexpected(error, request.endpoint.api_key) from error
    try:
        kind = response.headers.get("content-type", "").lower()
        if not kind.startswith(EVENT_STREAM):
            raise await _not_chat(request)
        yield Deltas(await response.parse(to=openai.AsyncStream[object]), request.endpoint)
    finally:
        await _close(opening)


async def _close(opening: _Opening) -> None:
    """Close the connection. The turn has its ending by then, so a failure is only logged."""
    try:
        await opening.__aexit__(None, None, None)
    except Exception as error:
        log.warning("closing a stream failed: %s: %s", type(error).__name__, error)


async def _opened(request: Request) -> tuple[_Opening, _Response]:
    """A server that refuses stop token ids is asked without them: the turn itself ends at what they stand for."""
    refused_before = request.endpoint in without_stop_ids
    asked = replace(request, extra=_without_ids(request.extra)) if refused_before else request
    asks = client(request.endpoint)
    create = (asks.completions if request.prompt else asks.chat.completions).with_streaming_response.create
    opening: _Opening = create(stream=True, **as_sent(asked))
    try:
        return opening, await opening.__aenter__()
    except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
        if refused_before or "stop_token_ids" not in request.extra or "stop_token_ids" not in f"{error} {error.body}":
            raise
    log.warning("%s refuses stop_token_ids: it is asked without them from now on", request.endpoint.base_url)
    without_stop_ids.add(request.endpoint)
    return await _opened(request)


def as_sent(request: Request) -> dict[str, Any]:
    """The request as the client takes it, with a count of tokens in every chunk of a server that has one."""
    said = {"prompt": request.prompt} if request.prompt else {"messages": request.messages}
    return {
        "model": request.model,
        **said,
        "stream_options": {"include_usage": True, "continuous_usage_stats": True},
        "extra_body": request.extra,
        "extra_headers": request.headers,
        **request.sampling,
    }


def _without_ids(extra: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in extra.items() if name not in _OF_STOP_IDS}


async def explained(error: openai.APIError, request: Request) -> Fault:
    """Why the server did not take the request; asks it what it serves when the model is unknown there."""
    fault = rejected(error, request.endpoint.base_url, request.model)
    if fault.kind == "model":
        return refused(**{**fault.facts, "kind": "model", "served": ", ".join(await served_models(request.endpoint))})
    if fault.kind == "path" and await is_fullstop(request.endpoint):
        return refused("ourselves", url=request.endpoint.base_url)
    return fault


async def _not_chat(request: Request) -> Fault:
    kind = "ourselves" if await is_fullstop(request.endpoint) else "not_chat"
    return refused(kind, url=request.endpoint.base_url)


async def served_models(endpoint: Endpoint) -> list[str]:
    """The names under which the server serves its models; none when it does not say, or is no model server."""
    try:
        aside = client(endpoint).with_options(timeout=read_waits().side_request_seconds, max_retries=0)
        answer: object = await aside.get("/models", cast_to=object)
    except (openai.APIError, ValueError):
        return []
    models = answer.get("data") if isinstance(answer, dict) else None
    return [str(model["id"]) for model in models or () if isinstance(model, dict) and "id" in model]


async def is_fullstop(endpoint: Endpoint) -> bool:
    """Whether the address is a Fullstop page's own, mistaken for a model server."""
    parts = urlsplit(endpoint.base_url)
    try:
        aside = client(endpoint).with_options(timeout=read_waits().side_request_seconds, max_retries=0)
        return "<title>Fullstop</title>" in await aside.get(f"{parts.scheme}://{parts.netloc}/", cast_to=str)
    except openai.APIError:
        return False

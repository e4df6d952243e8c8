"""The chat endpoint: opens a reply, gives its deltas, and closes it on every way out."""

import asyncio
import logging
from collections.abc import AsyncIterator, Set
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import openai

from chat.server.deltas import Deltas
from chat.server.errors import rejection, unexpected_fault
from chat.server.faults import Fault, refused
from chat.server.models import Models, parse_models
from chat.server.request import Request
from chat.server.server import Server, server_of
from chat.server.status.headers import REQUEST, note_session, read_id, request_headers

_Response = openai.AsyncAPIResponse[object]
_Opening = AbstractAsyncContextManager[_Response]
_DEFAULTS = {"skip_special_tokens": True}  # since vLLM 0.33, its own default is the model's
_OPTIONAL = ("stop_token_ids", "include_stop_str_in_output", "skip_special_tokens")
log = logging.getLogger("fullstop")


@asynccontextmanager
async def open_stream(request: Request) -> AsyncIterator[Deltas]:
    """Open the stream of one turn, and close it at the end.

    Raises:
        Fault: if the server does not give a stream, whatever the reason.
    """
    try:
        opening, response = await _open(request)
    except openai.APIError as error:
        raise await _explain(error, request) from error
    except Exception as error:
        raise unexpected_fault(error, request.endpoint.api_key) from error
    note_session(request, response.headers)
    deltas = Deltas(response, request)
    try:
        yield deltas
    except Fault as fault:
        if fault.kind == "not_chat" and await is_fullstop(server_of(request)):
            raise refused("ourselves", url=request.endpoint.base_url) from fault
        raise
    finally:
        await _close(opening, deltas)


async def _close(opening: _Opening, deltas: Deltas) -> None:
    """Close the connection. The turn has its ending by then, so a failure is only logged."""
    try:
        await deltas.close()
        await opening.__aexit__(None, None, None)
    except Exception as error:
        log.warning("closing a stream failed: %s: %s", type(error).__name__, error)


async def _open(request: Request) -> tuple[_Opening, _Response]:
    """Send the request, without the optional fields that the server rejects.

    The page can do without them: it ends the turn at the text of a stop token itself, and removes special tokens. A
    server that quotes the whole request in its error rejects something else: then nothing is noted.
    """
    known, rejected = server_of(request).known, set[str]()
    while True:
        try:
            opened = await _send(request, rejected)
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            named = _named(error, request) - known.rejected_fields - rejected
            if not named:
                raise
            rejected |= named
        else:
            _note_rejected(request, rejected)
            return opened


async def _send(request: Request, omitted: Set[str]) -> tuple[_Opening, _Response]:
    client = server_of(request).connection.client
    create = (client.completions if request.prompt else client.chat.completions).with_streaming_response.create
    opening: _Opening = create(stream=True, **client_arguments(request, omitted))
    return opening, await opening.__aenter__()


def client_arguments(request: Request, omitted: Set[str] = frozenset()) -> dict[str, Any]:
    """Return the request as the client expects it, with token counts in every chunk if the server has them.

    The `omitted` fields are not in it, nor those that the server has rejected before.
    """
    omitted = omitted | server_of(request).known.rejected_fields
    content = {"prompt": request.prompt} if request.prompt else {"messages": request.messages}
    return {
        "model": request.model,
        **content,
        "stream_options": {"include_usage": True, "continuous_usage_stats": True},
        "extra_body": {name: value for name, value in _fields(request).items() if name not in omitted},
        "extra_headers": request_headers(request),
        **request.sampling,
    }


def _fields(request: Request) -> dict[str, Any]:
    """Return the fields that only vLLM's endpoint has."""
    return {**_DEFAULTS, **request.extra}


def _named(error: openai.APIStatusError, request: Request) -> set[str]:
    """Return the optional fields that the server's error names."""
    said = f"{error} {error.body}"
    named = {name for name in _OPTIONAL if name in _fields(request) and name in said}
    if "stop_token_ids" in named:
        named.add("include_stop_str_in_output")
    return named


def _note_rejected(request: Request, names: set[str]) -> None:
    """Note the fields without which the server has accepted the request."""
    if names:
        server, shown = request.endpoint.base_url, ", ".join(sorted(names & _fields(request).keys()))
        log.warning("%s rejects %s: requests are sent without them from now on", server, shown)
        server_of(request).known.rejected_fields |= names


async def _explain(error: openai.APIError, request: Request) -> Fault:
    """Return why the server did not accept the request; ask it what it serves if it does not know the model."""
    fault, server = rejection(error, request.endpoint.base_url, request.model), server_of(request)
    if isinstance(error, openai.APIStatusError):
        fault.request_id = read_id(error.response.headers, REQUEST)
    if fault.kind == "model":
        return refused(**{**fault.facts, "kind": "model", "served": ", ".join(await read_served_models(server))})
    if fault.kind == "path" and await is_fullstop(server):
        return refused("ourselves", url=request.endpoint.base_url)
    return fault


async def read_served_models(server: Server) -> tuple[str, ...]:
    """Return the names of the models that the server serves; none if it does not say, or is no model server."""
    models = await read_models(server)
    return models.names if models else ()


async def read_models(server: Server) -> Models | None:
    """Return the models in the server's list; None if no server answers. No list has no models."""
    try:
        return parse_models(await server.connection.get("/models", retry=False))
    except openai.APIConnectionError:
        return None
    except (openai.APIError, ValueError):
        return Models()


async def is_fullstop(server: Server) -> bool:
    """True if the address is a Fullstop page's own, mistaken for a model server."""
    parts = urlsplit(server.endpoint.base_url)
    try:
        page = await server.connection.get_text(f"{parts.scheme}://{parts.netloc}/", retry=False)
    except openai.APIError:
        return False
    return "<title>Fullstop</title>" in page


async def is_paused(server: Server) -> bool:
    """True if the server says that it is paused or sleeps, so that requests wait. Never raises.

    vLLM says so in its development mode, Ray Serve always.
    """
    states = ("is_paused", "is_sleeping")
    return any(await asyncio.gather(*(_is_in_state(server, state) for state in states)))


async def _is_in_state(server: Server, state: str) -> bool:
    connection = server.connection
    try:
        answer = await connection.get(f"{connection.root}/{state}", quick=True, retry=False)
    except (openai.APIError, ValueError):
        return False
    return isinstance(answer, dict) and answer.get(state) is True

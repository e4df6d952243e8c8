"""A small HTTP proxy with one fault, like those between a chat and its model."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

LOSES = "loses the connection"  # after as many tokens as the request's header TOKENS says
TOKENS = "X-Tokens"
FAULTS = ("buffers", "drops stop_token_ids", "keeps on reading", "cuts the end", "only /v1", LOSES)
_COUNT = re.compile(rb'"completion_tokens":(\d+)')
_LAST_WORDS = (b'"finish_reason":"', b'"choices":[]', b"[DONE]")


@asynccontextmanager
async def proxied(upstream: str, fault: str) -> AsyncIterator[str]:
    """Yield the address of a proxy before `upstream` with one of FAULTS."""
    assert fault in FAULTS
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(None)) as session:

        async def handle(request: web.Request) -> web.StreamResponse:
            return await _forward(session, upstream, fault, request)

        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        try:
            yield f"http://{host}:{port}"
        finally:
            await runner.cleanup()


async def _forward(
    session: aiohttp.ClientSession, upstream: str, fault: str, request: web.Request
) -> web.StreamResponse:
    if fault == "only /v1" and not request.path.startswith("/v1/"):
        return web.Response(status=404)
    body: object = await request.json() if request.can_read_body else None
    if fault == "drops stop_token_ids" and isinstance(body, dict):
        body.pop("stop_token_ids", None)
    headers = {name: value for name, value in request.headers.items() if name in ("Authorization", "Accept")}
    async with session.request(request.method, upstream + request.path_qs, json=body, headers=headers) as answer:
        if fault == "buffers" or answer.content_type != "text/event-stream":
            return web.Response(status=answer.status, body=await answer.read(), content_type=answer.content_type)
        response = web.StreamResponse(status=answer.status, headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        if await _stream(answer, response, fault, float(request.headers.get(TOKENS, "inf"))) and request.transport:
            request.transport.abort()
        return response


async def _stream(answer: aiohttp.ClientResponse, response: web.StreamResponse, fault: str, maximum: float) -> bool:
    """Forward event by event, also to a client that has gone. True if the connection is to be lost now."""
    gone = False
    while event := await _event(answer):
        if fault == LOSES and (count := _COUNT.search(event)) and int(count[1]) > maximum:
            return True
        if fault == "cuts the end" and any(word in event for word in _LAST_WORDS):
            return False
        try:
            if not gone:
                await response.write(event)
        except ConnectionResetError:
            if fault != "keeps on reading":
                raise
            gone = True
    return False


async def _event(answer: aiohttp.ClientResponse) -> bytes:
    try:
        return await answer.content.readuntil(b"\n\n")
    except aiohttp.ClientPayloadError:
        return b""

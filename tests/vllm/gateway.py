"""A gateway before a server: it brings the key and further fields, and records what is asked."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.vllm.playing import merged
from tests.vllm.server import KEY

CHAT = "/v1/chat/completions"
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the client sent it, and when."""

    path: str
    body: Fields
    at: float


@dataclass
class Gateway:
    """A gateway before the server at `upstream`.

    Each request with messages gets the fields of `template`; one for a reply gets those of `script`, too.
    """

    upstream: str
    template: Fields = field(default_factory=dict)
    script: Fields = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)
    root: str = ""

    @property
    def base_url(self) -> str:
        return f"{self.root}/v1"

    def chats(self) -> list[Asked]:
        """Return the requests for replies, without those of one token, by which the app looks at a prompt."""
        return [each for each in self.requests if each.path == CHAT and each.body.get("max_tokens") != 1]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] | None = await request.json() if request.can_read_body else None
        self.requests.append(Asked(request.path, dict(body or {}), time.monotonic()))
        if body is not None and "messages" in body:
            body = merged(body, self.template)
        if body is not None and request.path == CHAT:
            body = merged(body, self.script)
        return await self._forward(request, body)

    async def _forward(self, request: web.Request, body: dict[str, Any] | None) -> web.StreamResponse:
        headers = {"Authorization": f"Bearer {KEY}"}
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(None)) as session,
            session.request(request.method, self.upstream + request.path_qs, json=body, headers=headers) as answer,
        ):
            response = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
            await response.prepare(request)
            async for piece in answer.content.iter_any():
                await response.write(piece)
            return response


@asynccontextmanager
async def gateway_to(upstream: str) -> AsyncIterator[Gateway]:
    """Yield a gateway on a free port of the loopback."""
    gateway = Gateway(upstream)
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{path:.*}", gateway.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    gateway.root = f"http://{host}:{port}"
    try:
        yield gateway
    finally:
        await runner.cleanup()

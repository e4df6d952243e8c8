"""The processor time of the client stage per token: from the socket to the deltas of a reply.

`python -m bench.client BASE_URL` is the measured process. It prints the microseconds of each round.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any

import httpx2
import openai

from bench.stream_server import blast_question, paced_question, stream_server
from bench.table import Figure
from chat.process.startup import prepare
from chat.server.deltas import Deltas
from chat.server.endpoint import open_stream
from chat.server.request import request
from chat.server.server import close_servers
from chat.server.transport.bounded import iterating
from tests.browser.running_app import ROOT
from tests.shelf import profile

BLAST_TOKENS, ROUNDS = 8_000, 9
STREAMS, PACED_TOKENS, PER_SECOND, PACED_ROUNDS = 100, 100, 25, 5
TITLE = "Cost of the client stage"
HOW = (
    "Chunks as vLLM sends them with counts, from a server in another process. Raw bytes: the body is read through the "
    "openai client on its aiohttp transport, and dropped. Ours: `open_stream` until its last delta. Models: the "
    "objects of `chat.completions.create(stream=True)`, on the same transport. Processor time of the reading process, "
    "without the request, with garbage collector, all ways alternately in one process, the median of the rounds; the "
    f"first round warms up. Blast: one stream of {BLAST_TOKENS:,} tokens as fast as it is read, {ROUNDS} rounds. Lock "
    f"step: {STREAMS} streams, each gets a token at the same moments, {PER_SECOND} times a second, {PACED_TOKENS} "
    f"times, {PACED_ROUNDS} rounds. "
)
RAW, OURS, MODELS = "raw bytes", "ours", "models"
MOST_BLAST, MOST_PACED, LEAST_SAVED = 3.0, 5.0, 15.0
Reading = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read a stream. `open` gives a function that reads it to its end, and returns what it has counted."""

    name: str
    open: Callable[[str], AbstractAsyncContextManager[Reading]]


def measure() -> list[Figure]:
    """Measure all figures. This takes about two minutes."""
    with stream_server() as base_url:
        command = [sys.executable, "-m", "bench.client", base_url]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return figures_of(json.loads(done.stdout))


def figures_of(measured: dict[str, dict[str, list[float]]]) -> list[Figure]:
    """Return the figures of the microseconds that were measured in each round."""
    blast, paced = ({name: median(each) for name, each in measured[kind].items()} for kind in ("blast", "paced"))
    return [
        *(Figure(f"blast, {name}", blast[name], "µs a token") for name in (RAW, OURS, MODELS)),
        Figure("blast, ours divided by raw bytes", blast[OURS] / blast[RAW], most=MOST_BLAST),
        Figure("blast, models divided by ours", blast[MODELS] / blast[OURS], least=LEAST_SAVED),
        *(Figure(f"lock step, {name}", paced[name], "µs a token") for name in (RAW, OURS)),
        Figure("lock step, ours divided by raw bytes", paced[OURS] / paced[RAW], most=MOST_PACED),
        Figure("lock step, tokens in one read", paced["tokens in one read"], most=1.05),
    ]


class Ways:
    """The ways to read, with their clients."""

    def __init__(self, base_url: str) -> None:
        self._profile = profile(base_url)
        transport = openai.DefaultAioHttpClient(limits=httpx2.Limits(max_connections=1_000))
        self._client = openai.AsyncOpenAI(base_url=base_url, api_key="none", http_client=transport, max_retries=0)
        self.all = [Way(RAW, self._open_bytes), Way(OURS, self._open_deltas), Way(MODELS, self._open_models)]

    async def close(self) -> None:
        """Close all clients."""
        await self._client.close()
        await close_servers()

    def _arguments(self, question: str) -> dict[str, Any]:
        return {"model": "scripted", "messages": [{"role": "user", "content": question}], "stream": True}

    @asynccontextmanager
    async def _open_bytes(self, question: str) -> AsyncIterator[Reading]:
        create = self._client.chat.completions.with_streaming_response.create
        async with create(**self._arguments(question)) as response:
            stream = response.http_response.stream
            assert isinstance(stream, httpx2.AsyncByteStream)
            yield lambda: _count_reads(stream)

    @asynccontextmanager
    async def _open_deltas(self, question: str) -> AsyncIterator[Reading]:
        messages = self._arguments(question)["messages"]
        async with open_stream(request(self._profile, "FULL", messages, (), "chat-1")) as deltas:
            yield lambda: _count_deltas(deltas)

    @asynccontextmanager
    async def _open_models(self, question: str) -> AsyncIterator[Reading]:
        async with await self._client.chat.completions.create(**self._arguments(question)) as chunks:
            yield lambda: _count_texts(choice.delta.content async for chunk in chunks for choice in chunk.choices)


async def _count_reads(stream: httpx2.AsyncByteStream) -> int:
    reads = 0
    async with iterating(stream) as pieces:
        async for _ in pieces:
            reads += 1
    return reads


async def _count_deltas(deltas: Deltas) -> int:
    """Read as `Play` does: it waits only for what has not come."""
    count = 0
    while delta := deltas.next_ready() or await anext(deltas, None):
        count += bool(delta.content)
    return count


async def _count_texts(texts: AsyncIterator[str | None]) -> int:
    count = 0
    async for text in texts:
        count += bool(text)
    return count


async def _run(base_url: str) -> dict[str, dict[str, list[float]]]:
    prepare()
    ways = Ways(base_url)
    blast = await _measure_rounds(ways.all, ROUNDS, blast_question(BLAST_TOKENS), 1, BLAST_TOKENS)
    question = paced_question(PACED_TOKENS, STREAMS, PER_SECOND)
    paced = await _measure_rounds(ways.all[:2], PACED_ROUNDS, question, STREAMS, PACED_TOKENS)
    await ways.close()
    return {"blast": blast, "paced": paced}


async def _measure_rounds(
    ways: Sequence[Way], rounds: int, question: str, streams: int, tokens: int
) -> dict[str, list[float]]:
    """Return the microseconds per token of each round, and how many tokens came in one read of raw bytes."""
    measured: dict[str, list[float]] = {way.name: [] for way in ways} | {"tokens in one read": []}
    for number in range(rounds + 1):
        for way in ways:
            microseconds, count = await _measure(way, question, streams, tokens)
            assert way.name == RAW or count == streams * tokens, f"{way.name}: {count} texts"
            if number:
                measured[way.name].append(microseconds)
            if number and way.name == RAW:
                measured["tokens in one read"].append(streams * tokens / count)
    return measured


async def _measure(way: Way, question: str, streams: int, tokens: int) -> tuple[float, int]:
    """Return the microseconds per token of reading that many streams at once, and what they counted together."""
    async with AsyncExitStack() as opened:
        readings = [await opened.enter_async_context(way.open(question)) for _ in range(streams)]
        before = process_time()
        counts = await asyncio.gather(*(read() for read in readings))
        spent = process_time() - before
    return 1e6 * spent / (streams * tokens), sum(counts)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_run(*sys.argv[1:]))))

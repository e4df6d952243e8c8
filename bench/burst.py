"""The effect of a burst in one chat on other chats, on Stop, and on the app's memory."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from statistics import median

from socketio.exceptions import SocketIOError

from bench.chats import Chat, open_chats
from bench.model import SUM, burst_question
from bench.table import Figure
from bench.watched import WatchedApp, resident_megabytes, watched_app

CHUNKS, SUMS, STOPS = 1_000_000, 10, 3
STOP_AFTER_SECONDS, STOP_SECONDS = 2.0, 0.5
BURST_CAP_SECONDS, CAP_SECONDS = 180, 60
SAMPLE_SECONDS, PAUSE_SECONDS = 0.05, 0.2
TITLE = "A burst from a fast server"
HOW = (
    f"One chat gets {CHUNKS:,} chunks of one word each, as fast as the app reads them, while another asks `2+2` "
    f"again and again (an answer of 25 tokens at 50 a second); at rest: {SUMS} times before, in the same process. "
    f"Stop: {STOPS} bursts, each stopped {STOP_AFTER_SECONDS:g} s after its first text; from the click to the end of "
    f"the turn. Memory: the maximum resident memory during the first burst, minus that before it. Clients over "
    f"socket.io; the server, the app and the clients share the machine's cores."
)


def measure() -> list[Figure]:
    """Measure all figures."""
    with watched_app() as watched:
        return asyncio.run(_run(watched))


async def _run(watched: WatchedApp) -> list[Figure]:
    async with open_chats(watched.app.url, 2 + STOPS) as (fast, other, *stopped):
        await asyncio.gather(fast.ask(burst_question(100)), other.ask(SUM))  # the first turn loads modules
        rest = [await _measure_seconds(other.ask(SUM)) for _ in range(SUMS)]
        async with _sample_memory(watched.app.pid) as megabytes:
            start = time.time()
            burst = asyncio.create_task(_measure_seconds(fast.ask(burst_question(CHUNKS)), BURST_CAP_SECONDS))
            await fast.first_text.wait()  # from here on the app is under load
            busy: list[float] = []
            while not burst.done():
                busy.append(await _measure_seconds(other.ask(SUM)))
                await asyncio.sleep(PAUSE_SECONDS)
            ended = time.time()
        stops = [await _measure_stop(chat) for chat in stopped]
    lags = watched.lags(start, ended)
    idle = median(rest)
    return [
        Figure("`2+2` at rest, median", idle, "s"),
        Figure(f"`2+2` during a burst of {CHUNKS:,} chunks, median", median(busy), "s", most=round(2 * idle, 2)),
        Figure("the longest of these", max(busy), "s", most=round(2 * idle, 2)),
        Figure("number of these questions during the burst", len(busy)),
        Figure("the burst itself", burst.result(), "s"),
        Figure("Stop in a burst, the longest", max(stops), "s", most=STOP_SECONDS),
        Figure("longest lag of the event loop in the burst", lags.longest(), "ms"),
        Figure("longest work between two timers, in processor time", lags.longest_work(), "ms"),
        Figure("growth of memory", max(megabytes) - megabytes[0], "MB"),
    ]


async def _measure_seconds(turn: Awaitable[None], cap_seconds: float = CAP_SECONDS) -> float:
    """Return the seconds that a turn takes; infinity if it does not end, or if the app drops the connection."""
    start = time.perf_counter()
    try:
        async with asyncio.timeout(cap_seconds):
            await turn
    except (RuntimeError, TimeoutError, SocketIOError):
        return math.inf
    return time.perf_counter() - start


async def _measure_stop(chat: Chat) -> float:
    """Return the seconds that Stop takes during a burst."""
    turn = asyncio.create_task(chat.ask(burst_question(CHUNKS)))
    with suppress(TimeoutError):
        await asyncio.wait_for(chat.first_text.wait(), CAP_SECONDS)
    await asyncio.sleep(STOP_AFTER_SECONDS)
    seconds = await _measure_seconds(chat.stop())
    turn.cancel()
    with suppress(asyncio.CancelledError, RuntimeError, SocketIOError):
        await turn
    return seconds


@asynccontextmanager
async def _sample_memory(pid: int) -> AsyncIterator[list[float]]:
    """Yield a list of the resident megabytes of a process, to which samples are added while the block runs."""
    samples = [resident_megabytes(pid)]

    async def sample() -> None:
        while True:
            samples.append(resident_megabytes(pid))
            await asyncio.sleep(SAMPLE_SECONDS)

    sampling = asyncio.create_task(sample())
    yield samples
    sampling.cancel()

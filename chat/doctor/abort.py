"""Does the server stop generating when the stream is closed? Its gauge of running requests says so."""

import asyncio
import re

import openai

from chat.doctor.finding import Finding, good, problem, unknown
from chat.doctor.probe import probe
from chat.process.waits import read_waits
from chat.profiles.profile import FULL, Profile
from chat.server.endpoint import open_stream
from chat.server.faults import Fault
from chat.server.server import server_of

QUESTION = "Write the numbers from 1 to 1000 in words."
TOKENS = 512
SHOWN_SECONDS = 0.3
LOOK_SECONDS = 0.05
_RUNNING = re.compile(r"^vllm:num_requests_running(?:\{.*\})? (\S+)$", re.MULTILINE)


async def aborts(profile: Profile, stop_ids: tuple[int, ...]) -> Finding:
    """Opens a long reply, leaves it after the first chunk, and watches the gauge fall to what it was."""
    before = await _settled(profile)
    if before is None:
        return unknown("abort", "no_gauge")
    if not await _left(profile, stop_ids, before):
        return unknown("abort", "unseen")
    now = asyncio.get_running_loop().time
    left, most = now(), read_waits().doctor_abort_seconds
    while now() - left < most:
        running = await _running(profile)
        if running is not None and running <= before:
            return good("abort", "aborts", seconds=f"{now() - left:.2f}")
        await asyncio.sleep(LOOK_SECONDS)
    return unknown("abort", "others", running=f"{before:g}") if before else problem("abort", "goes_on")


async def _settled(profile: Profile) -> float | None:
    """The gauge once the doctor's own replies, left a moment ago, are gone from it, or almost a second on."""
    now = asyncio.get_running_loop().time
    began, most, running = now(), read_waits().doctor_settled_seconds, await _running(profile)
    while running and now() - began < most:
        await asyncio.sleep(LOOK_SECONDS)
        running = await _running(profile)
    return running


async def _left(profile: Profile, stop_ids: tuple[int, ...], before: float) -> bool:
    """Whether the gauge showed the reply before it was left."""
    try:
        async with (
            asyncio.timeout(read_waits().doctor_long_reply_seconds),
            open_stream(probe(profile, FULL, stop_ids, TOKENS, QUESTION)) as deltas,
        ):
            await anext(deltas, None)
            return await _shown(profile, before)
    except (TimeoutError, Fault):
        return False


async def _shown(profile: Profile, before: float) -> bool:
    now = asyncio.get_running_loop().time
    began = now()
    while now() - began < SHOWN_SECONDS:
        if (await _running(profile) or 0) > before:
            return True
        await asyncio.sleep(LOOK_SECONDS)
    return False


async def _running(profile: Profile) -> float | None:
    """How many requests the server is at work on, on all its engines."""
    connection = server_of(profile).connection
    try:
        metrics = await connection.get_text(f"{connection.root}/metrics", retry=False)
        running = [float(number) for number in _RUNNING.findall(metrics)]
    except (openai.APIError, ValueError):
        return None
    return sum(running) if running else None

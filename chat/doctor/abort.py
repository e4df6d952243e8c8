"""A check whether the server stops generating when the stream is closed. Its gauge of running requests shows it."""

import asyncio
import re

import openai

from chat.doctor.finding import Finding, good, problem, unknown
from chat.doctor.probe import probe_request
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


async def check_abort(profile: Profile, stop_ids: tuple[int, ...]) -> Finding:
    """Open a long reply, close it after the first chunk, and watch whether the gauge falls to its former value."""
    before = await _wait_for_rest(profile)
    if before is None:
        return unknown("abort", "no_gauge")
    if not await _open_and_close(profile, stop_ids, before):
        return unknown("abort", "unseen")
    now = asyncio.get_running_loop().time
    left, most = now(), read_waits().doctor_abort_seconds
    while now() - left < most:
        running = await _read_gauge(profile)
        if running is not None and running <= before:
            return good("abort", "aborts", seconds=f"{now() - left:.2f}")
        await asyncio.sleep(LOOK_SECONDS)
    if before:
        return unknown("abort", "others", running=f"{before:g}")
    return problem("abort", "goes_on")


async def _wait_for_rest(profile: Profile) -> float | None:
    """Wait until the doctor's closed replies have left the gauge, at most `doctor_settled_seconds`. Return it."""
    now = asyncio.get_running_loop().time
    began, most, running = now(), read_waits().doctor_settled_seconds, await _read_gauge(profile)
    while running and now() - began < most:
        await asyncio.sleep(LOOK_SECONDS)
        running = await _read_gauge(profile)
    return running


async def _open_and_close(profile: Profile, stop_ids: tuple[int, ...], before: float) -> bool:
    """Open a reply, and close it after the first chunk. True if the gauge showed it in between."""
    try:
        async with (
            asyncio.timeout(read_waits().doctor_long_reply_seconds),
            open_stream(probe_request(profile, FULL, stop_ids, TOKENS, QUESTION)) as deltas,
        ):
            await anext(deltas, None)
            return await _wait_for_rise(profile, before)
    except (TimeoutError, Fault):
        return False


async def _wait_for_rise(profile: Profile, before: float) -> bool:
    """Wait at most SHOWN_SECONDS until the gauge rises. True if it does."""
    now = asyncio.get_running_loop().time
    began = now()
    while now() - began < SHOWN_SECONDS:
        if (await _read_gauge(profile) or 0) > before:
            return True
        await asyncio.sleep(LOOK_SECONDS)
    return False


async def _read_gauge(profile: Profile) -> float | None:
    """Return the number of running requests of all engines; None if the server has no such gauge."""
    connection = server_of(profile).connection
    try:
        metrics = await connection.get_text(f"{connection.root}/metrics", retry=False)
        running = [float(number) for number in _RUNNING.findall(metrics)]
    except (openai.APIError, ValueError):
        return None
    if not running:
        return None
    return sum(running)

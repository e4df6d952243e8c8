"""The processor time of the app per token, with four chats at once and no browser."""

import asyncio
import os
from pathlib import Path

from bench.chats import open_chats
from bench.model import question
from bench.table import Row
from bench.ways import Ways, both_ways
from tests.browser.running_app import RunningApp

CHATS, THOUGHT, ANSWER, PER_SECOND, ROUNDS = 4, 500, 1000, 100, 3
HOW = (
    f"{CHATS} chats at once, each {THOUGHT} tokens of thought and {ANSWER} of answer at {PER_SECOND} a second; "
    f"processor time of the app's process from question to end of turn, clients over socket.io; {ROUNDS} rounds."
)


def measure() -> Row:
    """Measure both apps."""
    with both_ways() as ways:
        ours, cookbook = asyncio.run(_measure_rounds(ways))
    return Row("processor time of the server per token", "µs", ours, cookbook, HOW)


async def _measure_rounds(ways: Ways) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    cookbook: list[float] = []
    for app in (ways.ours, ways.cookbook):
        await measure_microseconds(app, 10, 10)  # the first turn of a process imports modules
    for _ in range(ROUNDS):
        ours.append(await measure_microseconds(ways.ours, THOUGHT, ANSWER))
        cookbook.append(await measure_microseconds(ways.cookbook, THOUGHT, ANSWER))
    return ours, cookbook


async def measure_microseconds(app: RunningApp, thought: int, answer: int) -> float:
    """Return the processor time of the app per token, while all chats get their replies."""
    async with open_chats(app.url, CHATS) as chats:
        before = cpu_seconds(app.pid)
        await asyncio.gather(*(chat.ask(question(thought, answer, PER_SECOND)) for chat in chats))
        spent = cpu_seconds(app.pid) - before
    return spent / (CHATS * (thought + answer)) * 1e6


def cpu_seconds(pid: int) -> float:
    """Return the processor seconds of a process with all its threads, in user mode and in the kernel."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = stat[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

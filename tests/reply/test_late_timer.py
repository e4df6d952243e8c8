"""If this process did not run for a while, it reads what has come meanwhile before a clock ends the turn."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from chat.profiles.modes import policy
from chat.reply.waiting import LATE_SECONDS, TurnTime
from termination import AnswerDelta, Delta, Event, Turn
from tests.scripted_server import Content, Done, Finish, Hang, Hold, KeepAlive, Raw, Role, ScriptedServer, Step
from tests.shelf import profile
from tests.wire import hostile
from tests.wire.fixtures import Chat

ROOT = Path(__file__).parents[2]
CLOCK_SECONDS = 1.0
EMPTY = Raw(b'data: {"choices":[{"delta":{}}]}\n\n')


@pytest.mark.parametrize("clock", ["idle", "total"])
async def test_a_stopped_process_reads_what_has_come(server: ScriptedServer, clock: str) -> None:
    """Stop the process at the first text. The rest waits in the socket when it runs again, long after the timeout."""
    written = Hold()
    server.play([Role(), Content("A"), go := Hold(), EMPTY, Content("B"), Finish(), Done(), written])
    command = [sys.executable, "-m", "tests.wire.stopping", server.base_url, f"{clock}={CLOCK_SECONDS}s"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert await asyncio.to_thread(stopped, process.pid)
    go.release()
    assert await asyncio.to_thread(written.reached.wait, 30)
    await asyncio.sleep(CLOCK_SECONDS + 2 * LATE_SECONDS)
    os.kill(process.pid, signal.SIGCONT)
    written.release()
    said, _ = await process.communicate()
    assert said.decode().split() == ["AB", "complete"]


def stopped(pid: int) -> bool:
    """Wait until that process has stopped."""
    while True:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state in "TZX":
            return state == "T"
        time.sleep(0.02)


@pytest.mark.parametrize("late_seconds", [0.0, 2 * LATE_SECONDS])
@pytest.mark.parametrize("before", [[], [KeepAlive()], [EMPTY, EMPTY]], ids=["text", "a comment", "empty chunks"])
async def test_a_blocked_loop_reads_what_has_come(
    server: ScriptedServer, chat: Chat, late_seconds: float, before: list[Step]
) -> None:
    """Read it however late the timer fires, even if the loop is free again just after its time."""
    chat.use(end={"clocks": {"idle": f"{CLOCK_SECONDS}s"}})
    server.play([Role(), Content("A"), go := Hold(), *before, Content("B"), written := Hold(), Finish(), Done()])

    def show(event: Event) -> None:
        if event == AnswerDelta("A"):
            at = time.monotonic()
            go.release()
            assert written.reached.wait(30)
            time.sleep(max(0.0, at + CLOCK_SECONDS + late_seconds - time.monotonic()))
        if event == AnswerDelta("B"):
            written.release()

    turn, _, _ = await chat.play(show=show)
    assert turn.answer == "AB"


async def test_a_clock_still_ends_a_turn_after_a_stop(server: ScriptedServer, chat: Chat) -> None:
    chat.use(end={"clocks": {"idle": f"{CLOCK_SECONDS}s"}})
    server.play([Role(), Content("A"), Hang()])

    def show(event: Event) -> None:
        if event == AnswerDelta("A"):
            time.sleep(CLOCK_SECONDS + 2 * LATE_SECONDS)

    turn, ending, fault = await chat.play(show=show)
    assert (turn.answer, ending.code, fault) == ("A", "idle_timeout", None)


async def test_a_clock_ends_a_flood_of_empty_chunks(chat: Chat) -> None:
    """Send them so fast that no wait is long enough for the timer."""
    empty = b'data: {"choices":[{"delta":{}}]}\n\n' * 1_000

    def reply() -> list[bytes]:
        return [hostile.EVENTS + b"\r\n", hostile.event("A"), *[empty] * 100_000]

    async with hostile.hostile(reply) as server:
        chat.use(server.base_url, end={"clocks": {"idle": "200ms"}})
        turn, ending, _ = await chat.play()
        assert (turn.answer, ending.code) == ("A", "idle_timeout")


async def test_the_time_of_a_turn_leaves_a_stop_out(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, at = asyncio.get_running_loop(), 1000.0
    monkeypatch.setattr(loop, "time", lambda: at)
    chosen = profile(end={"clocks": {"idle": "60s", "total": "30m"}})
    turn = Turn(policy(chosen, "FULL"), at)
    times = TurnTime(turn)
    turn.feed(Delta(content="A"), times.now())
    at += 59
    assert times.now() == 1059
    at += 90
    assert times.now() == 1060 - LATE_SECONDS
    turn.feed(Delta(content="B"), times.now())
    assert turn.ending is None
    at += 60
    assert times.now() == 1120 - LATE_SECONDS
    assert turn.tick(times.now())
    assert turn.ending
    assert turn.ending.code == "idle_timeout"

"""The watchdog logs the code that blocked the event loop, and ends with the loop."""

import asyncio
import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from runpy import run_path

import pytest

from chat.process import watchdog
from chat.process.watchdog import BadSetting, Watchdog, describe, read_limit, watch
from tests.browser.running_app import copy_of_the_house, running_app
from tests.scripted_server import ScriptedServer

PATIENCE_SECONDS = 60
SHORT = 0.05
SECRET = "the text of a chat"


@pytest.fixture(autouse=True)
def setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(watchdog.SETTING, str(SHORT))


@pytest.fixture
async def watched() -> AsyncIterator[Watchdog]:
    started = watch()
    assert started
    yield started
    started.end()


def block(text: str = SECRET) -> None:
    time.sleep(0.3 + 0 * len(text))


def keep_the_interpreter() -> None:
    sum(range(20_000_000))  # one call in C, during which no other thread can run


async def wait_for_log(words: str, caplog: pytest.LogCaptureFixture, act: Callable[[], None]) -> str:
    """Act until the log has a line with these words, and return it. On a busy machine one stall may hide another."""
    by = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < by:
        act()
        await asyncio.sleep(0.2)
        if found := [line for line in caplog.messages if words in line]:
            return found[0]
    raise AssertionError(f"no line with {words!r} among {caplog.messages}")


@pytest.mark.parametrize("stall", [block, keep_the_interpreter])
@pytest.mark.usefixtures("watched")
async def test_a_stall_is_logged_with_the_code_that_caused_it(
    stall: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    line = await wait_for_log(stall.__name__, caplog, stall)
    assert re.fullmatch(
        rf"The event loop stalled for \d+\.\d s while this ran: .*test_watchdog\.py:\d+ {stall.__name__}.*", line
    )


@pytest.mark.usefixtures("watched")
async def test_the_log_has_no_values(caplog: pytest.LogCaptureFixture) -> None:
    await wait_for_log("block", caplog, block)
    assert SECRET not in caplog.text


async def test_one_stall_is_one_line(watched: Watchdog, caplog: pytest.LogCaptureFixture) -> None:
    stalls = 0

    def block_and_count() -> None:
        nonlocal stalls
        stalls += 1
        time.sleep(0.3)

    await wait_for_log("block_and_count", caplog, block_and_count)
    watched.end()
    watched.thread.join(PATIENCE_SECONDS)
    assert len([line for line in caplog.messages if "block_and_count" in line]) <= stalls


def test_our_frames_come_first_and_the_innermost_follows() -> None:
    seen: list[str] = []

    class Environment(dict[str, str]):
        def get(self, *_: object) -> str:  # type: ignore[override]
            seen.append(describe(sys._getframe()))
            return ""

    read_limit(Environment())
    assert re.fullmatch(r"chat/process/watchdog\.py:\d+ read_limit \(in process/test_watchdog\.py:\d+ get\)", seen[0])


def test_a_stack_without_a_frame_of_ours_shows_its_innermost() -> None:
    assert describe(sys._getframe()).startswith("process/test_watchdog.py:")


def test_a_loop_that_waits_is_not_blamed() -> None:
    stacks: list[str] = []
    waiting = threading.Thread(target=lambda: asyncio.run(asyncio.sleep(PATIENCE_SECONDS)), daemon=True)
    waiting.start()
    while watchdog.WAITING not in stacks:
        time.sleep(0.01)
        frame = sys._current_frames().get(waiting.ident or 0)
        stacks.append(describe(frame) if frame else "")
        assert waiting.is_alive()


async def test_a_loop_has_one_watchdog(watched: Watchdog) -> None:
    assert watched.thread.is_alive()
    assert watch() is None
    assert run_path(watchdog.__file__)["watch"]() is None  # the module is loaded again, as in watch mode


def test_the_watchdog_ends_with_its_loop() -> None:
    async def run() -> Watchdog | None:
        return watch()

    started = asyncio.run(run())
    assert started
    started.thread.join(PATIENCE_SECONDS)
    assert not started.thread.is_alive()


async def test_off_starts_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(watchdog.SETTING, " Off ")
    before = threading.active_count()
    assert watch() is None
    assert threading.active_count() == before


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan", "inf", "0.01", "0,5"])
async def test_a_bad_setting_is_logged_and_the_default_applies(
    text: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(watchdog.SETTING, text)
    with pytest.raises(BadSetting, match=f"{watchdog.SETTING}={text}: expected seconds"):
        read_limit()
    started = watch()
    assert started
    started.end()
    assert caplog.record_tuples == [("fullstop", logging.ERROR, caplog.messages[0])]
    assert caplog.messages[0].endswith("the watchdog uses 0.5")


@pytest.mark.parametrize(("text", "limit"), [("", 0.5), ("2", 2.0), (" 0.25 ", 0.25), ("off", None)])
def test_a_setting_is_a_number_of_seconds_or_off(text: str, limit: float | None) -> None:
    assert read_limit({watchdog.SETTING: text}) == limit


def test_the_app_logs_that_its_process_was_stopped(tmp_path: Path) -> None:
    house = copy_of_the_house(tmp_path / "house")
    with ScriptedServer() as server, running_app(house, server.base_url, FULLSTOP_LAG_SECONDS="0.2") as app:
        by = time.monotonic() + PATIENCE_SECONDS
        while "the process was stopped for" not in app.output() and time.monotonic() < by:
            os.kill(app.pid, signal.SIGSTOP)
            time.sleep(1)
            os.kill(app.pid, signal.SIGCONT)
            time.sleep(0.5)
        assert "the process was stopped for" in app.output()

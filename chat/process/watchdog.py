"""The watchdog of the event loop: logs each stall, and the code that was running meanwhile."""

import asyncio
import logging
import os
import selectors
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

SETTING = "FULLSTOP_LAG_SECONDS"
DEFAULT_SECONDS = 0.5
LEAST_SECONDS = 0.05
UNKNOWN = "unknown code"
WAITING = "no code of the loop, but another thread or another process"
_SHOWN_FRAMES = 4
_HOME = Path(__file__).parents[2]
_OURS = (f"{_HOME / 'app.py'}", f"{_HOME / 'chat'}{os.sep}", f"{_HOME / 'termination'}{os.sep}")
# A clock that includes the time for which the machine slept, if the system has one.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
log = logging.getLogger("fullstop")


class BadSetting(ValueError):
    """The setting is no number of seconds. The text says what is right."""


class Watchdog:
    """A thread that expects a sign of life from the event loop, and samples the loop's stack when it is late."""

    def __init__(self, loop: asyncio.AbstractEventLoop, limit_seconds: float) -> None:
        self._loop = loop
        self._limit = limit_seconds
        self._period = limit_seconds / 4
        self._loop_thread = threading.get_ident()
        self._due = _now()
        self._lags: deque[float] = deque()
        self._ended = threading.Event()
        self.thread = threading.Thread(target=self._watch, name=_thread_name(loop), daemon=True)

    def start(self) -> None:
        """Start watching. Call it on the loop's own thread."""
        self._beat()
        self.thread.start()

    def end(self) -> None:
        """End the thread. It ends by itself when the loop does."""
        self._ended.set()

    def _beat(self) -> None:
        now = _now()
        if now - self._due >= self._limit:
            self._lags.append(now - self._due)
        self._due = now + self._period
        if not self._ended.is_set():
            self._loop.call_later(self._period, self._beat)

    def _watch(self) -> None:
        places: Counter[str] = Counter()
        paused = 0.0
        woken, worked = _now(), time.process_time()
        while not self._ended.wait(self._period) and self._loop.is_running():
            before, worked_before = woken, worked
            woken, worked = _now(), time.process_time()
            overslept = woken - before - self._period
            if worked - worked_before < overslept / 5:  # else some code kept the interpreter to itself
                paused = max(paused, overslept)
            if woken - self._due > self._limit / 2:
                places[self._place()] += 1
            elif not self._lags:
                places.clear()
                paused = 0.0
            while self._lags:
                _report(self._lags.popleft(), paused, places)

    def _place(self) -> str:
        frame = sys._current_frames().get(self._loop_thread)
        return describe(frame) if frame else UNKNOWN


def _now() -> float:
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


def _thread_name(loop: asyncio.AbstractEventLoop) -> str:
    return f"fullstop watchdog of loop {id(loop)}"


def watch() -> Watchdog | None:
    """Watch the running loop, unless it is watched already or the setting is `off`.

    A bad setting is logged, and the default applies.
    """
    loop = asyncio.get_running_loop()
    if any(thread.name == _thread_name(loop) for thread in threading.enumerate()):
        return None  # in watch mode this module is loaded again, so a variable of it would not know
    try:
        seconds = read_limit()
    except BadSetting as problem:
        log.error("%s; the watchdog uses %g", problem, DEFAULT_SECONDS)
        seconds = DEFAULT_SECONDS
    if seconds is None:
        return None
    watchdog = Watchdog(loop, seconds)
    watchdog.start()
    return watchdog


def read_limit(environment: Mapping[str, str] = os.environ) -> float | None:
    """Return the lag in seconds that is worth a line in the log, or None for `off`.

    Raises:
        BadSetting: if it is neither `off` nor a number of seconds.
    """
    text = environment.get(SETTING, "").strip()
    if not text:
        return DEFAULT_SECONDS
    if text.lower() == "off":
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not LEAST_SECONDS <= seconds < float("inf"):
        raise BadSetting(f"{SETTING}={text}: expected seconds, at least {LEAST_SECONDS:g}, such as 0.5, or off")
    return seconds


def describe(frame: FrameType) -> str:
    """Return where the code is: our innermost frames, then the innermost of all if it is not ours.

    It names files, lines and functions only: a value may be a text of a chat.
    """
    if frame.f_code.co_name == "select" and frame.f_code.co_filename == selectors.__file__:
        return WAITING
    frames = _frames(frame)
    ours = [each for each in frames if each.f_code.co_filename.startswith(_OURS)][:_SHOWN_FRAMES]
    if not ours:
        return " < ".join(map(_named, frames[:_SHOWN_FRAMES]))
    shown = " < ".join(map(_named, ours))
    return shown if ours[0] is frames[0] else f"{shown} (in {_named(frames[0])})"


def _frames(frame: FrameType) -> list[FrameType]:
    """Return the frames of a stack, innermost first."""
    frames: list[FrameType] = []
    inner: FrameType | None = frame
    while inner:
        frames.append(inner)
        inner = inner.f_back
    return frames


def _named(frame: FrameType) -> str:
    code = frame.f_code
    path = Path(code.co_filename)
    ours = code.co_filename.startswith(_OURS)
    short = path.relative_to(_HOME) if ours else Path(*path.parts[-2:])
    return f"{short.as_posix()}:{frame.f_lineno} {code.co_name}"


def _report(lag: float, paused: float, places: Counter[str]) -> None:
    if paused > lag / 2:
        cause = "by a signal, by sleep, or because other processes kept the processor"
        log.warning("The event loop stood still for %.1f s: the process was stopped for %.1f s, %s", lag, paused, cause)
        return
    seen = [place for place, _ in places.most_common()]
    place = next((each for each in seen if each != WAITING), seen[0] if seen else UNKNOWN)
    log.warning("The event loop stood still for %.1f s while this ran: %s", lag, place)

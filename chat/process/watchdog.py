"""A watchdog of the event loop. It logs each stall, and the code that ran during it."""

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
WAITING = "no code of the loop; another thread or process was running"
_SHOWN_FRAMES = 4
_HOME = Path(__file__).parents[2]
_OURS = (f"{_HOME / 'app.py'}", f"{_HOME / 'chat'}{os.sep}", f"{_HOME / 'termination'}{os.sep}")
# A clock that includes the time in which the machine slept, if the system has one.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
log = logging.getLogger("fullstop")


class BadSetting(ValueError):
    """A setting that is not a number of seconds. The text says what is right."""


class Watchdog:
    """A thread that expects regular signs of life from the event loop, and samples its stack when one is late."""

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
        """Start the watchdog. This must run on the loop's own thread."""
        self._beat()
        self.thread.start()

    def end(self) -> None:
        """End the thread. If the loop ends, the thread ends by itself."""
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
            if worked - worked_before < overslept / 5:  # otherwise some code held the interpreter's lock
                paused = max(paused, overslept)
            if woken - self._due > self._limit / 2:
                places[self._place()] += 1
            elif not self._lags:
                places.clear()
                paused = 0.0
            while self._lags:
                _report(self._lags.popleft(), paused, places)

    def _place(self) -> str:
        """Return where the loop's thread is now."""
        frame = sys._current_frames().get(self._loop_thread)
        if frame is None:
            return UNKNOWN
        return describe(frame)


def _now() -> float:
    if _CLOCK is None:
        return time.monotonic()
    return time.clock_gettime(_CLOCK)


def _thread_name(loop: asyncio.AbstractEventLoop) -> str:
    return f"fullstop watchdog of loop {id(loop)}"


def watch() -> Watchdog | None:
    """Start a watchdog for the running loop, unless there is one already or the setting is `off`.

    A malformed setting is logged, and the default applies.
    """
    loop = asyncio.get_running_loop()
    if any(thread.name == _thread_name(loop) for thread in threading.enumerate()):
        return None  # in watch mode this module is loaded again, so a variable here would be lost
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
    """Return the lag in seconds from which a stall is logged; None for `off`.

    Raises:
        BadSetting: if the setting is neither `off` nor a number of seconds.
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
    """Return where the code is: our innermost frames, then the innermost of all if it is a library's.

    The text names files, lines and functions only. Values could contain the text of a chat.
    """
    if frame.f_code.co_name == "select" and frame.f_code.co_filename == selectors.__file__:
        return WAITING
    frames = _frames(frame)
    ours = [each for each in frames if each.f_code.co_filename.startswith(_OURS)][:_SHOWN_FRAMES]
    if not ours:
        return " < ".join(map(_location, frames[:_SHOWN_FRAMES]))
    shown = " < ".join(map(_location, ours))
    if ours[0] is frames[0]:
        return shown
    return f"{shown} (in {_location(frames[0])})"


def _frames(frame: FrameType) -> list[FrameType]:
    """Return the frames of a stack, innermost first."""
    frames: list[FrameType] = []
    inner: FrameType | None = frame
    while inner:
        frames.append(inner)
        inner = inner.f_back
    return frames


def _location(frame: FrameType) -> str:
    """Return file, line and function of a frame."""
    code = frame.f_code
    path = Path(code.co_filename)
    if code.co_filename.startswith(_OURS):
        path = path.relative_to(_HOME)
    else:
        path = Path(*path.parts[-2:])
    return f"{path.as_posix()}:{frame.f_lineno} {code.co_name}"


def _report(lag: float, paused: float, places: Counter[str]) -> None:
    """Log one stall. `lag` and `paused` are seconds, `places` counts where the loop's thread was."""
    if paused > lag / 2:
        cause = "by a signal, by sleep, or because other processes used the processor"
        log.warning("The event loop stalled for %.1f s: the process was stopped for %.1f s, %s", lag, paused, cause)
        return
    seen = [place for place, _ in places.most_common()]
    busy = [place for place in seen if place != WAITING]
    place = (busy or seen or [UNKNOWN])[0]
    log.warning("The event loop stalled for %.1f s while this ran: %s", lag, place)

"""Our app under `chainlit run`, with a monitor of its event loop."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.lag_monitor import FLUSH_SECONDS
from bench.model import model
from tests.browser.running_app import ROOT, RunningApp, copy_of_the_house, running_app

_HOOK = """

import lag_monitor
from pathlib import Path


@cl.on_app_startup
async def start_with_monitor() -> None:
    lag_monitor.start(Path(__file__).with_name("lags.txt"))
    await start()
"""


@dataclass(frozen=True, slots=True)
class Lags:
    """Delays of the event loop in a period, in milliseconds.

    `own` excludes the time in which the loop's thread was ready to run but had no processor. `work` is the processor
    time of the loop's thread between two timers: the delay on a machine with nothing else to do.
    """

    all: Sequence[float]
    own: Sequence[float]
    work: Sequence[float]

    def longest(self) -> float:
        return max(self.all)

    def longest_own(self) -> float:
        return max(self.own)

    def longest_work(self) -> float:
        return max(self.work)

    def share_below(self, share: float) -> float:
        """Return the delay that this share (0 to 1) of the timers did not exceed."""
        return sorted(self.all)[int(share * (len(self.all) - 1))]


@dataclass(frozen=True, slots=True)
class WatchedApp:
    """The running app with its monitor."""

    app: RunningApp

    def lags(self, begin: float, end: float) -> Lags:
        """Return the delays between two times. Wait until the monitor has written them."""
        time.sleep(3 * FLUSH_SECONDS)
        rows = [tuple(map(float, line.split())) for line in (self.app.root / "lags.txt").read_text().splitlines()]
        return lags_between(rows, begin, end)


def lags_between(rows: Sequence[tuple[float, ...]], begin: float, end: float) -> Lags:
    """Return the delays of the timers that were due in that period. The last one may still be due."""
    last = rows[-1][0]
    if last < end:  # the loop is stalled
        rows = [*rows, (end, end - last, 0.0, end - last)]
    chosen = [(lag, lag - wait, work) for at, lag, wait, work in rows if begin <= at - lag <= end]
    lags, own, work = ([1000 * max(0.0, seconds) for seconds in column] for column in zip(*chosen, strict=True))
    return Lags(lags, own, work)


@contextmanager
def watched_app() -> Iterator[WatchedApp]:
    """Yield our running app with its monitor."""
    with tempfile.TemporaryDirectory() as folder, model() as served:
        house = copy_of_the_house(Path(folder, "house"))
        shutil.copy(ROOT / "bench/lag_monitor.py", house)
        with (house / "app.py").open("a") as app:
            app.write(_HOOK)
        with running_app(house, served.base_url) as running:
            yield WatchedApp(running)


def resident_megabytes(pid: int) -> float:
    """Return the resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)

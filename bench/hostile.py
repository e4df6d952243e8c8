"""The cost of a hostile model server for the app: memory, and stalls of the event loop.

`python -m bench.hostile FOLDER BASE_URL BOMB` is the measured process. It plays one turn as the app does.
"""

import asyncio
import gc
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import lag_monitor
from bench.lag_monitor import BEAT_SECONDS, FLUSH_SECONDS
from bench.table import Figure
from bench.watched import lags_between, resident_megabytes
from chat.profiles.modes import policy
from chat.profiles.profile import Profile
from chat.reply.play import Play
from chat.server.endpoint import read_served_models
from chat.server.request import Request, request
from chat.server.server import close_servers, server_of
from termination import Turn
from tests.browser.running_app import ROOT
from tests.shelf import profile
from tests.wire import hostile
from tests.wire.hostile import JSON, Reply

CHUNKS = 1_000_000
MOST_MEGABYTES, MOST_LAG_MILLISECONDS = 50.0, 100.0
TITLE = "A hostile model server"
HOW = (
    "One turn as the app plays it, in a process of its own with the default limits, after a short turn that loads all "
    "modules. Growth is the maximum resident memory during the turn, minus that before it. Lag is the longest delay of "
    "a timer that is set every 5 ms. Work is the maximum processor time of the event loop between two timers, which is "
    "the lag on a machine with nothing else to do. "
)
_QUESTION = "a long answer to a question beside the chat"
_BURST = f"{CHUNKS:,} chunks at once"
BOMBS: dict[str, tuple[Reply, str]] = {
    "0.3 MB of gzip, 300 MB inside": (lambda: hostile.compressed(hostile.gzip_bomb())(), "line_bytes"),
    "one line of 50 MB": (hostile.long_line(), "line_bytes"),
    "one event of 50 MB in short lines": (hostile.long_event(), "line_bytes"),
    "an error body of 100 MB": (hostile.error_body(), "error_bytes"),
    "endless headers": (hostile.endless_headers(), "header_bytes"),
    "one endless header": (hostile.long_header(), "header_bytes"),
    "endless comments": (hostile.comments(200), "reply_bytes"),
    "JSON of 100,000 levels": (hostile.deep(), "json_depth"),
    "one line of 1 MB with 320,000 lists": (hostile.many_lists(), "json_values"),
    _QUESTION: (lambda: (JSON + b"\r\n", b'{"data": [0', *[b",123456" * 100_000] * 5, b"]}"), "none"),
    _BURST: (hostile.burst(CHUNKS), "none"),
}
_SHORT = hostile.stream(hostile.event("Hello."), hostile.FINISH)


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one turn, and the fault that ended it."""

    megabytes: float
    begun: float
    ended: float
    fault: str


def measure() -> list[Figure]:
    """Measure all figures. This takes about two minutes, most of them for the burst and the comments."""
    return [figure for name in BOMBS for figure in asyncio.run(_measure_bomb(name))]


async def _measure_bomb(name: str) -> list[Figure]:
    reply, expected = BOMBS[name]
    async with hostile.hostile(reply) as bomb, hostile.hostile(_SHORT) as short:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "bench.hostile", folder, short.base_url, bomb.base_url, name]
            process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
            said, _ = await process.communicate()
            cost = Cost(**json.loads(said))
            rows = _rows(Path(folder, "lags.txt"))
    assert cost.fault == expected, f"{name}: {cost.fault} instead of {expected}"
    lags = lags_between(rows, cost.begun, cost.ended)
    return [
        Figure(f"{name}: growth of memory", cost.megabytes, "MB", most=MOST_MEGABYTES if name != _BURST else None),
        Figure(f"{name}: lag", lags.longest(), "ms", most=MOST_LAG_MILLISECONDS),
        Figure(f"{name}: work between two timers", lags.longest_work(), "ms", most=MOST_LAG_MILLISECONDS),
        Figure(f"{name}: time", cost.ended - cost.begun, "s"),
    ]


async def _main(folder: str, short: str, bomb: str, name: str) -> None:
    lag_monitor.start(Path(folder, "lags.txt"))
    warm, measured = profile(short), profile(bomb, end={"answer": "off"})
    await _play(warm, name)
    gc.collect()
    before, begun = _resident_megabytes(), time.time()
    fault = await _play(measured, name)
    await asyncio.sleep(2 * BEAT_SECONDS)  # even a short turn has a timer
    ended = time.time()
    await asyncio.sleep(3 * FLUSH_SECONDS)
    print(json.dumps(asdict(Cost(_highest_megabytes() - before, begun, ended, fault))))
    await close_servers()


async def _play(profile: Profile, name: str) -> str:
    """Play a turn, or ask a question beside the chat. Return the kind of the fault, or "none"."""
    if name == _QUESTION:
        await read_served_models(server_of(profile))
        return "none"

    async def ask() -> Request:
        return request(profile, "FULL", [{"role": "user", "content": "hello"}], (), "chat-1")

    turn = Turn(policy(profile, "FULL"), asyncio.get_running_loop().time())
    fault = await Play(turn, lambda _: None).run(ask())
    return fault.kind if fault else "none"


def _rows(file: Path) -> list[tuple[float, ...]]:
    return [tuple(map(float, line.split())) for line in file.read_text().splitlines()]


def _resident_megabytes() -> float:
    """Return the resident megabytes, and reset the maximum."""
    Path("/proc/self/clear_refs").write_text("5")
    return resident_megabytes(os.getpid())


def _highest_megabytes() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError("self")


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))

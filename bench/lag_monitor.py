"""A monitor in the app's own process: how late its event loop runs a timer, written to a file.

A copy of this file lies beside a copy of `app.py`, so it imports nothing of ours. The monitor sets a timer, and when
the timer runs it notes the delay and sets the next one. It also notes how long the loop's thread was ready to run in
that time but got no processor (Linux counts that), because the machine of a measurement is rarely at rest.
"""

import asyncio
import os
import threading
import time
from collections import deque
from pathlib import Path

BEAT_SECONDS = 0.005
FLUSH_SECONDS = 0.2


def start(file: Path) -> None:
    """Append a line for each timer of the running loop: when, how late, and how long without a processor."""
    loop = asyncio.get_running_loop()
    lines: deque[str] = deque()
    waits = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)

    def beat(due: float, waited: int) -> None:
        now = loop.time()
        waited_now = int(os.pread(waits, 100, 0).split()[1])
        lines.append(f"{time.time():.4f} {max(0.0, now - due):.6f} {(waited_now - waited) / 1e9:.6f}\n")
        loop.call_at(now + BEAT_SECONDS, beat, now + BEAT_SECONDS, waited_now)

    def write() -> None:
        while True:
            time.sleep(FLUSH_SECONDS)
            with file.open("a") as output:
                while lines:
                    output.write(lines.popleft())

    beat(loop.time(), int(os.pread(waits, 100, 0).split()[1]))
    threading.Thread(target=write, daemon=True).start()

"""A monitor in the app's process that writes to a file how late its event loop runs a timer.

A copy of this file lies beside a copy of `app.py`, so it imports no other module of the project. The monitor sets a
timer, and when the timer runs it notes the delay and sets the next one. Other processes may use the processor, so it
also notes how long the loop's thread was ready to run but had no processor, and how much processor time it used.
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
    """Start the monitor. Each line has the time, the delay, and the seconds without and with a processor."""
    loop = asyncio.get_running_loop()
    lines: deque[str] = deque()
    waits = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)

    def waited() -> float:
        return int(os.pread(waits, 100, 0).split()[1]) / 1e9

    def beat(due: float, waited_before: float, worked_before: float) -> None:
        now, waited_now, worked = loop.time(), waited(), time.thread_time()
        late, wait, work = max(0.0, now - due), waited_now - waited_before, worked - worked_before
        lines.append(f"{time.time():.4f} {late:.6f} {wait:.6f} {work:.6f}\n")
        loop.call_at(now + BEAT_SECONDS, beat, now + BEAT_SECONDS, waited_now, worked)

    def write() -> None:
        while True:
            time.sleep(FLUSH_SECONDS)
            with file.open("a") as output:
                while lines:
                    output.write(lines.popleft())

    beat(loop.time(), waited(), time.thread_time())
    threading.Thread(target=write, daemon=True).start()

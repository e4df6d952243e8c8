"""The waiting between steps, on an absolute schedule: the time that a write takes does not add up."""

import asyncio
import time

from tests.scripted_server.steps import Hang, Hold, Pause, Step


class Pace:
    def __init__(self) -> None:
        self._due = time.monotonic()

    async def keep(self, step: Step) -> None:
        match step:
            case Pause(seconds):
                self._due += seconds
                await asyncio.sleep(self._due - time.monotonic())
            case Hold():
                step.reached.set()
                while not step.released.is_set():  # noqa: ASYNC110  (the test lets go from its own thread)
                    await asyncio.sleep(0.002)
                self._due = time.monotonic()
            case Hang():
                await asyncio.Event().wait()

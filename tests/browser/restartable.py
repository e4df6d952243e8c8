"""The app on one port, which a test may end and start again."""

import os
import signal
from contextlib import ExitStack
from pathlib import Path

from tests.browser.running_app import RunningApp, free_port, running_app

PATIENT_WITH_PAGES = {"FULLSTOP_PAGE_HELLO_SECONDS": "20"}  # a page that loads beside others says its hello late


class Restartable:
    """The app on one port, which a test may end and start again."""

    def __init__(self, root: Path, base_url: str) -> None:
        self._root, self._base_url, self._port = root, base_url, free_port()
        self._opened = ExitStack()
        self._runs = False
        self.app: RunningApp

    def start(self) -> None:
        self.app = self._opened.enter_context(
            running_app(self._root, self._base_url, port=self._port, **PATIENT_WITH_PAGES)
        )
        self._runs = True

    def start_if_ended(self) -> None:
        if not self._runs:
            self.start()

    def end(self, number: signal.Signals) -> None:
        os.kill(self.app.pid, number)
        os.waitid(os.P_PID, self.app.pid, os.WEXITED | os.WNOWAIT)  # a second signal would end it at once
        self._opened.close()
        self._runs = False

    def restart(self, number: signal.Signals) -> None:
        self.end(number)
        self.start()

    def close(self) -> None:
        self._opened.close()

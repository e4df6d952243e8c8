"""One round's processes: an upstream, the app on a copy of the house, and a browser with one page."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, BROWSERS, DESKTOP
from tests.browser.driver import INIT, Chat
from tests.browser.running_app import ROOT, RunningApp, copy_of_the_house, free_port, running_app
from tests.kills.upstream import THOUGHT_WORDS

STUCK = "document.querySelectorAll('#stop-button, .loading-cursor, .loading-shimmer').length"


class Upstream:
    """The scripted server as a process."""

    def __init__(self, port: int = 0) -> None:
        command = [sys.executable, "-m", "tests.kills.upstream", "--port", str(port)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)  # type: ignore[call-overload]
        self.port: int = json.loads(self._process.stdout.readline())["port"]

    @property
    def pid(self) -> int:
        return int(self._process.pid)

    def state(self) -> list[dict[str, bool]]:
        """Return for each stream whether the client has closed it, and whether it was played to its end."""
        self._process.stdin.write("state\n")
        self._process.stdin.flush()
        read: list[dict[str, bool]] = json.loads(self._process.stdout.readline())
        return read

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


class Scene:
    """The processes of one round; `idle` is the idle timeout in the profile."""

    def __init__(self, folder: Path, idle: str) -> None:
        self._folder, self._opened, self._app_opened = folder, ExitStack(), ExitStack()
        self._root = copy_of_the_house(folder / "house")
        profile = self._root / "profiles" / "dasd-4b-thinking.yaml"
        text, found = re.subn(r"idle: \w+", f"idle: {idle}", profile.read_text())
        assert found == 1
        profile.write_text(text)
        self._port = free_port()
        self.app: RunningApp
        self.log = ""

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as opening:
            self.upstream = Upstream()
            opening.callback(lambda: self.upstream.end())
            opening.callback(self._app_opened.close)
            self._start_first()
            self.chat = self._browser(opening)
            self._opened = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _browser(self, opening: ExitStack) -> Chat:
        playwright = opening.enter_context(sync_playwright())
        found = next(filter(None, map(shutil.which, BROWSERS)))
        self._data = str(self._folder / "browser")
        self._context = playwright.chromium.launch_persistent_context(
            self._data, executable_path=found, args=ARGUMENTS, viewport=DESKTOP, locale="en-US"
        )
        opening.callback(self._context.close)
        self._context.add_init_script(INIT)
        return Chat(self._context.pages[0], self.app.url).open()

    def new_page(self) -> Chat:
        return Chat(self._context.new_page(), self.app.url).open()

    def _start_first(self) -> None:
        """Start the app. Another program may take a free port before it does."""
        for _ in range(2):
            try:
                return self.start_app()
            except RuntimeError:
                self._port = free_port()
        return self.start_app()

    def start_app(self) -> None:
        base_url = f"http://127.0.0.1:{self.upstream.port}/v1"
        self.app = self._app_opened.enter_context(running_app(self._root, base_url, port=self._port))

    def end_app(self, number: signal.Signals) -> None:
        """Send the signal, and wait for the end of the process."""
        os.kill(self.app.pid, number)
        self._app_opened.close()
        self.log += self.app.output()

    def renew_upstream(self) -> None:
        """Kill the upstream, and start another one on its port."""
        port = self.upstream.port
        self.upstream.end()
        self.upstream = Upstream(port)

    def renderers(self) -> list[int]:
        """Return the process ids of the browser's pages."""
        browser = next(pid for pid, line in _commands().items() if self._data in line and "--type=" not in line)
        return [pid for pid, line in _commands().items() if "--type=renderer" in line and browser in _ancestors(pid)]

    def stuck(self) -> int:
        """Return how many cursors, shimmers and Stop buttons the page shows."""
        return int(self.chat.page.evaluate(STUCK))

    def answered(self, words: int) -> str:
        """Return what is wrong with the answer; a whole answer has `words` words."""
        shown = self.chat.turn().answer.split()
        sent = [f"w{number}" for number in range(THOUGHT_WORDS, words)]
        if shown != sent[: len(shown)]:
            return "text is missing in the middle"
        return ""

    def is_whole(self, words: int) -> bool:
        return len(self.chat.turn().answer.split()) == words - THOUGHT_WORDS


def _commands() -> dict[int, str]:
    commands = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                commands[int(entry.name)] = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
    return commands


def _ancestors(pid: int) -> set[int]:
    found: set[int] = set()
    while pid > 1:
        with contextlib.suppress(OSError):
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            found.add(pid)
            continue
        break
    return found

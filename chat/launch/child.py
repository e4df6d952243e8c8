"""A child process whose output is kept: shown once it works, told in the trouble when it does not."""

import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from chat.launch.trouble import Trouble

END_SECONDS = 6.0  # the page shows receipts for two, then uvicorn ends its connections
KEPT_LINES = 12


class Child:
    """Runs a command. Its standard input stays open as long as we live, so a child can tell when we do not."""

    def __init__(self, title: str, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self._title = title
        self._lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._shown = False
        self._process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl+C is ours; we end the children in our own order
        )
        self._listeners = [self._listening(self._process.stderr)]

    def answer(self) -> str:
        """The first line of its standard output; waits for it."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self.check()
        return line

    def listen(self, hidden: str) -> None:
        """Keeps its standard output too, but for the lines with `hidden` in them."""
        self._listeners.append(self._listening(self._process.stdout, hidden))

    def show(self) -> None:
        """From now on its output is shown, what was kept first."""
        self._shown = True
        for line in self._lines:
            print(line, file=sys.stderr)

    def check(self) -> None:
        """Raises Trouble when it has ended."""
        code = self._process.poll()
        if code is None:
            return
        for listener in self._listeners:
            listener.join(timeout=1)
        last = "" if self._shown else "".join(f"\n    {line}" for line in self._lines)
        raise Trouble(f"{self._title} ended by itself (exit code {code}).{last}")

    def end(self) -> None:
        """Asks it to end, and makes it end when it does not."""
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listening(self, stream: IO[str] | None, hidden: str | None = None) -> threading.Thread:
        thread = threading.Thread(target=self._keep, args=(stream, hidden), daemon=True)
        thread.start()
        return thread

    def _keep(self, stream: IO[str], hidden: str | None) -> None:
        for line in stream:
            if hidden and hidden in line:
                continue
            self._lines.append(line.rstrip())
            if self._shown:
                print(line.rstrip(), file=sys.stderr)

"""A child process whose output is held back until it works, and quoted in the error if it fails."""

import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from chat.launch.trouble import Trouble

END_SECONDS = 6.0  # the page writes receipts for two seconds, then uvicorn closes its connections
KEPT_LINES = 12


class Child:
    """A running command. Its standard input stays open while this process lives, so the child can notice its end."""

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
            start_new_session=True,  # Ctrl+C must not reach the children: we end them, in our order
        )
        self._listeners = [self._start_listener(self._process.stderr)]

    def read_line(self) -> str:
        """Wait for the first line of its standard output, and return it.

        Raises:
            Trouble: if the process ends without one.
        """
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self.check()
        return line

    def listen(self, hidden: str) -> None:
        """Keep its standard output too, except lines that contain `hidden`."""
        self._listeners.append(self._start_listener(self._process.stdout, hidden))

    def show(self) -> None:
        """Print the output kept so far, and from now on each new line."""
        self._shown = True
        for line in self._lines:
            print(line, file=sys.stderr)

    def check(self) -> None:
        """Check that the process is running.

        Raises:
            Trouble: if it has ended. The text quotes its last lines, unless they have been shown.
        """
        code = self._process.poll()
        if code is None:
            return
        for listener in self._listeners:
            listener.join(timeout=1)
        lines = [] if self._shown else [f"\n    {line}" for line in self._lines]
        raise Trouble(f"{self._title} ended by itself (exit code {code}).{''.join(lines)}")

    def end(self) -> None:
        """Ask the process to end, and kill it after END_SECONDS."""
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start_listener(self, stream: IO[str] | None, hidden: str | None = None) -> threading.Thread:
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

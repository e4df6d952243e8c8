"""Standard output and standard error, as a reply is streamed to them."""

import os
from collections.abc import Callable
from typing import TextIO

from chat.reply.surrogates import repair_surrogates

_DIM, _NORMAL = "\x1b[2m", "\x1b[0m"
_LINE = "\n"
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�") | {
    ord("\n"): "\n",
    ord("\t"): "\t",
    ord("\r"): "",
}
"""What a terminal gets instead of the characters that would move its cursor or colour it."""


class Output:
    """One of the two streams. A text is written as it comes; a program that reads it gets it unchanged.

    `on_failure` is called with the first error of writing, such as BrokenPipeError; what is written later is lost.
    """

    def __init__(self, stream: TextIO | None, on_failure: Callable[[OSError], None]) -> None:
        self._stream, self._on_failure = stream, on_failure
        self.is_terminal = stream is not None and stream.isatty()
        self._colours = self.is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._half = ""  # of a character that came in two pieces
        self._in_line = False

    def write(self, text: str, dim: bool = False) -> None:
        """Write a part of a text; `dim` shows it dim on a terminal."""
        text = self._half + text
        self._half = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        self._put(repair_surrogates(text), dim)

    def end_line(self) -> None:
        """Begin a new line, unless the text has done so."""
        half, self._half = self._half, ""
        self._put(repair_surrogates(half), dim=False)
        if self._in_line:
            self._put(_LINE, dim=False)

    def write_line(self, text: str, dim: bool = False) -> None:
        """Write a text on a line of its own."""
        self.end_line()
        self._put(text, dim)
        self.end_line()

    def separate(self) -> None:
        """Write an empty line, if a person reads this."""
        if self.is_terminal:
            self._put(_LINE, dim=False)

    def _put(self, text: str, dim: bool) -> None:
        if not text or self._stream is None:
            return
        self._in_line = not text.endswith(_LINE)
        if self.is_terminal:
            text = text.translate(_CONTROLS)
        try:
            self._stream.write(f"{_DIM}{text}{_NORMAL}" if dim and self._colours else text)
            self._stream.flush()
        except OSError as error:
            discard(self._stream)
            self._on_failure(error)


def discard(stream: TextIO) -> None:
    """Let everything that is still written to a broken stream vanish. Python would report it at its exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)

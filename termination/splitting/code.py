"""Where a Markdown text is code: a marker is only a word there."""

import re

from termination.splitting.fence import closes, read_fence

_TICKS = re.compile("`+")
_MANY = 64
_LONG = 4096
_MENTIONS = "\"'“‘”’«„「『《（([{"


class Code:
    """Takes the text as it comes, and knows whether the next character is code (CommonMark 0.31, sections 4.5, 6.1).

    It reads the text only when asked, and then in one go. An inline code span ends with its line at the latest.
    """

    def __init__(self) -> None:
        self._unread: list[str] = []
        self._line = ""
        self._fence = ""

    def tell(self, text: str) -> None:
        """Take more text."""
        self._unread.append(text)
        if len(self._unread) > _MANY:
            self._read()

    @property
    def blank(self) -> bool:
        """True if the line has nothing but white space so far."""
        self._read()
        return not self._line.strip()

    @property
    def line_start(self) -> bool:
        """True if the line has no character so far."""
        self._read()
        return not self._line

    @property
    def in_sentence(self) -> bool:
        """True if the next word is talked about: a space, a quotation mark or a bracket is before it on this line."""
        self._read()
        return bool(self._line.strip()) and (self._line[-1].isspace() or self._line[-1] in _MENTIONS)

    @property
    def fenced(self) -> bool:
        """True within a code fence. A line that begins as the fence's end does is taken for its end."""
        self._read()
        return bool(self._fence) and not closes(self._fence, self._line)

    @property
    def inside(self) -> bool:
        """True within a code fence or an inline code span."""
        return self.fenced or bool(self._open_ticks)

    @property
    def _open_ticks(self) -> str:
        """Return the backticks with which an inline code span on this line was opened, if it is still open."""
        if self._fence or read_fence(self._line):
            return ""
        opened = ""
        for ticks in _TICKS.findall(self._line):
            if not opened:
                opened = ticks
            elif ticks == opened:
                opened = ""
        return opened

    def _read(self) -> None:
        *lines, self._line = (self._line + "".join(self._unread)).split("\n")
        self._unread.clear()
        for line in lines:
            self._end_line(line)
        if len(self._line) > _LONG and not self._line.endswith(("`", "~")):
            self._line = self._shorten()

    def _shorten(self) -> str:
        """Return a short line after which all that can follow means the same as after this one."""
        if fence := read_fence(self._line):
            return f"{fence.marks} {fence.rest.strip()[:1]}"
        start = "x" if self._line.strip() else "    "
        return f"{start}{self._open_ticks} {self._line[-1]}"

    def _end_line(self, line: str) -> None:
        if self._fence:
            if closes(self._fence, line):
                self._fence = ""
        elif fence := read_fence(line):
            self._fence = fence.marks

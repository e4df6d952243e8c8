"""Whether a place in a Markdown text is code: where it is, a marker is a word and no marker."""

import re

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}+(?!.*`)|~{3,})(?P<rest>.*)", re.DOTALL)
_TICKS = re.compile("`+")
MANY = 64
_LONG = 4096
_MENTIONS = "\"'“‘”’«„「『《（([{"


class Code:
    """Told the text as it comes, it knows whether the next character is code (CommonMark 0.31, sections 4.5, 6.1).

    It reads only when it is asked, and then in one go. An inline code span ends with its line at the latest.
    """

    def __init__(self) -> None:
        self.unread: list[str] = []
        self._line = ""
        self._fence = ""

    def tell(self, text: str) -> None:
        """More of the text."""
        self.unread.append(text)
        if len(self.unread) > MANY:
            self.read()

    @property
    def blank(self) -> bool:
        """Nothing but white space stands on this line so far."""
        self.read()
        return not self._line.strip()

    @property
    def line_start(self) -> bool:
        """Nothing at all stands on this line so far."""
        self.read()
        return not self._line

    @property
    def amid(self) -> bool:
        """The next word is talked about: a space, a quotation mark or a bracket stands before it on this line."""
        self.read()
        return bool(self._line.strip()) and (self._line[-1].isspace() or self._line[-1] in _MENTIONS)

    @property
    def fenced(self) -> bool:
        """Within a code fence. A line that begins as the fence's end does is taken for its end."""
        self.read()
        return bool(self._fence) and not self._closing(self._line)

    @property
    def inside(self) -> bool:
        """Within a code fence or an inline code span."""
        if self.fenced:
            return True
        return bool(self._opened)

    @property
    def _opened(self) -> str:
        """The backticks that an inline code span on this line was opened with and not closed yet."""
        opened = ""
        for ticks in _TICKS.findall("" if self._fence or _FENCE.match(self._line) else self._line):
            opened = "" if ticks == opened else opened or ticks
        return opened

    def read(self) -> None:
        """Reads what it was told. Whoever lengthens `unread` instead of telling does it when that has MANY texts."""
        *lines, self._line = (self._line + "".join(self.unread)).split("\n")
        self.unread.clear()
        for line in lines:
            self._end(line)
        if len(self._line) > _LONG and not self._line.endswith(("`", "~")):
            self._line = self._shortened()

    def _shortened(self) -> str:
        """A long line in few characters, after which all that can follow means the same."""
        if fence := _FENCE.match(self._line):
            return f"{fence['fence']} {fence['rest'].strip()[:1]}"
        return f"{'x' if self._line.strip() else '    '}{self._opened} {self._line[-1]}"

    def _end(self, line: str) -> None:
        if self._fence:
            self._fence = "" if self._closing(line) else self._fence
        elif fence := _FENCE.match(line):
            self._fence = fence["fence"]

    def _closing(self, line: str) -> bool:
        fence = _FENCE.match(line)
        return fence is not None and fence["fence"].startswith(self._fence) and not fence["rest"].strip()

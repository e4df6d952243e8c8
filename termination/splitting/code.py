"""The place in a Markdown text that has come so far: whether it is code, and what stands before it on its line."""

import re

from termination.splitting.blocks import Blocks, Head, Line

_RUNS = re.compile("`+|[^`]+")
_TICKS = re.compile("`+")
_MANY = 64  # pieces that are read together
_HEAD = 400  # characters of a line that say which block it belongs to
_TAIL = 500  # characters of a line that are kept for its last sentence
WINDOW = 300  # characters after a place in which the end of a code span, or of a quotation, counts


class _Spans:
    """The backticks of a text that have opened a code span, and are not closed yet (CommonMark 0.31, section 6.1)."""

    def __init__(self) -> None:
        self._open = 0

    def add(self, ticks: int) -> None:
        """Take a whole run of backticks."""
        if not self._open:
            self._open = ticks
        elif self._open == ticks:
            self._open = 0

    def after(self, ticks: int) -> int:
        """Return how many backticks have opened the span that is open after another run; 0 for none."""
        spans = _Spans()
        spans._open = self._open
        if ticks:
            spans.add(ticks)
        return spans._open


class Code:
    """Takes the text as it comes, and knows the place after it.

    It reads the text only when asked, and then in one go. Of a long line it keeps only both ends.
    """

    def __init__(self) -> None:
        self._unread: list[str] = []
        self._blocks = Blocks()
        self._paragraph = _Spans()  # since the paragraph began
        self._known: Line | None = None  # what the present line means
        self._begin_line()

    def tell(self, text: str) -> None:
        """Take more text."""
        self._unread.append(text)
        if len(self._unread) > _MANY:
            self._read()

    @property
    def blank(self) -> bool:
        """True if the line has nothing but white space so far."""
        self._read()
        return not self._head.strip() and self._is_blank

    @property
    def line_start(self) -> bool:
        """True if the line has no character so far."""
        self._read()
        return not self._head

    @property
    def before(self) -> str:
        """Return the end of the line so far."""
        self._read()
        return self._tail

    @property
    def in_block(self) -> bool:
        """True within a fence, an indented block or `<pre>`. A line that begins as a fence's end is taken for it."""
        return self._line.is_code

    def inside(self, rest: str, over: bool) -> bool | None:
        """True within code, if `rest` follows; None if more has to come to know. With `over` nothing more will.

        A span counts only if its end follows on the same line.
        """
        line = self._line
        if line.is_code:
            return True
        opened = {self._local.after(self._run)}
        if line.continues:
            opened.add(self._paragraph.after(self._run))
        opened.discard(0)
        if not opened:
            return False
        window, _, below = rest[:WINDOW].partition("\n")
        runs = [len(run) for run in _TICKS.findall(window)]
        is_whole = over or bool(below) or "\n" in rest[:WINDOW] or len(rest) >= WINDOW
        if not is_whole and window.endswith("`"):
            runs.pop()
        if not opened.isdisjoint(runs):
            return True
        return False if is_whole else None

    @property
    def _line(self) -> Line:
        """Return what the present line means."""
        self._read()
        if self._known is None:
            self._known = self._blocks.line(self._whole_head())
        return self._known

    def _whole_head(self) -> Head:
        return Head(self._head, self._is_blank, self._has_ticks)

    def _begin_line(self) -> None:
        self._head = self._tail = ""
        self._is_blank, self._has_ticks = True, False  # what follows the head
        self._local = _Spans()
        self._run = 0  # backticks at the end, to which more may come
        self._known = None

    def _read(self) -> None:
        if not self._unread:
            return
        text = "".join(self._unread)
        self._unread.clear()
        start = 0
        while (end := text.find("\n", start)) >= 0:
            self._extend(text[start:end])
            self._end_line()
            start = end + 1
        self._extend(text[start:])

    def _extend(self, text: str) -> None:
        if not text:
            return
        if room := _HEAD - len(self._head):
            self._head += text[:room]
            self._known = None
        if rest := text[room:]:
            self._follow_head(rest)
        self._tail = (self._tail + text[-_TAIL:])[-_TAIL:]
        if "`" in text or self._run:
            self._count_ticks(text)

    def _follow_head(self, rest: str) -> None:
        is_blank, has_ticks = self._is_blank and rest.isspace(), self._has_ticks or "`" in rest
        if (is_blank, has_ticks) != (self._is_blank, self._has_ticks):
            self._is_blank, self._has_ticks, self._known = is_blank, has_ticks, None

    def _count_ticks(self, text: str) -> None:
        for run in _RUNS.findall(text):
            if run[0] == "`":
                self._run += len(run)
            elif self._run:
                self._end_run()

    def _end_run(self) -> None:
        self._local.add(self._run)
        self._paragraph.add(self._run)
        self._run = 0

    def _end_line(self) -> None:
        if self._run:
            self._end_run()
        line = self._blocks.end_line(self._whole_head())
        if not line.is_paragraph:
            self._paragraph = _Spans()
        elif not line.continues:
            self._paragraph = self._local
        self._begin_line()

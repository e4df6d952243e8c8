"""Model text, prepared for the page's Markdown so that it looks as the model meant it.

Chainlit 2.12 reads `:name` as a directive and drops it, knows only `$` as a mark of mathematics, reads two prices
as a formula, strikes out the text between two single tildes, reads `$$` before a line break as a fence, loads remote
images, and draws a zero-width space as a cursor.
"""

import copy
import re
from collections.abc import Callable

from chat.page.view.inline import FORMULA_CHARACTERS, INLINE_CHARACTERS, LINE_CHARACTERS, Inline, Undecided
from termination.splitting.fence import closes, read_fence

_FENCE_INDENT = 12  # spaces: this reader does not know how deep the list is around the fence
_LINE_SIGNS = " \t`~\\$"  # what means something else at the start of a line begins with one of these
_MAY_CLOSE = re.compile(rf"[ ]{{0,{_FENCE_INDENT}}}(`*|~*)(\s*)")
_LINK = re.compile(r"[^\s<>()\[\]，。；、）》”]*")
_LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,4}[.)])[ \t]")
_AHEAD = 8  # characters after a blank line that say whether a block may end there


def display(text: str) -> str:
    """Return `text` with the page's traps taken out; code, links and formulas stay as they are.

    >>> print(display(r"Cost: $5 to $6, so \\(x\\)"))
    Cost: \\$5 to \\$6, so $x$
    >>> print(display("std::vector key:value `a:b`"))
    std:\\:vector key\\:value `a:b`
    """
    markdown = Markdown()
    return markdown.feed(text) + markdown.tail


class Markdown:
    """A model text that grows, and what the page shows of it.

    `feed` returns what can not change any more. `tail` is how the rest looks if nothing more comes. Each character is
    settled once. A construct that is open waits for its end within its paragraph and for a fixed number of characters,
    then it is text; so the tail has a fixed maximum too.

    With `block_characters` the text ends at the first blank line after that many characters that is not inside code, a
    formula, a table or a list: `rest` is then what follows. A list that has grown to twice the size ends between items.
    """

    def __init__(self, block_characters: int | None = None) -> None:
        self._block = block_characters
        self._in = Inline()
        self._at = 0  # the text before this place is settled
        self._before = 0  # characters that came before those that are kept
        self._settled: list[str] = []
        self._step: Callable[[Markdown], None] = Markdown._plain
        self._fence = ""
        self._line: str | None = None  # what a line inside a fence has so far, None if it can not close it
        self._bracket: int | None = None  # the place of a `\[` that did not open a formula
        self.rest: str | None = None

    def feed(self, text: str) -> str:
        """Add text, and return what is settled now."""
        assert self.rest is None, "a text that has ended takes no more"
        kept = max(0, self._at - 2)
        self._in.text = self._in.text[kept:] + text
        self._before += kept
        self._at -= kept
        return self._run()

    @property
    def waiting(self) -> int:
        """Return the number of characters that are not settled."""
        if self.rest is not None:
            return 0
        return len(self._in.text) - self._at

    @property
    def tail(self) -> str:
        """Return what the page shows for the characters that are not settled."""
        return self._ended()._run() if self.waiting else ""

    def _ended(self) -> "Markdown":
        """Return a copy to which no more text comes."""
        ended = copy.copy(self)
        ended._in = Inline()
        ended._in.text, ended._in.whole = self._in.text, True
        ended._block, ended._settled = None, []
        return ended

    def _run(self) -> str:
        try:
            while self._at < len(self._in.text) and self.rest is None:
                self._step(self)
        except Undecided:
            pass
        settled = "".join(self._settled)
        self._settled.clear()
        return settled

    def _settle(self, end: int, shown: str | None = None) -> None:
        """Settle the text up to `end`: as it is, or as `shown`."""
        self._settled.append(self._in.text[self._at : end] if shown is None else shown)
        self._at = end

    # Each of these settles something, or changes the step, or raises Undecided.

    def _plain(self) -> None:
        text, at = self._in.text, self._at
        if (at == 0 or text[at - 1] == "\n") and self._line_start():
            return
        special = self._in.next_special(at)
        if text.startswith("\n", special):
            self._settle(special + 1)
        elif special > at:
            self._settle(special)
        elif text[at] == "h":
            self._link_start()
        else:
            self._construct()

    def _construct(self) -> None:
        text, at = self._in.text, self._at
        end, shown = self._in.construct(at)
        if text[at] == "\\" and end == at + 2 and text[at + 1] in "[]":
            self._bracket = None
            if text[at + 1] == "[":
                self._bracket = self._before + at
        self._settle(end, shown)

    def _link_start(self) -> None:
        slashes = self._in.text.find("//", self._at)
        if slashes == -1:
            self._in.wait()
            self._settle(self._at + 1)
        else:
            self._settle(slashes + 2)
            self._step = Markdown._link

    def _link(self) -> None:
        found = _LINK.match(self._in.text, self._at)
        assert found
        self._settle(found.end())
        if self._at < len(self._in.text):
            self._step = Markdown._plain

    def _line_start(self) -> bool:
        """Settle what means something only at the start of a line; False if there is no such thing."""
        text, at = self._in.text, self._at
        sign = text[at]
        after_blank = at == 0 or text[max(0, at - 2) : at] == "\n\n"
        if after_blank and sign != "\n" and self._ends_here():
            self.rest = text[at:]
            return True
        if sign not in _LINE_SIGNS:
            return False
        start = self._in.indentation(at)
        indent = text[at:start]
        mark = self._fence_mark(start, indent)
        if mark:
            self._fence, self._line, self._step = mark, None, Markdown._fenced
            self._settle(start + len(mark))
        elif after_blank and (indent.startswith("    ") or sign == "\t"):
            self._step = Markdown._indented
            self._rest_of_line()
        elif displayed := self._displayed(start, indent):
            self._settle(*displayed)
        elif indent:
            self._settle(start)
        else:
            return False
        return True

    def _displayed(self, start: int, indent: str) -> tuple[int, str] | None:
        text = self._in.text
        if len(indent) == LINE_CHARACTERS or start == len(text) or text[start] not in "\\$":
            return None
        if not self._in.known(start + 1) or text[start : start + 2] not in ("\\[", "$$"):
            return None
        return self._in.displayed(start, indent)

    def _fence_mark(self, start: int, indent: str) -> str:
        """Return the backticks or tildes with which a fence opens here."""
        text = self._in.text
        begins = text[start : start + 3]
        if begins not in ("`", "``", "```", "~", "~~", "~~~"):
            return ""
        if start + len(begins) == len(text):
            self._in.wait()
        end = text.find("\n", start, start + INLINE_CHARACTERS)
        if end == -1:
            end = min(len(text), start + INLINE_CHARACTERS)
            if end < start + INLINE_CHARACTERS and len(begins) == 3:
                self._in.wait()
        fence = read_fence(indent + text[start:end], _FENCE_INDENT)
        if fence is None:
            return ""
        return fence.marks

    def _fenced(self) -> None:
        """Settle the text in a fence, and end the fence at the line that closes it."""
        text, end = self._in.text, self._line_end()
        if self._line is not None:
            self._line = self._shorten(self._line + text[self._at : end])
        if end == len(text):
            self._settle(end)
        elif self._line is not None and closes(self._fence, self._line, _FENCE_INDENT):
            self._step = Markdown._plain
            self._settle(end)
        else:
            self._line = ""
            self._settle(end + 1)

    def _shorten(self, line: str) -> str | None:
        """Return a short line that closes the fence if and only if this one does; None if it can not.

        A line in a fence may grow without a limit, and must not be looked at again for each piece of it.
        """
        found = _MAY_CLOSE.fullmatch(line)
        if not found:
            return None
        marks, blanks = found.groups()
        if marks.startswith(self._fence):
            return f"{self._fence}{blanks[:1]}"
        if blanks or not self._fence.startswith(marks):
            return None
        return line

    def _indented(self) -> None:
        """Settle the lines of a code block that is indented."""
        text, at = self._in.text, self._at
        if text[at - 1] != "\n":
            return self._rest_of_line()
        ahead = text[at : at + 4]
        if len(ahead) < 4 and ahead.count(" ") == len(ahead):
            self._in.wait()
        if ahead == "    " or ahead[0] == "\t":
            return self._rest_of_line()
        self._step = Markdown._plain
        return None

    def _rest_of_line(self) -> None:
        self._settle(min(self._line_end() + 1, len(self._in.text)))

    def _line_end(self) -> int:
        """Return the place of the next line break, or the end of the text."""
        newline = self._in.text.find("\n", self._at)
        if newline == -1:
            return len(self._in.text)
        return newline

    def _ends_here(self) -> bool:
        """True if the block ends at this place, which follows a blank line."""
        place = self._before + self._at
        if self._block is None or place < self._block + 2:
            return False
        ahead = self._in.text[self._at : self._at + _AHEAD]
        if len(ahead) < _AHEAD:
            self._in.wait()
        if len(ahead) < _AHEAD or ahead[0] in " \t|>":
            return False
        if self._bracket is not None and place - self._bracket < FORMULA_CHARACTERS:
            return False
        return not _LIST_ITEM.match(ahead) or place > 2 * self._block

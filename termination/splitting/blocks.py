"""The blocks of a Markdown text, line by line: fences, indented code and `<pre>`, in lists and quotes too."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from termination.splitting.fence import INDENT, closes, read_fence

_QUOTE = -1  # a container that is a block quote; any other number is a list item, whose text is indented by it
_DEPTH = 20  # containers
_SPACES = re.compile(" *")
_ITEM = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?=( *))(?: |$)")
_RULE = re.compile(r"([-*_])(?: *\1){2,} *$")
_HEADING = re.compile(r"#{1,6}(?: |$)")
_PRE = re.compile(r"<(?:pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_PRE_END = re.compile(r"</(?:pre|script|style|textarea)>", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


class Head(NamedTuple):
    """The beginning of a line, and what follows it there.

    Attributes:
        text: the first characters of the line.
        is_blank: True if only white space follows.
        has_ticks: True if a backtick follows.
    """

    text: str
    is_blank: bool = True
    has_ticks: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What a line means, and what is open after it.

    Attributes:
        containers: the quotes and list items around it.
        is_code: True if its text is code.
        fence: the marks of the fence that is open after it, or an empty text.
        is_pre: True if an HTML block with code is open after it.
        is_paragraph: True if a paragraph is open after it.
        continues: True if it continues the paragraph before it.
    """

    containers: tuple[int, ...] = ()
    is_code: bool = False
    fence: str = ""
    is_pre: bool = False
    is_paragraph: bool = False
    continues: bool = False


class Blocks:
    """The blocks that are open before the present line (CommonMark 0.31, chapters 4 and 5).

    Two things are read as models mean them. In a list, a fence counts however far it is indented; and a fence in a
    list stays open if its text is indented less than the list.
    """

    def __init__(self) -> None:
        self._before = Line()

    def end_line(self, head: Head) -> Line:
        """Take a whole line."""
        line = self._before = self._read(head, "")
        return line

    def line(self, head: Head) -> Line:
        """Return what the present line means if it has more text after `head`."""
        return self._read(head, "<")

    def _read(self, head: Head, more: str) -> Line:
        before = self._before
        is_open = bool(before.fence) or before.is_pre
        if not (is_open or before.containers) and _LETTER.match(head.text):
            return Line(is_paragraph=True, continues=before.is_paragraph)
        text = head.text.rstrip("\r").expandtabs(4)
        if is_open:
            at, matched = self._match(text, lenient=True)
            if matched == len(before.containers):
                return self._read_code(text[at:], head)
        return self._read_text(text + more, head)

    def _match(self, text: str, lenient: bool = False) -> tuple[int, int]:
        """Return where the text begins after its containers, and how many of those continue. In code no item ends."""
        at = 0
        for number, container in enumerate(self._before.containers):
            indent = _indent(text, at)
            rest = at + indent
            if container == _QUOTE:
                if indent > INDENT or text[rest : rest + 1] != ">":
                    return at, number
                at = _after_quote(text, rest)
            elif lenient or indent >= container or rest == len(text):
                at += min(container, indent)
            else:
                return at, number
        return at, len(self._before.containers)

    def _read_code(self, text: str, head: Head) -> Line:
        """Read a line within a fence, or within an HTML block with code."""
        before = self._before
        if before.is_pre:
            ends = _PRE_END.search(text) is not None
        else:
            indent = len(text) if _in_list(before.containers) else INDENT
            ends = head.is_blank and closes(before.fence, text, indent)
        if ends:
            return Line(before.containers)
        return Line(before.containers, is_code=True, fence=before.fence, is_pre=before.is_pre)

    def _read_text(self, text: str, head: Head) -> Line:
        """Read a line outside of such code."""
        before = self._before
        at, matched = self._match(text)
        if at + _indent(text, at) == len(text):
            return Line(before.containers[:matched])
        at, containers = _open_containers(text, at, before.containers[:matched])
        continues = before.is_paragraph and len(containers) == matched
        indent = _indent(text, at)
        text = text[at + indent :]
        if indent <= INDENT or _in_list(containers):
            fence = read_fence(text)
            if fence and not (head.has_ticks and fence.marks.startswith("`")):
                return Line(containers, fence=fence.marks)
        if indent > INDENT:
            if not continues:
                return Line(containers, is_code=True)
        elif _PRE.match(text):
            is_pre = not _PRE_END.search(text)
            return Line(containers, is_code=is_pre, is_pre=is_pre)
        elif not text or _HEADING.match(text) or _RULE.match(text):
            return Line(containers)
        if continues:
            containers = before.containers
        return Line(containers, is_paragraph=True, continues=continues)


def _open_containers(text: str, at: int, containers: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """Return where the text begins after the quotes and list items that begin on its line, and all containers."""
    while len(containers) < _DEPTH:
        indent = _indent(text, at)
        start = at + indent
        if indent > INDENT:
            break
        if text[start : start + 1] == ">":
            containers, at = (*containers, _QUOTE), _after_quote(text, start)
        elif (item := _ITEM.match(text, start)) and not _RULE.match(text, start):
            gap = len(item[1])
            if not 1 <= gap <= INDENT + 1 or item.end(1) == len(text):
                gap = 1
            width = len(item[0].rstrip()) + gap
            containers, at = (*containers, indent + width), min(start + width, len(text))
        else:
            break
    return at, containers


def _after_quote(text: str, at: int) -> int:
    return at + 1 + (text[at + 1 : at + 2] == " ")


def _indent(text: str, at: int) -> int:
    found = _SPACES.match(text, at)
    assert found
    return found.end() - at


def _in_list(containers: tuple[int, ...]) -> bool:
    return any(each != _QUOTE for each in containers)

"""Code fences in Markdown: which lines open one, and which close it (CommonMark 0.31, section 4.5)."""

import re
from typing import NamedTuple

INDENT = 3  # spaces before a fence; after more of them it is indented code, except in a list
_FENCE = re.compile(r"( *)(`{3,}+(?!.*`)|~{3,})(.*)", re.DOTALL)


class Fence(NamedTuple):
    """A line with a fence: its backticks or tildes, and the rest of the line."""

    marks: str
    rest: str


def read_fence(line: str, indent: int = INDENT) -> Fence | None:
    """Return the fence that the line opens, if it opens one."""
    found = _FENCE.match(line)
    if found is None or len(found[1]) > indent:
        return None
    return Fence(found[2], found[3])


def closes(marks: str, line: str, indent: int = INDENT) -> bool:
    """True if the line closes a fence that was opened with these marks."""
    fence = read_fence(line, indent)
    return fence is not None and fence.marks.startswith(marks) and not fence.rest.strip()

"""How deep lists and objects stand within each other in JSON, without parsing it."""

import re
from array import array
from itertools import accumulate

_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_OTHERS = bytes(set(range(256)) - set(b"[{]}"))


class Nesting:
    """The depth of a JSON text that comes in pieces. Brackets in strings do not count."""

    def __init__(self) -> None:
        self._in_string = False
        self._backslash = b""  # at the end of a piece: it escapes the first character of the next one
        self._depth = 0

    def feed(self, piece: bytes) -> int:
        """Return the greatest depth within this piece."""
        text = _ESCAPED.sub(b"", self._backslash + piece)
        self._backslash = b"\\" if text.endswith(b"\\") else b""
        parts = text.split(b'"')
        outside = b"".join(parts[self._in_string :: 2])
        self._in_string ^= len(parts) % 2 == 0
        steps = array("b", outside.translate(_STEPS, _OTHERS))
        deepest = max(accumulate(steps, initial=self._depth))
        self._depth += sum(steps)
        return deepest


def may_be_deep(text: bytes, most: int) -> bool:
    """True if the text has more opening brackets than `most`; a quick look before the exact one."""
    return text.count(b"{") + text.count(b"[") > most

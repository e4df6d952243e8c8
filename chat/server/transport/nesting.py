"""The number and the depth of the lists and objects in a JSON text, without parsing it."""

import re
from array import array
from itertools import accumulate

from chat.process.limits import Limits

_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_OTHERS = bytes(set(range(256)) - set(b"[{]}"))


class Nesting:
    """The brackets of a JSON text that comes in pieces. Brackets in strings do not count."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._in_string = False
        self._backslash = b""  # at the end of a piece: it escapes the first character of the next one
        self._depth = 0
        self._values = 0

    def exceeds(self, piece: bytes) -> str | None:
        """Return the name of the limit that the text exceeds with this piece, if it does."""
        text = _ESCAPED.sub(b"", self._backslash + piece)
        self._backslash = text[-1:] if text.endswith(b"\\") else b""
        parts = text.split(b'"')
        outside = b"".join(parts[self._in_string :: 2])
        self._in_string ^= len(parts) % 2 == 0
        steps = array("b", outside.translate(_STEPS, _OTHERS))
        deepest = max(accumulate(steps, initial=self._depth))
        self._depth += sum(steps)
        self._values += steps.count(1)
        if deepest > self._limits.json_depth:
            return "json_depth"
        if self._values > self._limits.json_values:
            return "json_values"
        return None


def may_exceed(text: bytes, limits: Limits) -> bool:
    """True if the text has enough brackets to exceed a limit. This is a quick check before the exact one."""
    return text.count(b"{") + text.count(b"[") > min(limits.json_depth, limits.json_values)

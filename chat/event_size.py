"""Limits on the single events of a stream, checked on its bytes before anything decodes them."""

import re
from collections.abc import Iterator

from chat.limits import Limits
from chat.nesting import Nesting, may_be_deep

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BLANK_LINE = re.compile(rb"(?>\r\n|\n|\r)(?>\r\n|\n|\r)")
_SEAM = 3  # bytes of a blank line that can stand before the piece that completes it
_DATA = b"data:"


class EventSize:
    """The event that a stream is in the middle of. An event has one or more lines and ends with a blank line.

    A decoder keeps all lines of an event until its end, so the limit on a line is one on the event.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held = b""

    def exceeds(self, piece: bytes) -> str | None:
        """Return the name of the limit that the stream exceeds with this piece, if it does."""
        for event in self._events(piece):
            if len(event) > self._limits.line_bytes:
                return "line_bytes"
            if may_be_deep(event, self._limits.json_depth) and self._is_deep(event):
                return "json_depth"
        return "line_bytes" if len(self._held) > self._limits.line_bytes else None

    def _events(self, piece: bytes) -> Iterator[bytes]:
        """Yield the events that this piece completes, and keep the rest."""
        seam = max(0, len(self._held) - _SEAM)
        text, begin = self._held + piece, 0
        for blank in _BLANK_LINE.finditer(text, seam):
            yield text[begin : blank.end()]
            begin = blank.end()
        self._held = text[begin:]

    def _is_deep(self, event: bytes) -> bool:
        lines = (line[len(_DATA) :] for line in _LINE_END.split(event) if line.startswith(_DATA))
        return Nesting().feed(b"\n".join(lines)) > self._limits.json_depth

"""Limits on the single events of a stream, checked on its bytes before anything decodes them."""

import re
from collections.abc import Iterator

from chat.process.limits import Limits
from chat.server.transport.nesting import Nesting, may_exceed

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BLANK_LINES = (b"\n\n", b"\n\r", b"\r\r")  # the last byte of `\r\n\r\n` counts to the next event
_BLANK_LINE = re.compile(b"|".join(_BLANK_LINES))
_DATA = b"data:"
LINE_BYTES = "line_bytes"


class EventSize:
    """The unfinished event of a stream. An event has one or more lines and ends with a blank line.

    A decoder keeps all lines of an event until its end, so the limit on a line applies to the event.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held = b""

    def exceeds(self, piece: bytes) -> str | None:
        """Return the name of the limit that the stream exceeds with this piece, if it does."""
        text, seam = self._held + piece, max(0, len(self._held) - 1)
        last = max(text.rfind(blank, seam) for blank in _BLANK_LINES)
        end = last + len(_BLANK_LINES[0]) if last >= 0 else 0
        whole, self._held = text[:end], text[end:]
        if limit := self._limit_of_events(whole):
            return limit
        return LINE_BYTES if self._is_too_long(self._held) else None

    def _limit_of_events(self, whole: bytes) -> str | None:
        """Return the limit that one of the events exceeds. First all events together are compared with the limits."""
        if not (self._is_too_long(whole) or may_exceed(whole, self._limits)):
            return None
        return next(filter(None, map(self._limit_of_event, _events(whole))), None)

    def _is_too_long(self, event: bytes) -> bool:
        return len(event) > self._limits.line_bytes

    def _limit_of_event(self, event: bytes) -> str | None:
        if self._is_too_long(event):
            return LINE_BYTES
        if may_exceed(event, self._limits):
            return self._limit_of_data(event)
        return None

    def _limit_of_data(self, event: bytes) -> str | None:
        lines = (line[len(_DATA) :] for line in _LINE_END.split(event) if line.startswith(_DATA))
        return Nesting(self._limits).exceeds(b"\n".join(lines))


def _events(whole: bytes) -> Iterator[bytes]:
    """Yield the events in a text that ends with a blank line."""
    begin = 0
    for blank in _BLANK_LINE.finditer(whole):
        yield whole[begin : blank.end()]
        begin = blank.end()

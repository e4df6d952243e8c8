"""Limits on the single events of a stream, checked on its bytes before anything decodes them."""

import re
from collections.abc import Iterator

from chat.process.limits import Limits
from chat.server.transport.nesting import Nesting, may_exceed

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BLANK_LINES = (b"\n\n", b"\n\r", b"\r\r")  # of `\r\n\r\n` the last byte counts to the next event
_BLANK_LINE = re.compile(b"|".join(_BLANK_LINES))
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
        text, seam = self._held + piece, max(0, len(self._held) - 1)
        last = max(text.rfind(blank, seam) for blank in _BLANK_LINES)
        whole, self._held = (text[: last + 2], text[last + 2 :]) if last >= 0 else (b"", text)
        return self._exceeded_by_one_of(whole) or self._too_long(self._held)

    def _exceeded_by_one_of(self, whole: bytes) -> str | None:
        """Look at the single events only if all of them together exceed a limit."""
        if not (self._too_long(whole) or may_exceed(whole, self._limits)):
            return None
        return next(filter(None, map(self._exceeded, _events(whole))), None)

    def _too_long(self, event: bytes) -> str | None:
        return "line_bytes" if len(event) > self._limits.line_bytes else None

    def _exceeded(self, event: bytes) -> str | None:
        brackets = self._exceeded_by_data(event) if may_exceed(event, self._limits) else None
        return self._too_long(event) or brackets

    def _exceeded_by_data(self, event: bytes) -> str | None:
        lines = (line[len(_DATA) :] for line in _LINE_END.split(event) if line.startswith(_DATA))
        return Nesting(self._limits).exceeds(b"\n".join(lines))


def _events(whole: bytes) -> Iterator[bytes]:
    """Yield the events in a text that ends with a blank line."""
    begin = 0
    for blank in _BLANK_LINE.finditer(whole):
        yield whole[begin : blank.end()]
        begin = blank.end()

"""Server-sent events in the bytes of a stream, by the rules of WHATWG HTML, section 9.2.6.

Where servers depart from these rules, the text is kept: events that only one line break separates are separate if each
of them is JSON, and an event that the end of the stream cuts off counts.
"""

import json

import msgspec

DONE = b"[DONE]"
BOM = b"\xef\xbb\xbf"
_FIELD = b"data: "
_CHUNK = _FIELD + b"{"
_BLANK_LINE = b"\n\n"
_STRAY_BYTES = 4_000  # of the lines outside of events, as many as are kept


class SseEvent(msgspec.Struct, frozen=True, gc=False):
    """The data of one event, and its type: `message` if the server names none."""

    data: bytes
    type: str = "message"


class EventTooLong(ValueError):
    """An event that has more bytes than the limit allows. `events` are those before it in the same piece."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[SseEvent] = []


class EventSplitter:
    """The events of one stream. `limit` is the number of bytes of the longest event.

    The result does not depend on how the bytes are cut into pieces.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = b""  # a line, or a simple event, that has not ended
        self._data: list[bytes] = []  # lines of data of the event that has not ended
        self._type = ""
        self._size = 0  # of these lines
        self._after_cr = False  # a line feed at the beginning of the next piece belongs to that line break
        self._has_fields = False  # the event that has not ended has a type, an id or a time, whatever else
        self.empty = 0  # events without data
        self.stray = b""  # lines that are no fields, as a body has that is no stream of events

    def feed(self, piece: bytes) -> list[SseEvent]:
        r"""Return the events that end within this piece.

        >>> EventSplitter(1000).feed(b'data: {"a": 1}\n\n: a comment\n\ndata: [DO')
        [SseEvent(data=b'{"a": 1}', type='message')]

        Raises:
            EventTooLong: if an event exceeds the limit.
        """
        events: list[SseEvent] = []
        try:
            self._read(self._rest + self._with_plain_breaks(piece), events)
        except EventTooLong as error:
            error.events = events
            raise
        return events

    def feed_plain(self, piece: bytes) -> bytes | None:
        r"""Return the data of the events that end within this piece, one on each line, if all are chunks of one line.

        Nearly all pieces are so, and cost the least. None: the piece is something else, and goes to `feed`.

        >>> EventSplitter(1000).feed_plain(b'data: {"a": 1}\n\ndata: {"a": 2}\n\ndata: [DO')
        b'{"a": 1}\n{"a": 2}'
        """
        if self._data or self._has_fields or self._after_cr or b"\r" in piece:
            return None
        text = self._rest + piece if self._rest else piece
        end = text.rfind(_BLANK_LINE)
        if end < 0 or len(text) > self._limit or not text.startswith(_CHUNK):
            return None
        lines = text[len(_FIELD) : end].replace(_BLANK_LINE + _CHUNK, b"\n" + _CHUNK[len(_FIELD) :])
        rest = text[end + len(_BLANK_LINE) :]
        if text.count(b"\n") != len(_BLANK_LINE) * (lines.count(b"\n") + 1):
            return None
        self._rest = rest
        return lines

    def _read(self, text: bytes, events: list[SseEvent]) -> None:
        *blocks, self._rest = text.split(_BLANK_LINE)
        is_open = bool(self._data or self._has_fields)
        are_lines = text.count(b"\n") == len(_BLANK_LINE) * len(blocks)  # each block is one line
        limit = self._limit - len(_BLANK_LINE)
        for block in blocks:
            if block.startswith(_CHUNK) and (are_lines or b"\n" not in block) and not is_open:
                if len(block) > limit:
                    raise EventTooLong
                events.append(SseEvent(block[len(_FIELD) :]))
            else:
                self._read_lines(block.split(b"\n"), events)
                self._dispatch(events)
                is_open = False
        if b"\n" in self._rest:
            *lines, self._rest = self._rest.split(b"\n")
            self._read_lines(lines, events)
        self._check(len(self._rest) + self._size)

    def end(self) -> list[SseEvent]:
        """Return the events that the end of the stream completes."""
        events: list[SseEvent] = []
        self._read_lines([self._rest], events)
        self._rest = b""
        self._dispatch(events)
        return events

    def _with_plain_breaks(self, piece: bytes) -> bytes:
        r"""Return the piece with `\n` for every line break."""
        if self._after_cr and piece:
            piece = piece.removeprefix(b"\n")
            self._after_cr = False
        if b"\r" not in piece:
            return piece
        self._after_cr = piece.endswith(b"\r")
        return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _read_lines(self, lines: list[bytes], events: list[SseEvent]) -> None:
        for line in lines:
            name, _, value = line.partition(b":")
            if name == b"data":
                if len(self._data) == 1 and _is_json(self._data[0]):
                    self._dispatch(events)
                self._data.append(value.removeprefix(b" "))
                self._size += len(line)
                self._check(self._size)
            elif name == b"event":
                self._type = value.strip().decode("utf-8", "replace")
                self._has_fields = True
            elif not line:
                self._dispatch(events)
            elif name in (b"id", b"retry"):
                self._has_fields = True
            elif name and len(self.stray) < _STRAY_BYTES:
                self.stray += line[:_STRAY_BYTES] + b"\n"

    def _dispatch(self, events: list[SseEvent]) -> None:
        """End the event, if one has begun. An event without data is none."""
        data = b"\n".join(self._data)
        if data.strip():
            events.append(SseEvent(data, self._type or "message"))
        elif self._data or self._has_fields:
            self.empty += 1
        self._data, self._type, self._size, self._has_fields = [], "", 0, False

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise EventTooLong


def split_events(recorded: bytes) -> list[bytes]:
    """Return the data of all events of a recorded stream, without the word that it is done."""
    splitter = EventSplitter(len(recorded))
    events = [*splitter.feed(recorded.removeprefix(BOM)), *splitter.end()]
    return [event.data for event in events if event.data.strip() != DONE]


def _is_json(data: bytes) -> bool:
    """True if the data is a chunk of its own, or the word for the end."""
    if data.strip() == DONE:
        return True
    if data[:1] not in (b"{", b"["):
        return False
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True

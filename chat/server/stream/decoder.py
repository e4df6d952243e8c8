"""The body of a reply, decoded as its bytes come. The bytes decide what it is, whatever the Content-Type says."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chat.process.limits import Limits
from chat.server.stream.assembly import Assembly
from chat.server.stream.body_words import first_words, is_done, is_plain
from chat.server.stream.chunk import Chunk, TooDeep, as_chunk, read_chunk, read_other, usual_delta, usual_deltas
from chat.server.stream.error_text import error_text
from chat.server.stream.events import BOM, DONE, EventSplitter, EventTooLong, SseEvent
from chat.server.stream.oddities import Oddities
from chat.server.transport.nesting import Nesting
from termination import Delta

_JSON = (b"{", b"[")


@dataclass(frozen=True, slots=True)
class Problem:
    """What a body has in the place of a reply.

    Attributes:
        kind: `server_error` for an error in the server's own words, `not_chat` for another text, `not_json` for a
            stream without any chunk that can be read, or the name of a limit that the body exceeds.
        words: the server's words, or the first words of the body; at most 300 characters.
        is_refusal: True if the body was no stream, so that no reply had begun.
    """

    kind: str
    words: str = ""
    is_refusal: bool = False


class Decoder:
    """The state of one body. `feed` takes bytes, `end` is called when the connection closes; both return what is new.

    After `is_over` nothing more has to be read.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._head: bytes | None = b""  # the first bytes, until they show what the body is
        self._body = bytearray()  # a body that begins as JSON
        self._is_json = False
        self._events = EventSplitter(limits.line_bytes)
        self._assembly = Assembly()
        self._unread = ""  # the first data that is not JSON
        self._unread_events = 0
        self._odd_finish = ""
        self._is_done_without_reason = False
        self._has_chunks = False
        self._foreign = ""  # JSON that is no chunk of a chat
        self._index = 0  # of the choice that is shown
        self._other: SseEvent | None = None  # the first one with another choice
        self.is_over = False

    @property
    def is_finished(self) -> bool:
        """True if the server has given a reason for the end, which only more text could take back."""
        return self._assembly.is_finished

    @property
    def is_doubtful(self) -> bool:
        """True if a reason for the end says little: text has followed one before, or none has come yet."""
        return self._assembly.finishes > 0 or not self._assembly.has_text

    @property
    def oddities(self) -> Oddities:
        """Return what departs from the chat protocol so far, though it was read."""
        return Oddities(
            empty_events=self._events.empty,
            unread_events=self._unread_events,
            early_finishes=self._assembly.finishes,
            odd_finish=self._odd_finish,
            is_done_without_reason=self._is_done_without_reason,
        )

    def feed(self, piece: bytes) -> list[Delta | Problem]:
        """Return what a piece of the body completes."""
        if self._head is not None:
            piece = self._read_head(piece)
        if self.is_over or not piece:
            return []
        if self._is_json:
            return self._read_json(piece)
        if lines := self._events.feed_plain(piece):
            return self._read_lines(lines)
        try:
            return self._read_events(self._events.feed(piece))
        except EventTooLong as error:
            return self._read_up_to(error)

    def end(self) -> list[Delta | Problem]:
        """Return what the end of the connection completes: a last event without its blank line, or a whole JSON."""
        if self.is_over:
            return []
        if self._head:
            self._feed_head(self._head)
        try:
            found = self._read_whole() if self._is_json else self._read_cut_off()
        except EventTooLong as error:
            return self._read_up_to(error)
        if self.is_over:
            return found
        if not (self._is_json or self.is_finished) and (problem := self._explain()):
            return [*found, *self._fail(problem.kind, problem.words)]
        self.is_over = True
        return [*found, *self._assembly.end(is_done=self._is_json)]

    def settle(self) -> list[Delta | Problem]:
        """Return the ending that the server gave, as it sends nothing more."""
        self.is_over = True
        return list(self._assembly.end(is_done=False))

    # --- What the body is

    def _read_head(self, piece: bytes) -> bytes:
        """Return the bytes from the first one that shows what the body is; nothing before that."""
        head = (self._head or b"") + piece
        if BOM.startswith(head[: len(BOM)]) and len(head) < len(BOM):
            self._head = head
            return b""
        head = head.removeprefix(BOM)
        if not head.strip():
            self._head = head[-1:]  # a carriage return may be half of a line break
            return b""
        self._head = None
        self._is_json = head.lstrip().startswith(_JSON)
        return head

    def _feed_head(self, head: bytes) -> None:
        self._head = None
        self._events.feed(head.removeprefix(BOM))

    # --- A stream of events

    def _read_events(self, events: Iterable[SseEvent]) -> list[Delta | Problem]:
        found: list[Delta | Problem] = []
        for event in events:
            if event.type != "error" and (delta := usual_delta(event.data, self._index)):
                self._has_chunks = True
                found += self._assembly.feed(delta)
                continue
            found += self._read_event(event)
            if self.is_over:
                break
        return found

    def _read_lines(self, lines: bytes) -> list[Delta | Problem]:
        """Return what the chunks on these lines contain: together if all are of the usual form, else one by one."""
        if deltas := usual_deltas(lines, self._index):
            self._has_chunks = True
            return list(self._assembly.feed_usual(deltas))
        return self._read_events(map(SseEvent, lines.split(b"\n")))

    def _read_up_to(self, error: EventTooLong) -> list[Delta | Problem]:
        """Return what came before an event that is too long, and the problem."""
        found = self._read_events(error.events)
        return found if self.is_over else [*found, *self._fail("line_bytes")]

    def _read_cut_off(self) -> list[Delta | Problem]:
        """Return what the event at the end contains. Half an event says nothing: the connection was lost."""
        unread, count = self._unread, self._unread_events
        found = self._read_events(self._events.end())
        self._unread, self._unread_events = unread, count
        return [*found, *self._read_held_choice()]

    def _read_event(self, event: SseEvent) -> Sequence[Delta | Problem]:
        if event.data.lstrip().startswith(DONE):
            return self._finish()
        try:
            chunk = read_chunk(event.data, self._limits, self._index)
        except TooDeep as problem:
            return self._fail(problem.name)
        if event.type == "error":
            return self._fail("server_error", _error_event(event, chunk))
        if not isinstance(chunk, Delta) and is_done(event.data):
            return self._finish()
        if chunk is None:
            self._unread = self._unread or first_words(event.data)
            self._unread_events += 1
            return []
        if isinstance(chunk, Delta):
            self._has_chunks = True
            return self._assembly.feed(chunk)
        if chunk.other_index is not None and not self._has_chunks:
            return self._read_other_choice(event, chunk.other_index)
        if chunk.is_foreign:
            self._foreign = self._foreign or first_words(event.data)
        return self._take(chunk)

    def _take(self, chunk: Chunk) -> Sequence[Delta | Problem]:
        if chunk.error:
            return self._fail("server_error", chunk.error)
        if not chunk.is_foreign:
            self._has_chunks = True
        self._odd_finish = self._odd_finish or chunk.odd_finish
        return self._assembly.feed_other(chunk)

    def _read_other_choice(self, event: SseEvent, index: int) -> Sequence[Delta | Problem]:
        """Return what a choice says that is not the first one. It counts if a second chunk follows without that one."""
        if self._other is None:
            self._other = event
            return []
        self._index = index
        return [*self._read_held_choice(), *self._read_event(event)]

    def _read_held_choice(self) -> Sequence[Delta | Problem]:
        """Return what the chunk says that was held, unless the first choice has come."""
        held, self._other = self._other, None
        if held is None or self._has_chunks:
            return []
        chunk = read_chunk(held.data, self._limits, self._index)
        if isinstance(chunk, Chunk) and chunk.other_index is not None:
            self._index = chunk.other_index
            chunk = read_chunk(held.data, self._limits, self._index)
        assert chunk
        return self._assembly.feed(chunk) if isinstance(chunk, Delta) else self._take(chunk)

    def _finish(self) -> list[Delta | Problem]:
        """End the reply: the server has said that it is done."""
        if self._foreign and not self._has_chunks:
            return self._fail("not_chat", self._foreign)
        held = self._read_held_choice()
        self.is_over = True
        self._is_done_without_reason = self._assembly.has_text and not self.is_finished
        return [*held, *self._assembly.end(is_done=True)]

    def _fail(self, kind: str, words: str = "") -> list[Delta | Problem]:
        """End the reply with a problem; what was held is shown. A reply that the server has ended stays as it is."""
        self.is_over = True
        if self.is_finished:
            return list(self._assembly.end(is_done=False))
        return [*self._assembly.release(), Problem(kind, words, self._is_json or kind == "not_chat")]

    def _explain(self) -> Problem | None:
        """Return what came in the place of a reply, or of its end; None if the stream just ends."""
        stray = self._events.stray
        if error := _error_in(stray):
            return Problem("server_error", error)
        if self._unread:
            return Problem("not_json", self._unread)
        if stray and self._has_chunks:
            return Problem("not_json", first_words(stray)) if is_plain(stray) else None
        words = first_words(stray) or self._foreign
        return Problem("not_chat", words) if words and not self._has_chunks else None

    # --- One JSON text

    def _read_json(self, piece: bytes) -> list[Delta | Problem]:
        self._body += piece
        if len(self._body) > self._limits.answer_bytes:
            return self._fail("answer_bytes")
        return []

    def _read_whole(self) -> list[Delta | Problem]:
        """Return the reply in a whole JSON. A text that only begins like JSON is read as a stream of events."""
        body = bytes(self._body)
        if name := Nesting(self._limits).exceeds(body):
            return self._fail(name)
        try:
            value = json.loads(body.decode("utf-8", "replace"), strict=False)
        except ValueError:
            self._is_json = False
            lines = [line for line in body.splitlines() if line.strip()]
            if read_other(lines[0], self._limits):  # a JSON text on each line
                return self._read_events(map(SseEvent, lines))
            return self._read_events([*self._events.feed(body), *self._events.end()])
        found = self._take(as_chunk(value))
        if not (found or self.is_finished or self.is_over):
            return self._fail("not_chat", first_words(body))
        return list(found)


def _error_event(event: SseEvent, chunk: Delta | Chunk | None) -> str:
    """Return the words of an event of type `error`."""
    if isinstance(chunk, Chunk):
        value = json.loads(event.data.decode("utf-8", "replace"), strict=False)
        return chunk.error or error_text({"error": value}) or first_words(event.data)
    return first_words(event.data)


def _error_in(stray: bytes) -> str:
    """Return the words of an error that stands as bare JSON between the events."""
    try:
        return error_text(json.loads(stray.decode("utf-8", "replace"), strict=False))
    except (ValueError, RecursionError):
        return ""

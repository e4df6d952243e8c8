"""Events that wait for the page's next frame."""

import asyncio
from collections.abc import Iterator
from io import StringIO

from chat.reply.notice import Report
from termination import AnswerDelta, ThoughtDelta

PIECE_CHARACTERS = 4_096  # the page handles so much text before it looks at the clock


class EventQueue:
    """Events in their order. Neighbouring deltas of one kind are one text: a million of them take no more room.

    `changed` is set by each event; who waits for it clears it.
    """

    def __init__(self) -> None:
        self._events: list[Report | _Text] = []
        self.changed = asyncio.Event()

    def put(self, event: Report) -> None:
        """Add an event at the end."""
        self.changed.set()
        if not isinstance(event, ThoughtDelta | AnswerDelta):
            self._events.append(event)
            return
        last = self._events[-1] if self._events else None
        if not isinstance(last, _Text) or last.kind is not type(event):
            last = _Text(type(event))
            self._events.append(last)
        last.written.write(event.text)

    def pop_all(self) -> Iterator[Report]:
        """Remove all events that wait now, and yield them in their order. Long texts come in pieces."""
        events, self._events = self._events, []
        for event in events:
            if isinstance(event, _Text):
                yield from event.pieces()
            else:
                yield event


class _Text:
    """The text of neighbouring deltas."""

    def __init__(self, kind: type[ThoughtDelta] | type[AnswerDelta]) -> None:
        self.kind = kind
        self.written = StringIO()

    def pieces(self) -> Iterator[ThoughtDelta | AnswerDelta]:
        """Yield the text in deltas of at most PIECE_CHARACTERS."""
        self.written.seek(0)
        while text := self.written.read(PIECE_CHARACTERS):
            yield self.kind(text)

"""A check whether a stream follows the chat protocol: the chat reads most departures, other clients fail there."""

from collections.abc import Iterator

from chat.doctor.finding import Finding, good, info
from chat.doctor.stream.recording import Recording

_KIND = "text/event-stream"
_MOST_CHARACTERS = 80


def check_protocol(recording: Recording) -> list[Finding]:
    """Return each departure from the protocol, and who is affected; one finding if there is none."""
    return [*_check_http(recording), *_check_events(recording)] or [good("protocol", "standard")]


def _check_http(recording: Recording) -> Iterator[Finding]:
    """Yield what is wrong around the events: with their Content-Type, and with the end of the connection."""
    if recording.kind.partition(";")[0].strip().lower() != _KIND:
        kind = " ".join(recording.kind.split())[:_MOST_CHARACTERS] or "–"
        yield info("protocol", "content_type", type=kind)
    if recording.broken and recording.finish_reason:
        yield info("protocol", "broken_after", message=recording.broken)
    if recording.complete and not recording.over:
        yield info("protocol", "left_open")


def _check_events(recording: Recording) -> Iterator[Finding]:
    """Yield what is wrong with the events."""
    odd = recording.oddities
    if odd.empty_events:
        yield info("protocol", "empty_events", count=odd.empty_events)
    if odd.unread_events:
        yield info("protocol", "unread_events", count=odd.unread_events)
    if odd.early_finishes:
        yield info("protocol", "early_finish", count=odd.early_finishes)
    if odd.odd_finish:
        yield info("protocol", "odd_finish", finish=odd.odd_finish[:_MOST_CHARACTERS])

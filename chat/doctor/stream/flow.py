"""A check whether the stream flows, or something on the way holds it back and releases it at once."""

from chat.doctor.finding import Finding, good, problem, unknown
from chat.doctor.probe import Reply
from chat.doctor.stream.recording import Recording

ENOUGH_EVENTS = 16
LATE_SECONDS = 0.5
AT_ONCE_SECONDS = 0.1
AT_ONCE_SHARE = 0.1
_EVENT = b"data:"


def is_held_back(recording: Recording, first: Reply) -> bool:
    """True if many events came late and then all at once.

    Late means later than `first`, a reply of one token. A queue or a long prompt delays both.
    """
    if _count_events(recording) < ENOUGH_EVENTS:
        return False
    begin, end = recording.pieces[0][0], recording.pieces[-1][0]
    return begin - first.seconds >= LATE_SECONDS and end - begin <= min(AT_ONCE_SECONDS, AT_ONCE_SHARE * begin)


def check_flow(recording: Recording, again: Recording | None, first: Reply) -> Finding:
    """Return whether the stream flows. `again` is a second stream without others, if the first was held back."""
    if _count_events(recording) < ENOUGH_EVENTS:
        return unknown("flow", "short", events=_count_events(recording))
    begin, end = f"{recording.pieces[0][0]:.2f}", f"{recording.pieces[-1][0]:.2f}"
    if again and is_held_back(again, first):
        return problem("flow", "held_back", begin=begin, events=_count_events(recording), first=f"{first.seconds:.2f}")
    return good("flow", "flows", begin=begin, end=end)


def _count_events(recording: Recording) -> int:
    return recording.data.count(_EVENT)

"""Does the stream flow, or does something on the way hold it back and let it go at once?"""

from chat.doctor.finding import Finding, good, problem, unknown
from chat.doctor.heard import Heard
from chat.doctor.probe import Reply

ENOUGH_EVENTS = 16
LATE_SECONDS = 0.5
AT_ONCE_SECONDS = 0.1
AT_ONCE_SHARE = 0.1
_EVENT = b"data:"


def held_back(heard: Heard, first: Reply) -> bool:
    """Whether many events came late and then all at once.

    Late is measured against a reply of one token: whoever waits in a queue or reads a long prompt is slow there too.
    """
    if _events(heard) < ENOUGH_EVENTS:
        return False
    begin, end = heard.pieces[0][0], heard.pieces[-1][0]
    return begin - first.seconds >= LATE_SECONDS and end - begin <= min(AT_ONCE_SECONDS, AT_ONCE_SHARE * begin)


def flow(heard: Heard, again: Heard | None, first: Reply) -> Finding:
    """What is to be said of it; `again` is a second stream, alone, where the first was suspicious."""
    if _events(heard) < ENOUGH_EVENTS:
        return unknown("flow", "short", events=_events(heard))
    begin, end = f"{heard.pieces[0][0]:.2f}", f"{heard.pieces[-1][0]:.2f}"
    if again and held_back(again, first):
        return problem("flow", "held_back", begin=begin, events=_events(heard), first=f"{first.seconds:.2f}")
    return good("flow", "flows", begin=begin, end=end)


def _events(heard: Heard) -> int:
    return heard.data.count(_EVENT)

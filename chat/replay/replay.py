"""A recorded response, played through a policy as if a server sent it. No time passes."""

import json
from dataclasses import dataclass

from chat.server.error_text import error_text
from chat.server.transport.event_stream import events, is_event_stream
from termination import ConditionFailed, Event, Nudged, Policy, Turn, delta

NOW = 0.0
_BAD_JSON = (ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A turn that has ended, and the notices of its conditions."""

    turn: Turn
    notices: tuple[Nudged | ConditionFailed, ...]


def replay(recorded: bytes, policy: Policy) -> Replayed:
    """Return the turn of a recorded response, with its ending. No timeout ends it, because no time passes.

    The response may be a stream of events, a whole answer without `stream`, or an error instead of either.
    """
    turn = Turn(policy, NOW)
    text = recorded.decode("utf-8-sig", errors="replace")
    feed = _feed_stream if is_event_stream(text) else _feed_body
    played = [*feed(text, turn), *turn.finish(NOW)]
    return Replayed(turn, tuple(each for each in played if isinstance(each, Nudged | ConditionFailed)))


def _feed_stream(text: str, turn: Turn) -> list[Event]:
    """Feed a stream of events to the turn. An unfinished event at its end counts if it is JSON."""
    whole, rest = events(text)
    if _is_json(rest):
        whole.append(rest)
    played: list[Event] = []
    for data in whole:
        if turn.ending or data.startswith("[DONE]"):
            break
        played += _feed_event(data, turn)
    return played


def _feed_event(data: str, turn: Turn) -> list[Event]:
    try:
        chunk = json.loads(data)
    except _BAD_JSON:
        return turn.fail("server_error", "server", "not_json", NOW)
    if words := error_text(chunk):
        return turn.fail("server_error", "server", words, NOW)
    return turn.feed(delta(chunk), NOW)


def _feed_body(text: str, turn: Turn) -> list[Event]:
    """Feed a response that is not a stream to the turn."""
    body: object = None
    if _is_json(text):
        body = json.loads(text)
    if words := error_text(body):
        return turn.fail("refused", "server", words, NOW)
    if isinstance(body, dict) and isinstance(body.get("choices"), list):
        return turn.feed(delta(body), NOW)
    return turn.fail("refused", "server", "not_chat", NOW)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except _BAD_JSON:
        return False
    return True

"""Plays the recorded bytes of a response through a policy, as if a server sent them; time stands still."""

import json
from dataclasses import dataclass

from chat.server.chunk import error
from chat.server.transport.event_stream import events, is_event_stream
from termination import ConditionFailed, Event, Nudged, Policy, Turn, delta

NOW = 0.0
_BAD_JSON = (ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A turn that is over, and what its conditions told meanwhile."""

    turn: Turn
    notices: tuple[Nudged | ConditionFailed, ...]


def replay(recorded: bytes, policy: Policy) -> Replayed:
    """The turn that the bytes make, with its ending. No clock runs out, however short the profile's are.

    Takes a stream of events, a whole answer without `stream`, and an error instead of either.
    """
    turn = Turn(policy, NOW)
    text = recorded.decode("utf-8-sig", errors="replace")
    told = [*(_stream(text, turn) if is_event_stream(text) else _body(text, turn)), *turn.finish(NOW)]
    return Replayed(turn, tuple(each for each in told if isinstance(each, Nudged | ConditionFailed)))


def _stream(text: str, turn: Turn) -> list[Event]:
    told: list[Event] = []
    whole, rest = events(text)
    for data in [*whole, rest] if _is_json(rest) else whole:
        if turn.ending or data.startswith("[DONE]"):
            break
        told += _event(data, turn)
    return told


def _event(data: str, turn: Turn) -> list[Event]:
    try:
        chunk = json.loads(data)
    except _BAD_JSON:
        return turn.fail("server_error", "server", "not_json", NOW)
    if words := error(chunk):
        return turn.fail("server_error", "server", words, NOW)
    return turn.feed(delta(chunk), NOW)


def _body(text: str, turn: Turn) -> list[Event]:
    body = json.loads(text) if _is_json(text) else None
    if words := error(body):
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

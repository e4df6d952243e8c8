"""Plays the recorded bytes of a response through a policy, as if a server sent them; time stands still."""

import json

from chat.chunk import delta, error
from chat.event_stream import events, is_event_stream
from termination import Policy, Turn

NOW = 0.0
_BAD_JSON = (ValueError, RecursionError)


def replay(recorded: bytes, policy: Policy) -> Turn:
    """The turn that the bytes make, with its ending. No clock runs out, however short the profile's are.

    Takes a stream of events, a whole answer without `stream`, and an error instead of either.
    """
    turn = Turn(policy, NOW)
    text = recorded.decode("utf-8-sig", errors="replace")
    if is_event_stream(text):
        _play_stream(text, turn)
    else:
        _play_body(text, turn)
    turn.finish(NOW)
    return turn


def _play_stream(text: str, turn: Turn) -> None:
    whole, rest = events(text)
    for data in [*whole, rest] if _is_json(rest) else whole:
        if turn.ending or data.startswith("[DONE]"):
            return
        _play_event(data, turn)


def _play_event(data: str, turn: Turn) -> None:
    try:
        chunk = json.loads(data)
    except _BAD_JSON:
        turn.fail("server_error", "server", "not_json", NOW)
        return
    if words := error(chunk):
        turn.fail("server_error", "server", words, NOW)
    else:
        turn.feed(delta(chunk), NOW)


def _play_body(text: str, turn: Turn) -> None:
    body = json.loads(text) if _is_json(text) else None
    if words := error(body):
        turn.fail("refused", "server", words, NOW)
    elif isinstance(body, dict) and isinstance(body.get("choices"), list):
        turn.feed(delta(body), NOW)
    else:
        turn.fail("refused", "server", "not_chat", NOW)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except _BAD_JSON:
        return False
    return True

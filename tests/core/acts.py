"""What happens to a turn, as plain values: for the tests of conditions."""

from collections.abc import Callable

from termination import AnswerDelta, Condition, Delta, EndingCode, Event, Policy, ThoughtDelta, Turn, Usage

Act = Callable[[Turn], list[Event]]


def says(
    reasoning: str = "", content: str = "", now: float = 1, tokens: int | None = None, ids: tuple[int, ...] = ()
) -> Act:
    """Return the act of feeding a chunk; `tokens` is the server's count so far."""
    usage = None if tokens is None else Usage(tokens)
    return lambda turn: turn.feed(Delta(reasoning, content, usage=usage, token_ids=ids), now)


def thinks(text: str, now: float = 1, tokens: int | None = None) -> Act:
    return says(text, "", now, tokens)


def answers(text: str, now: float = 1, tokens: int | None = None) -> Act:
    return says("", text, now, tokens)


def finishes(reason: str, stop_reason: int | str | None = None, content: str = "", now: float = 2) -> Act:
    """Return the act of feeding the last chunk."""
    return lambda turn: turn.feed(Delta(content=content, finish_reason=reason, stop_reason=stop_reason), now)


def ticks(now: float) -> Act:
    return lambda turn: turn.tick(now)


def stops(turn: Turn) -> list[Event]:
    return turn.stop(3)


def breaks_off(turn: Turn) -> list[Event]:
    return turn.finish(3)


def fails(code: EndingCode) -> Act:
    return lambda turn: turn.fail(code, "server", "what it said", 3)


def played(policy: Policy, *acts: Act) -> tuple[Turn, list[Event]]:
    """Return the turn after these acts, and its events."""
    turn = Turn(policy, 0)
    return turn, [event for act in acts for event in act(turn)]


def under(condition: Condition, *acts: Act) -> Turn:
    """Return the turn after these acts, under this condition alone."""
    return played(Policy(end=condition), *acts)[0]


def shown(condition: Condition, *acts: Act) -> list[str]:
    """Return the text that each of the events shows."""
    turn = Turn(Policy(end=condition), 0)
    return ["".join(e.text for e in act(turn) if isinstance(e, ThoughtDelta | AnswerDelta)) for act in acts]

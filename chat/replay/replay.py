"""A recorded response, played through a policy as if a server sent it. No time passes."""

from dataclasses import dataclass, field

from chat.process.limits import read_limits
from chat.server.stream.decoder import Decoder, Problem
from chat.server.stream.oddities import Oddities
from termination import ConditionFailed, Delta, Event, Nudged, Policy, Turn

NOW = 0.0


@dataclass(frozen=True, slots=True)
class Replayed:
    """A turn that has ended, its events, and what departs from the chat protocol in the response."""

    turn: Turn
    events: tuple[Event, ...]
    oddities: Oddities = field(default_factory=Oddities)

    @property
    def notices(self) -> tuple[Nudged | ConditionFailed, ...]:
        """Return the notices of its conditions."""
        return tuple(each for each in self.events if isinstance(each, Nudged | ConditionFailed))


def replay(recorded: bytes, policy: Policy) -> Replayed:
    """Return the turn of a recorded response, with its ending. No timeout ends it, because no time passes.

    The response may be a stream of events, a whole answer without `stream`, or an error instead of either.
    """
    turn, decoder = Turn(policy, NOW), Decoder(read_limits())
    played: list[Event] = []
    for part in [*decoder.feed(recorded), *decoder.end()]:
        played += _play(part, turn)
    played += turn.finish(NOW)
    return Replayed(turn, tuple(played), decoder.oddities)


def _play(part: Delta | Problem, turn: Turn) -> list[Event]:
    if isinstance(part, Delta):
        return turn.feed(part, NOW)
    return turn.fail("refused" if part.is_refusal else "server_error", "server", _evidence(part), NOW)


def _evidence(problem: Problem) -> str:
    return problem.words if problem.kind == "server_error" else problem.kind

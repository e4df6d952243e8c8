"""The text that a turn has shown, and the events that report it."""

from collections.abc import Sequence

from termination.ending import Phase, TextPhase, Timing, TokenCounts
from termination.events import AnswerDelta, ConditionFailed, CutBack, Event, Nudged, PhaseChanged, ThoughtDelta


class Transcript:
    """Text by phase, and the events that were not taken yet."""

    def __init__(self) -> None:
        self._texts: dict[TextPhase, list[str]] = {"thought": [], "answer": []}
        self._events: list[Event] = []
        self._present = 0  # how many pieces the thought had when it began for the last time

    @property
    def thought(self) -> str:
        """Return the thought so far."""
        return "".join(self._texts["thought"])

    @property
    def answer(self) -> str:
        """Return the answer so far."""
        return "".join(self._texts["answer"])

    @property
    def present_thought(self) -> str:
        """Return the text since the thought began for the last time."""
        return "".join(self._texts["thought"][self._present :])

    def length(self, phase: Phase) -> int:
        """Return how many characters of a phase were shown."""
        return 0 if phase == "waiting" else sum(map(len, self._texts[phase]))

    def enter(self, phase: TextPhase, tokens: TokenCounts, seconds: Timing) -> None:
        """Begin a phase."""
        self._text = self._texts[phase]
        self._delta: type[ThoughtDelta | AnswerDelta] = ThoughtDelta if phase == "thought" else AnswerDelta
        self._present = len(self._texts["thought"])
        self._events.append(PhaseChanged(phase, tokens, seconds))

    def show(self, shown: Sequence[str | Nudged | ConditionFailed]) -> None:
        """Show text of the present phase, and notices."""
        for each in shown:
            if isinstance(each, str):
                self._text.append(each)
                self._events.append(self._delta(each))
            else:
                self._events.append(each)

    def cut_back(self, phase: TextPhase, keep: int) -> str:
        """Keep only the first `keep` characters of a phase, and return the others."""
        text = "".join(self._texts[phase])
        self._texts[phase][:] = [text[:keep]]
        self._events.append(CutBack(phase, keep))
        return text[keep:]

    def report(self, event: Event) -> None:
        """Add an event."""
        self._events.append(event)

    def take_events(self) -> list[Event]:
        """Return the events since the last call."""
        events, self._events = self._events, []
        return events

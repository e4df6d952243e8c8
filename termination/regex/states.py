"""Finds where a pattern is first complete in a text that comes in chunks: in one pass and in little memory.

All ways through the pattern are followed at once (see termination/regex/net.py), so no text makes it slow; where they
stand together is a state, and each state remembers where a character leads (a deterministic automaton, built as
it is needed and forgotten when it has grown too large).
"""

import re
from itertools import product

from termination.regex.net import Marks, Net, Side
from termination.regex.syntax import BadPattern, Char, CharIn, Node, parse

__all__ = ["BadPattern", "Pattern", "Run"]

ROOM = 1000  # for the states of one pattern: each takes STATE_ROOM, and 1 more for each character it has learned
STATE_ROOM = 16

_SIDES: dict[Side, Char | CharIn] = {"line": Char("\n"), "word": CharIn(r"\w")}
_WORD = re.compile(r"\w")
_EDGES: dict[Side, set[str]] = {"line": {"^", "$"}, "word": {"b", "B"}}
_INSIDE: tuple[Side, ...] = ("word", "other")


def _gate(net: Net, marks: Marks) -> re.Pattern[str]:
    """Finds what may begin a match within a line, or the line's end; whatever else comes begins nothing."""
    reached = [net.reach(1 << net.start, before, after)[1] for before, after in product(_INSIDE, _INSIDE)]
    begins = {take.source for takes in reached for take in takes if take.then != net.start}
    return marks.any_of(*sorted(begins), *(["\n"] if net.edges & _EDGES["line"] else []))


class State(dict[int, "State"]):
    """Where all ways stand after a character; remembers where characters with the same marks lead.

    `late` says how many characters ago a match was complete, `gate` finds the next character that matters here.
    """

    __slots__ = ("before", "gate", "late", "places", "states")

    def __init__(
        self, states: "States", places: int, before: Side, late: int | None, gate: re.Pattern[str] | None
    ) -> None:
        self.states = states
        self.places = places
        self.before: Side = before
        self.late = late
        self.gate = gate

    def __missing__(self, marks: int) -> "State":
        return self.states.learn(self, marks)


class States:
    """The states that a pattern has come to so far; forgets them all when they take too much room."""

    def __init__(self, node: Node, marks: Marks) -> None:
        self._net = Net(node, marks)
        self._marks = marks
        self._sides = {side: marks.mark(test) for side, test in _SIDES.items() if self._net.edges & _EDGES[side]}
        self._idle = 1 << self._net.start
        self._gate = _gate(self._net, marks)
        self._ended = State(self, 0, "other", 1, None)
        self._known: dict[tuple[int, Side], State] = {}
        self._room = ROOM

    def first(self) -> State:
        """Before any character."""
        return self._state(self._idle, "line" if "line" in self._sides else "other")

    def complete(self, state: State, after: Side) -> bool:
        """Whether a match ends here if such a character follows."""
        return self._net.reach(state.places, state.before, after)[0]

    def learn(self, state: State, marks: int) -> State:
        """Where a character with these marks leads; the state remembers it."""
        if self._room <= 0:
            self._forget()
        self._room -= 1
        state[marks] = self._after(state, marks)
        return state[marks]

    def skip(self, state: State, text: str) -> State:
        """The state after text that has nothing which its gate looks for."""
        if not text or "word" not in self._sides:
            return state
        return self._state(self._idle, "word" if _WORD.match(text[-1]) else "other")

    def _side(self, marks: int) -> Side:
        return next((side for side, mark in self._sides.items() if marks & mark), "other")

    def _after(self, state: State, marks: int) -> State:
        side = self._side(marks)
        complete, takes = self._net.reach(state.places, state.before, side)
        if complete:
            return self._ended
        places = self._idle
        for take in takes:
            places |= 1 << take.then if marks & take.mark else 0
        return self._state(places, side)

    def _state(self, places: int, before: Side) -> State:
        known = self._known.get((places, before))
        return self._new(places, before) if known is None else known

    def _new(self, places: int, before: Side) -> State:
        self._room -= STATE_ROOM
        sure = all(self._net.reach(places, before, after)[0] for after in (*self._sides, "other"))
        gate = self._gate if places == self._idle and before != "line" else None
        state = self._known[places, before] = State(self, places, before, 0 if sure else None, gate)
        return state

    def _forget(self) -> None:
        """A run still holds its state, so the states have to forget one another too."""
        for state in self._known.values():
            state.clear()
        self._known.clear()
        self._room = ROOM


class Pattern:
    """A regular expression for streams, without back-references and look-around. Serves any number of runs."""

    def __init__(self, source: str) -> None:
        syntax = parse(source)
        self.source = source
        self._marks = Marks(syntax.ignore_case)
        self._states = States(syntax.node, self._marks)
        if any(self._states.complete(self._states.first(), after) for after in _INSIDE):
            raise BadPattern(0, "matches_nothing", "it matches the empty text, so every turn would end at once")

    def start(self) -> "Run":
        return Run(self._states, self._marks)


class Run:
    """One stream: says where in it a match is complete for the first time. Not to be fed after that.

    `late` is then the number of characters after the match that were needed to see its end: 0 or 1.
    """

    def __init__(self, states: States, marks: Marks) -> None:
        self._states = states
        self._marks = marks
        self._state = states.first()
        self.late = 0

    def feed(self, text: str) -> int | None:
        """How much of `text` came before the end of the match: 0 if only its first character showed the end."""
        state, marks, at = self._state, self._marks, 0
        while at < len(text):
            if state.gate is not None:
                found = state.gate.search(text, at)
                until = found.start() if found else len(text)
                state = self._states.skip(state, text[at:until])
                if found is None:
                    break
                at = until
            state = state[marks[text[at]]]
            at += 1
            if state.late is not None:
                self.late = state.late
                return at - state.late
        self._state = state
        return None

    def finish(self) -> bool:
        """Whether a match is complete, now that nothing follows."""
        return self._states.complete(self._state, "line")

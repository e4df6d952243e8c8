"""Patterns, and runs that find the first match in a text that comes in chunks: in one pass and in little memory.

All ways through the pattern are followed at once (see termination/regex/net.py), so no text makes it slow. A state is
the set of places that they have reached, and it remembers where each character leads. This is a deterministic
automaton that is built as it is needed, and forgotten when it has grown too large.
"""

import re
from itertools import product

from termination.phrases import Phrase
from termination.regex.net import Marks, Net, Side
from termination.regex.syntax import BadPattern, Char, CharIn, Node, parse

__all__ = ["BadPattern", "Pattern", "Run"]

ROOM = 1000  # for the states of one pattern: each takes STATE_ROOM, and 1 for each character that it has learned
STATE_ROOM = 16

_SIDES: dict[Side, Char | CharIn] = {"line": Char("\n"), "word": CharIn(r"\w")}
_WORD = re.compile(r"\w")
_EDGES: dict[Side, set[str]] = {"line": {"^", "$"}, "word": {"b", "B"}}
_INSIDE: tuple[Side, ...] = ("word", "other")


def _gate(net: Net, marks: Marks) -> re.Pattern[str]:
    """Return a search for the characters that may begin a match within a line, or that end the line."""
    reached = [net.reach(1 << net.start, before, after)[1] for before, after in product(_INSIDE, _INSIDE)]
    begins = {take.source for takes in reached for take in takes if take.then != net.start}
    if net.edges & _EDGES["line"]:
        begins.add("\n")
    return marks.any_of(*sorted(begins))


class State(dict[int, "State"]):
    """The places that all ways have reached after a character, by the marks of the next one: the states that follow.

    Attributes:
        late: how many characters ago a match was complete, None if none was.
        gate: the search for the next character that matters here, None if all do.
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
    """The states that a pattern has reached so far. They are all forgotten when they take too much room."""

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
        """Return the state before any character."""
        return self._state(self._idle, "line" if "line" in self._sides else "other")

    def complete(self, state: State, after: Side) -> bool:
        """True if a match ends here when such a character follows."""
        return self._net.reach(state.places, state.before, after)[0]

    def learn(self, state: State, marks: int) -> State:
        """Return the state to which a character with these marks leads, and remember it."""
        if self._room <= 0:
            self._forget()
        self._room -= 1
        state[marks] = self._after(state, marks)
        return state[marks]

    def skip(self, state: State, text: str) -> State:
        """Return the state after text in which its gate finds nothing."""
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
            if marks & take.mark:
                places |= 1 << take.then
        return self._state(places, side)

    def _state(self, places: int, before: Side) -> State:
        known = self._known.get((places, before))
        if known is not None:
            return known
        self._room -= STATE_ROOM
        sure = all(self._net.reach(places, before, after)[0] for after in (*self._sides, "other"))
        gate = self._gate if places == self._idle and before != "line" else None
        state = State(self, places, before, 0 if sure else None, gate)
        self._known[places, before] = state
        return state

    def _forget(self) -> None:
        # A run still has its state, so the states have to forget one another too.
        for state in self._known.values():
            state.clear()
        self._known.clear()
        self._room = ROOM


class Pattern:
    """A regular expression for streams, without back-references and look-around. Any number of runs may share it.

    Raises BadPattern if it cannot be used.
    """

    def __init__(self, source: str) -> None:
        syntax = parse(source)
        self.source = source
        self._marks = Marks(syntax.ignore_case)
        self._states = States(syntax.node, self._marks)
        if any(self._states.complete(self._states.first(), after) for after in _INSIDE):
            raise BadPattern(0, "matches_nothing", Phrase("empty_match"))

    def start(self) -> "Run":
        """Return a run for one stream."""
        return Run(self._states, self._marks)


class Run:
    """The search in one stream, until the first match is complete.

    Attributes:
        late: how many characters after the match were needed to see its end: 0 or 1.
    """

    def __init__(self, states: States, marks: Marks) -> None:
        self._states = states
        self._marks = marks
        self._state = states.first()
        self.late = 0

    def feed(self, text: str) -> int | None:
        """Return the length of `text` up to the end of the match, None without a match. Do not feed it after a match.

        It is 0 if the first character showed that the match had ended before it.
        """
        state, marks, at = self._state, self._marks, 0
        while at < len(text):
            if state.gate is not None:
                found = state.gate.search(text, at)
                if found is None:
                    state = self._states.skip(state, text[at:])
                    break
                state = self._states.skip(state, text[at : found.start()])
                at = found.start()
            state = state[marks[text[at]]]
            at += 1
            if state.late is not None:
                self.late = state.late
                return at - state.late
        self._state = state
        return None

    def finish(self) -> bool:
        """True if a match is complete now that nothing follows."""
        return self._states.complete(self._state, "line")

"""A pattern as a net of steps, all ways through which are followed at once (Thompson's construction)."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from termination.regex.syntax import Char, CharIn, Edge, Either, Node, Repeat, Sequence

CHARACTERS = 128  # remembered for one pattern

Side = Literal["line", "word", "other"]
"""The neighbour of a place: the end of a line or of the text, a character of a word, or any other character."""


class Take(NamedTuple):
    """A step over a character that has the mark of `source`."""

    source: str
    mark: int
    then: int


class Fork(NamedTuple):
    """A step that continues in all of these ways."""

    then: tuple[int, ...]


class Check(NamedTuple):
    """A step that continues at such an edge only."""

    edge: Edge
    then: int


Step: TypeAlias = Take | Fork | Check
END = 0


class Marks(dict[str, int]):
    """The tests of a pattern that a character passes, a bit for each. Some characters are remembered."""

    def __init__(self, ignore_case: bool) -> None:
        super().__init__()
        self._flags = re.IGNORECASE if ignore_case else re.NOFLAG
        self._known: dict[str, int] = {}
        self._chars: dict[str, int] = {}
        self._tests: list[tuple[re.Pattern[str], int]] = []

    def mark(self, test: Char | CharIn) -> int:
        """Return the bit of this test."""
        if test.source not in self._known:
            mark = self._known[test.source] = 1 << len(self._known)
            if isinstance(test, Char) and not (self._flags and _cased(test.char)):
                self._chars[test.char] = mark
            else:
                self._tests.append((self.any_of(test.source), mark))
        return self._known[test.source]

    def any_of(self, *sources: str) -> re.Pattern[str]:
        """Return a pattern for a character that passes one of the tests."""
        return re.compile("|".join(sources), self._flags)

    def __missing__(self, char: str) -> int:
        if len(self) == CHARACTERS:
            self.clear()
        passed = self._chars.get(char, 0) | sum(mark for test, mark in self._tests if test.match(char))
        self[char] = passed
        return passed


def _cased(char: str) -> bool:
    return char.lower() != char or char.upper() != char


class Net:
    """The pattern as steps that lead to one another. The first step is the end, and `start` begins each match."""

    def __init__(self, node: Node, marks: Marks) -> None:
        self._marks = marks
        self._steps: list[Step] = [Fork(())]
        self.start = self._build(node, END)
        self.edges = {step.edge.name for step in self._steps if isinstance(step, Check)}

    def reach(self, places: int, before: Side, after: Side) -> tuple[bool, list[Take]]:
        """Return whether a match is complete between two such characters, and the steps over the next one."""
        waiting, seen, takes = list(_bits(places)), set[int](), list[Take]()
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            match self._steps[place]:
                case Take() as take:
                    takes.append(take)
                case Fork(then):
                    waiting += then
                case Check(edge, then) if _is_at(edge, before, after):
                    waiting.append(then)
        return END in seen, takes

    def _build(self, node: Node, then: int) -> int:
        """Add the node's steps, the last of which leads to `then`. Return the first."""
        match node:
            case Char() | CharIn():
                return self._add(Take(node.source, self._marks.mark(node), then))
            case Edge():
                return self._add(Check(node, then))
            case Sequence(parts):
                for part in reversed(parts):
                    then = self._build(part, then)
                return then
            case Either(options):
                return self._add(Fork(tuple(self._build(option, then) for option in options)))
            case _:
                return self._repeat(node, then)

    def _repeat(self, node: Repeat, then: int) -> int:
        if node.most is None:
            first = self._loop(node, then)
            must = max(0, node.least - 1)
        else:
            first = then
            for _ in range(node.most - node.least):
                first = self._add(Fork((self._build(node.item, first), then)))
            must = node.least
        for _ in range(must):
            first = self._build(node.item, first)
        return first

    def _loop(self, node: Repeat, then: int) -> int:
        again = self._add(Fork(()))
        item = self._build(node.item, again)
        self._steps[again] = Fork((item, then))
        return item if node.least else again

    def _add(self, step: Step) -> int:
        self._steps.append(step)
        return len(self._steps) - 1


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _is_at(edge: Edge, before: Side, after: Side) -> bool:
    of_word = (before == "word") != (after == "word")
    return {"^": before == "line", "$": after == "line", "b": of_word, "B": not of_word}[edge.name]

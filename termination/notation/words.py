"""The words of a condition's notation, and a reader's place among them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from termination.arguments import Duration
from termination.errors import BadArgument
from termination.phrases import Phrase

_WORD = r"""\s*(?:
    (?P<duration>-?\d{1,310}(?:\.\d+)?(?:ms|s|m|h)\b)
    | (?P<number>-?\d{1,310}(?:\.\d+)?(?![\w.]))
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*|[^\W\d]\w*)
    | (?P<sign>[|&~().,=])
    )"""
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}  # any other stays, as in Python
THE_END = Phrase("the_end")


class BadNotation(BadArgument):
    """A notation that cannot be read. `kind` and `facts` are those of BadArgument.

    Attributes:
        place: the character at which it cannot be read, counted from 1.
    """

    def __init__(self, place: int, kind: str, facts: dict[str, str]) -> None:
        super().__init__(kind, **facts)
        self.place = place

    def __str__(self) -> str:
        return f"at character {self.place}: {super().__str__()}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.place, self.kind, self.facts)


class Word(NamedTuple):
    """A word. `kind` is a group of the pattern above, or `end`; `place` is its first character, counted from 1."""

    kind: str
    text: str
    place: int

    @property
    def value(self) -> object:
        """Return the value of an argument, None if the word is not one."""
        match self.kind:
            case "text":
                return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), self.text[1:-1])
            case "number":
                return float(self.text) if "." in self.text else int(self.text)
            case "duration":
                return _duration(self.text)
            case "name" if self.text in ("true", "false"):
                return self.text == "true"
        return None


class Words:
    """The words that are not read yet. Its methods raise BadNotation."""

    def __init__(self, notation: str) -> None:
        self._words = list(_words(notation))

    @property
    def next(self) -> Word:
        """Return the next word without reading it; at the end, one without text."""
        return self._words[0]

    @property
    def names_argument(self) -> bool:
        """True if a name and `=` come next."""
        return self.next.kind == "name" and self._words[1].text == "="

    def take(self) -> Word:
        """Read and return the next word."""
        return self._words.pop(0)

    def accept(self, sign: str) -> bool:
        """Read that sign and return True if it comes next, else return False."""
        if self.next.kind != "sign" or self.next.text != sign:
            return False
        self.take()
        return True

    def expect(self, sign: str) -> None:
        """Read that sign, which has to come next."""
        if not self.accept(sign):
            raise self.unexpected(sign)

    def value(self) -> object:
        """Read an argument, which has to come next, and return its value."""
        if self.next.value is None:
            raise self.unexpected(Phrase("argument"))
        return self.take().value

    def unexpected(self, wanted: str) -> BadNotation:
        """Return the error that something else should come next."""
        return BadNotation(self.next.place, "syntax", {"wanted": wanted, "found": self.next.text or THE_END})


def _words(notation: str) -> Iterator[Word]:
    place = 0
    rest = len(notation.rstrip())
    word = re.compile(_WORD, re.VERBOSE)  # `re` remembers it; not compiled at each import
    while place < rest:
        found = word.match(notation, place)
        if not found:
            start = len(notation) - len(notation[place:].lstrip())
            facts = {"wanted": Phrase("condition"), "found": notation[start : start + 20]}
            raise BadNotation(start + 1, "syntax", facts)
        assert found.lastgroup
        yield Word(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup) + 1)
        place = found.end()
    yield Word("end", "", rest + 1)


def _duration(text: str) -> Duration:
    number = text.rstrip("msh")
    return Duration(round(float(number) * _SECONDS[text[len(number) :]], 6))

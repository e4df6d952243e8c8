"""The words of a condition's notation, and a reader's place among them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from termination.arguments import Duration

_WORD = r"""\s*(?:
    (?P<duration>-?\d{1,15}(?:\.\d+)?(?:ms|s|m|h)\b)
    | (?P<number>-?\d{1,15}(?:\.\d+)?(?![\w.]))
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*|[^\W\d]\w*)
    | (?P<sign>[|&~().,=])
    )"""
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}  # any other stays, as in Python


class BadNotation(Exception):
    """The notation cannot be read at the character `place` (from 1). `kind` and `facts` as in BadCondition."""

    def __init__(self, place: int, kind: str, facts: dict[str, str]) -> None:
        super().__init__(place, kind, facts)
        self.place, self.kind, self.facts = place, kind, facts


class Word(NamedTuple):
    """`kind` is a group of the pattern above, or `end`; `place` its first character, from 1."""

    kind: str
    text: str
    place: int

    @property
    def value(self) -> object:
        """The argument that it stands for; None where it stands for none."""
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
    """What is left to read. Its methods raise BadNotation."""

    def __init__(self, notation: str) -> None:
        self._words = list(_words(notation))

    @property
    def next(self) -> Word:
        """The word that comes next; at the end one without text."""
        return self._words[0]

    @property
    def names_argument(self) -> bool:
        """Whether a name and `=` come next."""
        return self.next.kind == "name" and self._words[1].text == "="

    def take(self) -> Word:
        """The next word, which is read then."""
        return self._words.pop(0)

    def accept(self, sign: str) -> bool:
        """Whether that sign came next; it is read then."""
        if self.next.kind != "sign" or self.next.text != sign:
            return False
        self.take()
        return True

    def expect(self, sign: str) -> None:
        """That sign has to come next."""
        if not self.accept(sign):
            raise self.unexpected(sign)

    def value(self) -> object:
        """An argument has to come next."""
        if self.next.value is None:
            raise self.unexpected("a text in quotes, a number or a duration")
        return self.take().value

    def unexpected(self, wanted: str) -> BadNotation:
        """That something else was wanted here."""
        return BadNotation(self.next.place, "syntax", {"wanted": wanted, "found": self.next.text or "the end"})


def _words(notation: str) -> Iterator[Word]:
    place = 0
    rest = len(notation.rstrip())
    word = re.compile(_WORD, re.VERBOSE)  # `re` remembers it; not compiled at each import
    while place < rest:
        found = word.match(notation, place)
        if not found:
            start = len(notation) - len(notation[place:].lstrip())
            raise BadNotation(start + 1, "syntax", {"wanted": "a condition", "found": notation[start : start + 20]})
        assert found.lastgroup
        yield Word(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup) + 1)
        place = found.end()
    yield Word("end", "", rest + 1)


def _duration(text: str) -> Duration:
    number = text.rstrip("msh")
    return Duration(round(float(number) * _SECONDS[text[len(number) :]], 6))

"""The parser of regular expressions: from Python's spelling to the few nodes that a streaming match can follow."""

import re
from typing import Literal, NamedTuple, TypeAlias

from termination.phrases import Phrase

STATES = 2000
DEPTH = 50
LENGTH = 4000

Fault = Literal["syntax", "unsupported", "too_large", "matches_nothing"]


class BadPattern(ValueError):
    """A pattern that cannot be used.

    Attributes:
        position: the character at which it cannot, counted from 0.
        kind: what kind of fault it is, for programs.
        detail: why.
    """

    def __init__(self, position: int, kind: Fault, detail: Phrase) -> None:
        super().__init__(f"at character {position + 1}: {detail}")
        self.position = position
        self.kind = kind
        self.detail = detail


class Char(NamedTuple):
    """One certain character."""

    char: str

    @property
    def source(self) -> str:
        """Return the character as `re` spells it."""
        return re.escape(self.char)


class CharIn(NamedTuple):
    """One character of the class `source`, as `re` spells it."""

    source: str


class Edge(NamedTuple):
    """A place between two characters: the start or end of a line, an edge of a word, or no edge of a word."""

    name: Literal["^", "$", "b", "B"]


class Sequence(NamedTuple):
    """One node after another."""

    parts: tuple["Node", ...]


class Either(NamedTuple):
    """One of several nodes."""

    options: tuple["Node", ...]


class Repeat(NamedTuple):
    """A node `least` to `most` times; None is without a limit."""

    item: "Node"
    least: int
    most: int | None


Node: TypeAlias = Char | CharIn | Edge | Sequence | Either | Repeat


class Syntax(NamedTuple):
    """A parsed pattern."""

    node: Node
    ignore_case: bool


def parse(source: str) -> Syntax:
    """Return the parsed pattern. Raises BadPattern if it cannot be used."""
    if len(source) > LENGTH:
        raise BadPattern(LENGTH, "too_large", Phrase("long_pattern", most=LENGTH))
    return _Parser(source).parse()


def _size(node: Node) -> int:
    """Return the number of states of a node, with its repeats written out."""
    match node:
        case Sequence(parts):
            return sum(map(_size, parts))
        case Either(options):
            return 1 + sum(map(_size, options))
        case Repeat(item, least, None):
            return max(1, least) * max(1, _size(item)) + 1
        case Repeat(item, least, int(most)):
            return most * max(1, _size(item)) + most - least
        case _:
            return 1


def _limited(node: Node, position: int) -> Node:
    if _size(node) > STATES:
        raise BadPattern(position, "too_large", Phrase("many_states", most=STATES))
    return node


_FLAGS = r"(?:\(\?[ims]+\))*"
_GROUP = r":|P<[^\W\d]\w*>"
_BOUNDS = r"[*+?]|\{(?:(?P<exact>[0-9]+)|(?P<least>[0-9]*),(?P<most>[0-9]*))\}"
_SIGNS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_NOTHING = Phrase("nothing_to_repeat")
_NO_GROUPS = {
    r"[=!]": "look_ahead",
    r"<[=!]": "look_behind",
    r">": "atomic_group",
    r"P=": "back_reference",
    r"\(": "conditional",
    r"#": "comment",
    r"[a-zA-Z-]+[:)]": "flags",
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_DIGITS = {"x": 2, "u": 4, "U": 8}
_NO_ESCAPES = {
    **dict.fromkeys("123456789", "back_reference"),
    "0": "octal",
    "A": "start_of_text",
    "Z": "end_of_text",
    "N": "character_name",
}


class _Parser:
    """A parser with one method for each rule of the grammar; `_at` is the place of the next character."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._depth = 0
        self._dot = CharIn(r"[^\n]")

    def parse(self) -> Syntax:
        """Return the whole pattern."""
        flags = self._taken(_FLAGS) or ""
        if "s" in flags:
            self._dot = CharIn(r"[\s\S]")
        node = self._either()
        if self._at < len(self._source):
            raise BadPattern(self._at, "syntax", Phrase("unopened"))
        return Syntax(_limited(node, 0), "i" in flags)

    def _next(self) -> str:
        """Read the next character; nothing at the end."""
        char = self._source[self._at : self._at + 1]
        self._at += len(char)
        return char

    def _take(self, text: str) -> bool:
        here = self._source.startswith(text, self._at)
        self._at += len(text) * here
        return here

    def _here(self, what: str) -> re.Match[str] | None:
        return re.compile(what).match(self._source, self._at)  # `re` remembers it; not compiled at each import

    def _taken(self, what: str) -> str | None:
        found = self._here(what)
        if found is None:
            return None
        self._at = found.end()
        return found.group()

    def _either(self) -> Node:
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        return Either(tuple(options)) if len(options) > 1 else options[0]

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._source[self._at : self._at + 1] not in ("", "|", ")"):
            parts.append(self._repeated())
        return Sequence(tuple(parts))

    def _repeated(self) -> Node:
        item = self._atom()
        at, bounds = self._at, self._bounds()
        if bounds is None:
            return item
        if isinstance(item, Edge):
            raise BadPattern(at, "syntax", _NOTHING)
        if self._take("+"):
            raise BadPattern(at, "unsupported", Phrase("possessive"))
        self._take("?")
        return _limited(Repeat(item, *bounds), at)

    def _bounds(self) -> tuple[int, int | None] | None:
        found = self._here(_BOUNDS)
        if found is None:
            return None
        at, self._at = self._at, found.end()
        if found.group() in _SIGNS:
            return _SIGNS[found.group()]
        least, most = int(found["exact"] or found["least"] or 0), found["exact"] or found["most"]
        if most and int(most) < least:
            raise BadPattern(at, "syntax", Phrase("minimum"))
        return least, int(most) if most else None

    def _atom(self) -> Node:
        at = self._at
        if self._here(_BOUNDS):
            raise BadPattern(at, "syntax", _NOTHING)
        match self._next():
            case "(":
                return self._group(at)
            case "[":
                return self._class(at)
            case ".":
                return self._dot
            case "^" | "$" as name:
                return Edge(name)
            case "\\" if self._take("b"):
                return Edge("b")
            case "\\" if self._take("B"):
                return Edge("B")
            case "\\":
                return self._escaped(at)
            case char:
                return Char(char)

    def _group(self, at: int) -> Node:
        if self._depth == DEPTH:
            raise BadPattern(at, "too_large", Phrase("deep_groups", most=DEPTH))
        if self._take("?") and self._taken(_GROUP) is None:
            rest = self._source[self._at :]
            why = next((why for begin, why in _NO_GROUPS.items() if re.match(begin, rest)), None)
            raise BadPattern(at, "unsupported" if why else "syntax", Phrase(why or "unknown_group"))
        self._depth += 1
        inner = self._either()
        self._depth -= 1
        if not self._take(")"):
            raise BadPattern(at, "syntax", Phrase("unclosed"))
        return inner

    def _class(self, at: int) -> CharIn:
        items = ["^"] if self._take("^") else []
        items.append(self._item(at))
        while not self._take("]"):
            items.append(self._item(at))
        return CharIn(f"[{''.join(items)}]")

    def _item(self, opened: int) -> str:
        """Read a character of a class, or a range. The first may be a closing bracket."""
        at, first = self._at, self._member(opened)
        if self._source[self._at : self._at + 1] != "-" or self._source[self._at + 1 : self._at + 2] in ("", "]"):
            return first.source
        self._at += 1
        last = self._member(opened)
        if not (isinstance(first, Char) and isinstance(last, Char) and first.char <= last.char):
            raise BadPattern(at, "syntax", Phrase("no_range", text=self._source[at : self._at]))
        return f"{first.source}-{last.source}"

    def _member(self, opened: int) -> Char | CharIn:
        at, char = self._at, self._next()
        if not char:
            raise BadPattern(opened, "syntax", Phrase("unclosed_class"))
        if char != "\\":
            return Char(char)
        return Char("\b") if self._take("b") else self._escaped(at)

    def _escaped(self, at: int) -> Char | CharIn:
        letter = self._next()
        if letter in _NO_ESCAPES:
            raise BadPattern(at, "unsupported", Phrase(_NO_ESCAPES[letter]))
        if letter in _DIGITS:
            return self._numbered(at, _DIGITS[letter])
        if letter and letter in "dDwWsS":
            return CharIn(f"\\{letter}")
        if letter not in _CONTROLS and (not letter or (letter.isascii() and letter.isalpha())):
            raise BadPattern(at, "syntax", Phrase("unknown_escape", text=f"\\{letter}"))
        return Char(_CONTROLS.get(letter, letter))

    def _numbered(self, at: int, size: int) -> Char:
        digits = self._source[self._at : self._at + size]
        self._at += size
        if not re.fullmatch(f"[0-9a-fA-F]{{{size}}}", digits) or int(digits, 16) > 0x10FFFF:
            raise BadPattern(at, "syntax", Phrase("digits", size=size))
        return Char(chr(int(digits, 16)))

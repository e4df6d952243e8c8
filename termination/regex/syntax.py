"""The parser of regular expressions: from Python's spelling to the few nodes that a streaming match can follow."""

import re
from typing import Literal, NamedTuple, TypeAlias

STATES = 2000
DEPTH = 50
LENGTH = 4000

Fault = Literal["syntax", "unsupported", "too_large", "matches_nothing"]


class BadPattern(ValueError):
    """A pattern that cannot be used.

    Attributes:
        position: the character at which it cannot, counted from 0.
        kind: what kind of fault it is, for programs.
        detail: why, as an English phrase.
    """

    def __init__(self, position: int, kind: Fault, detail: str) -> None:
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
        raise BadPattern(LENGTH, "too_large", f"the pattern is longer than {LENGTH} characters")
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
        raise BadPattern(position, "too_large", f"with its repeats written out it takes more than {STATES} states")
    return node


_FLAGS = r"(?:\(\?[ims]+\))*"
_GROUP = r":|P<[^\W\d]\w*>"
_BOUNDS = r"[*+?]|\{(?:(?P<exact>[0-9]+)|(?P<least>[0-9]*),(?P<most>[0-9]*))\}"
_SIGNS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_NOTHING = "there is nothing to repeat here"
_NO_GROUPS = {
    r"[=!]": "look-ahead is not supported",
    r"<[=!]": "look-behind is not supported",
    r">": "atomic groups are not supported",
    r"P=": "back-references need memory",
    r"\(": "conditions are not supported",
    r"#": "comments are not supported",
    r"[a-zA-Z-]+[:)]": "flags are allowed only at the very start, as (?i), and may be i, m and s",
}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_DIGITS = {"x": 2, "u": 4, "U": 8}
_NO_ESCAPES = {
    **dict.fromkeys("123456789", "back-references need memory"),
    "0": r"octal numbers are not supported; write \x00",
    "A": "only lines have a start; write ^",
    "Z": "only lines have an end; write $",
    "N": r"names of characters are not supported; write \u and four digits",
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
            raise BadPattern(self._at, "syntax", "`)` was never opened")
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
            raise BadPattern(at, "unsupported", "possessive repeats are not supported")
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
            raise BadPattern(at, "syntax", "the minimum is above the maximum")
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
            raise BadPattern(at, "too_large", f"groups are nested deeper than {DEPTH}")
        if self._take("?") and self._taken(_GROUP) is None:
            rest = self._source[self._at :]
            why = next((why for begin, why in _NO_GROUPS.items() if re.match(begin, rest)), None)
            raise BadPattern(at, "unsupported" if why else "syntax", why or "`(?` begins no known group")
        self._depth += 1
        inner = self._either()
        self._depth -= 1
        if not self._take(")"):
            raise BadPattern(at, "syntax", "`(` is never closed")
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
            raise BadPattern(at, "syntax", f"`{self._source[at : self._at]}` is not a range")
        return f"{first.source}-{last.source}"

    def _member(self, opened: int) -> Char | CharIn:
        at, char = self._at, self._next()
        if not char:
            raise BadPattern(opened, "syntax", "`[` is never closed")
        if char != "\\":
            return Char(char)
        return Char("\b") if self._take("b") else self._escaped(at)

    def _escaped(self, at: int) -> Char | CharIn:
        letter = self._next()
        if letter in _NO_ESCAPES:
            raise BadPattern(at, "unsupported", _NO_ESCAPES[letter])
        if letter in _DIGITS:
            return self._numbered(at, _DIGITS[letter])
        if letter and letter in "dDwWsS":
            return CharIn(f"\\{letter}")
        if letter not in _CONTROLS and (not letter or (letter.isascii() and letter.isalpha())):
            raise BadPattern(at, "syntax", f"`\\{letter}` is not a known escape")
        return Char(_CONTROLS.get(letter, letter))

    def _numbered(self, at: int, size: int) -> Char:
        digits = self._source[self._at : self._at + size]
        self._at += size
        if not re.fullmatch(f"[0-9a-fA-F]{{{size}}}", digits) or int(digits, 16) > 0x10FFFF:
            raise BadPattern(at, "syntax", f"{size} hexadecimal digits of a character belong here")
        return Char(chr(int(digits, 16)))

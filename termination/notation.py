"""Reads a condition from its notation: `budget(4096) | loop() & ~stop("x").during(answer)`, as in Python."""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from termination.builtin import BUILT_IN, Factory
from termination.condition import BadCondition, Condition, Duration

Find = Callable[[str], Factory]
_TOKEN = r"""\s*(?:
    (?P<duration>-?\d{1,15}(?:\.\d+)?(?:ms|s|m|h)\b)
    | (?P<number>-?\d{1,15}(?:\.\d+)?(?![\w.]))
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*|[^\W\d]\w*)
    | (?P<sign>[|&~().,=])
    )"""
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}  # any other stays, as in Python
_DEEPEST = 50
_NEAR = 0.6
_END = ""


class BadNotation(Exception):
    """The notation cannot be read at the character `place` (from 1). `kind` and `facts` as in BadCondition."""

    def __init__(self, place: int, kind: str, facts: dict[str, str]) -> None:
        super().__init__(place, kind, facts)
        self.place, self.kind, self.facts = place, kind, facts


class _Token(NamedTuple):
    kind: str
    text: str
    place: int


def built_in(name: str) -> Factory:
    """The condition of that name. Raises BadCondition where there is none."""
    if name not in BUILT_IN:
        raise unknown(name, BUILT_IN)
    return BUILT_IN[name]


def unknown(name: str, known: Iterable[str]) -> BadCondition:
    """That there is no condition of that name, and which one may be meant."""
    alike, nearest = max(((_alike(each, name), each) for each in known), default=(0.0, ""))
    near = nearest if alike >= _NEAR else ""
    return BadCondition("unknown_near" if near else "unknown", name=name, near=near, known=", ".join(known))


def _alike(one: str, other: str) -> float:
    """From 0 to 1, as difflib counts, which takes too long to import."""
    whole = len(one + other)
    return 2 * _common(one, other) / whole if 2 * min(len(one), len(other)) >= _NEAR * whole else 0.0


def _common(one: str, other: str) -> int:
    """The characters of the longest block that both have, and of those to its left and to its right."""
    for size in range(min(len(one), len(other)), 0, -1):
        for start in range(len(one) - size + 1):
            if (found := other.find(one[start : start + size])) >= 0:
                left = _common(one[:start], other[:found])
                return left + size + _common(one[start + size :], other[found + size :])
    return 0


def read(notation: str, find: Find = built_in) -> Condition:
    """The condition that the text stands for. `find` gives the maker of a condition by its name.

    `~` binds before `&`, `&` before `|`, methods before all. Arguments are texts in quotes, whole numbers, durations
    (`500ms`, `90s`, `5m`, `1h`), true and false, and by name what the condition calls so. Nothing is executed.
    Raises BadNotation.

    >>> str(read('stop("END", "Q:").during(answer) | budget(90s) & ~loop()'))
    'stop("END", "Q:").during(answer) | budget(90s) & ~loop()'
    """
    return _Reader(notation, find).whole()


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, notation: str, find: Find) -> None:
        self._find = find
        self._tokens = list(_tokens(notation))
        self._depth = 0

    def whole(self) -> Condition:
        condition = self._any()
        if self._next.text != _END:
            raise self._unexpected("| & .")
        return condition

    # --- The operators

    def _any(self) -> Condition:
        condition = self._all()
        while self._accept("|"):
            condition = condition | self._all()
        return condition

    def _all(self) -> Condition:
        condition = self._not()
        while self._accept("&"):
            condition = condition & self._not()
        return condition

    def _not(self) -> Condition:
        place = self._next.place
        if not self._accept("~"):
            return self._with_methods()
        return ~self._deeper(self._not, place)

    def _deeper(self, part: Callable[[], Condition], place: int) -> Condition:
        self._depth += 1
        _not_too(self._depth, place)
        condition = part()
        self._depth -= 1
        return condition

    def _with_methods(self) -> Condition:
        condition, methods = self._atom(), 0
        while self._accept("."):
            methods += 1
            _not_too(methods, self._next.place)
            condition = self._method(condition)
        return condition

    def _atom(self) -> Condition:
        token = self._next
        if self._accept("("):
            condition = self._deeper(self._any, token.place)
            self._expect(")")
            return condition
        if token.kind != "name":
            raise self._unexpected("a condition")
        self._tokens.pop(0)
        maker = self._found(token)
        self._expect("(")
        arguments, named = self._arguments()
        return _made(maker, token, arguments, named)

    def _found(self, token: _Token) -> Factory:
        try:
            return self._find(token.text)
        except BadCondition as problem:
            raise BadNotation(token.place, problem.kind, problem.facts) from None

    # --- Methods and arguments

    def _method(self, condition: Condition) -> Condition:
        token = self._next
        if token.text not in ("during", "after", "shadow"):
            raise BadNotation(token.place, "method", {"name": token.text})
        self._tokens.pop(0)
        self._expect("(")
        if token.text == "shadow":
            self._expect(")")
            return condition.shadow()
        return self._during(condition) if token.text == "during" else self._after(condition, token)

    def _during(self, condition: Condition) -> Condition:
        token = self._next
        match token.text:
            case "thought" | "answer" | "any" as phase:
                self._tokens.pop(0)
                self._expect(")")
                return condition.during(phase)
        raise BadNotation(token.place, "phase", {"name": token.text or "the end"})

    def _after(self, condition: Condition, method: _Token) -> Condition:
        limit = self._value()
        self._expect(")")
        try:
            return condition.after(limit)  # type: ignore[arg-type]  # which it checks
        except BadCondition as problem:
            raise BadNotation(method.place, problem.kind, problem.facts) from None

    def _arguments(self) -> tuple[list[object], dict[str, object]]:
        arguments: list[object] = []
        named: dict[str, object] = {}
        while not self._accept(")"):
            if arguments or named:
                self._expect(",")
            if self._next.kind == "name" and self._tokens[1].text == "=":
                if self._next.text in named:
                    raise self._unexpected("another name")
                name = self._tokens.pop(0).text
                self._expect("=")
                named[name] = self._value()
            else:
                arguments.append(self._value())
        return arguments, named

    def _value(self) -> object:
        token = self._next
        match token.kind:
            case "text":
                value: object = re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), token.text[1:-1])
            case "number":
                value = float(token.text) if "." in token.text else int(token.text)
            case "duration":
                value = _duration(token.text)
            case "name" if token.text in ("true", "false"):
                value = token.text == "true"
            case _:
                raise self._unexpected("a text in quotes, a number or a duration")
        self._tokens.pop(0)
        return value

    # --- Tokens

    @property
    def _next(self) -> _Token:
        return self._tokens[0]

    def _accept(self, sign: str) -> bool:
        if self._next.kind != "sign" or self._next.text != sign:
            return False
        self._tokens.pop(0)
        return True

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise self._unexpected(sign)

    def _unexpected(self, wanted: str) -> BadNotation:
        return BadNotation(self._next.place, "syntax", {"wanted": wanted, "found": self._next.text or "the end"})


def _tokens(notation: str) -> Iterator[_Token]:
    place = 0
    rest = len(notation.rstrip())
    token = re.compile(_TOKEN, re.VERBOSE)  # `re` remembers it; not compiled at each import
    while place < rest:
        found = token.match(notation, place)
        if not found:
            start = len(notation) - len(notation[place:].lstrip())
            raise BadNotation(start + 1, "syntax", {"wanted": "a condition", "found": notation[start : start + 20]})
        assert found.lastgroup
        yield _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup) + 1)
        place = found.end()
    yield _Token("end", _END, rest + 1)


def _duration(text: str) -> Duration:
    number = text.rstrip("msh")
    return Duration(round(float(number) * _SECONDS[text[len(number) :]], 6))


def _not_too(deep: int, place: int) -> None:
    if deep > _DEEPEST:
        raise BadNotation(place, "deep", {"most": str(_DEEPEST)})


def _parameters(maker: Factory) -> inspect.Signature | None:
    """What it takes, without types; None where it does not say."""
    try:
        signature = inspect.signature(maker)
    except ValueError:
        return None
    bare = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
    return signature.replace(parameters=bare, return_annotation=signature.empty)


def _made(maker: Factory, token: _Token, arguments: list[object], named: dict[str, object]) -> Condition:
    """Calls the maker; what it does not take is told with what it takes."""
    takes = _parameters(maker)
    try:
        if takes:
            takes.bind(*arguments, **named)
    except TypeError as error:
        raise BadNotation(token.place, "arguments", {"takes": f"{token.text}{takes}", "problem": str(error)}) from None
    try:
        made = maker(*arguments, **named)
    except BadCondition as problem:
        ours = token.text in BUILT_IN
        facts = problem.facts if ours else {"name": token.text, "problem": str(problem)}
        raise BadNotation(token.place, problem.kind if ours else "refused", facts) from None
    except Exception as error:  # a plugin's own
        raise BadNotation(token.place, "refused", {"name": token.text, "problem": str(error)}) from None
    if not isinstance(made, Condition):
        raise BadNotation(token.place, "no_condition", {"name": token.text})
    return made

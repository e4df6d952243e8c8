"""The parser of the notation: recursive descent over its words."""

from collections.abc import Callable

from termination.arguments import written
from termination.builtin import Factory, built_in
from termination.condition import Condition
from termination.errors import BadArgument, BadCondition
from termination.notation.making import make
from termination.notation.words import THE_END, BadNotation, Word, Words
from termination.phrases import Phrase

Find = Callable[[str], Factory]
_DEEPEST = 50


def parse_condition(notation: str, find: Find = built_in) -> Condition:
    """Return the condition of a notation, such as `budget(4096) | loop() & ~stop("x").during(answer)`.

    `~` binds before `&`, `&` before `|`, methods before all. Arguments are texts in quotes, numbers, durations
    (`500ms`, `90s`, `5m`, `1h`), true and false, also by name. Nothing is executed.

    Args:
        notation: what `str()` or `repr()` of a condition gives, or a person writes.
        find: returns the factory of a condition by its name, or raises BadCondition.

    Raises:
        BadNotation: if it cannot be read, or if a condition does not accept its arguments.
        BadArgument: if it is not a text.

    >>> str(parse_condition('stop("END", "Q:").during(answer) | budget(90s) & ~loop()'))
    'stop("END", "Q:").during(answer) | budget(90s) & ~loop()'
    """
    if not isinstance(notation, str):
        raise BadArgument("not_notation", value=written(notation))
    return _Parser(notation, find).parse()


class _Parser:
    """A parser with its place in one notation."""

    def __init__(self, notation: str, find: Find) -> None:
        self._find = find
        self._words = Words(notation)
        self._depth = 0

    def parse(self) -> Condition:
        """Return the condition of the whole notation."""
        condition = self._any()
        if self._words.next.kind != "end":
            raise self._words.unexpected(Phrase("operator"))
        return condition

    # --- The operators

    def _any(self) -> Condition:
        condition = self._all()
        while self._words.accept("|"):
            condition = condition | self._all()
        return condition

    def _all(self) -> Condition:
        condition = self._not()
        while self._words.accept("&"):
            condition = condition & self._not()
        return condition

    def _not(self) -> Condition:
        place = self._words.next.place
        if not self._words.accept("~"):
            return self._with_methods()
        return ~self._deeper(self._not, place)

    def _deeper(self, part: Callable[[], Condition], place: int) -> Condition:
        self._depth += 1
        _limit_depth(self._depth, place)
        condition = part()
        self._depth -= 1
        return condition

    def _with_methods(self) -> Condition:
        condition, methods = self._atom(), 0
        while self._words.accept("."):
            methods += 1
            _limit_depth(methods, self._words.next.place)
            condition = self._method(condition)
        return condition

    def _atom(self) -> Condition:
        word = self._words.next
        if self._words.accept("("):
            condition = self._deeper(self._any, word.place)
            self._words.expect(")")
            return condition
        if word.kind != "name":
            raise self._words.unexpected(Phrase("condition"))
        self._words.take()
        factory = self._factory(word)
        self._words.expect("(")
        arguments, named = self._arguments()
        return make(factory, word, arguments, named)

    def _factory(self, word: Word) -> Factory:
        try:
            return self._find(word.text)
        except BadCondition as problem:
            raise BadNotation(word.place, problem.kind, problem.facts) from None

    # --- Methods and arguments

    def _method(self, condition: Condition) -> Condition:
        word = self._words.next
        if word.text not in ("during", "after", "shadow"):
            raise BadNotation(word.place, "method", {"name": word.text})
        self._words.take()
        self._words.expect("(")
        if word.text == "shadow":
            self._words.expect(")")
            return condition.shadow()
        return self._during(condition) if word.text == "during" else self._after(condition, word)

    def _during(self, condition: Condition) -> Condition:
        word = self._words.next
        match word.text:
            case "thought" | "answer" | "any" as phase:
                self._words.take()
                self._words.expect(")")
                return condition.during(phase)
        raise BadNotation(word.place, "phase", {"name": word.text or THE_END})

    def _after(self, condition: Condition, method: Word) -> Condition:
        limit = self._words.value()
        self._words.expect(")")
        try:
            return condition.after(limit)  # type: ignore[arg-type]  # which it checks
        except BadCondition as problem:
            raise BadNotation(method.place, problem.kind, problem.facts) from None

    def _arguments(self) -> tuple[list[object], dict[str, object]]:
        arguments: list[object] = []
        named: dict[str, object] = {}
        while not self._words.accept(")"):
            if arguments or named:
                self._words.expect(",")
            if self._words.names_argument:
                if self._words.next.text in named:
                    raise self._words.unexpected(Phrase("another_name"))
                name = self._words.take().text
                self._words.expect("=")
                named[name] = self._words.value()
            else:
                arguments.append(self._words.value())
        return arguments, named


def _limit_depth(depth: int, place: int) -> None:
    if depth > _DEEPEST:
        raise BadNotation(place, "deep", {"most": str(_DEEPEST)})

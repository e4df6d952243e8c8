"""Conditions and how they are composed: `a | b`, `a & b`, `~a`, `.during()`, `.after()`, `.shadow()`."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar, Literal, NoReturn, get_args

from termination.arguments import Amount, Duration, amount, duration, written
from termination.ending import Action, EndingCode
from termination.errors import BadCondition, sentence
from termination.watch import Watch

Scope = Literal["thought", "answer", "any"]


class Condition:
    """The immutable description of a condition. Each turn starts a new `Watch` from it.

    A subclass is a frozen dataclass whose fields are its arguments. It raises BadCondition, or another ValueError, if
    its arguments make no sense. `repr()` and `str()` give its notation, which `parse_condition` reads.

    Attributes:
        name: how the notation calls it; without one, its module and class.
        code: how it ends a turn.
        action: `cut` ends the turn, `end_thought` asks for an answer after a thought, `nudge` only reports.
        scope: the part of a turn that it looks at without `.during()`.
        scopes: the parts that `.during()` may name.
    """

    __slots__ = ()

    name: ClassVar[str] = ""
    code: ClassVar[EndingCode] = "stop_text"
    action: ClassVar[Action] = "cut"
    scope: ClassVar[Scope] = "any"
    scopes: ClassVar[tuple[Scope, ...]] = ("thought", "answer", "any")

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__repr__" not in vars(cls):
            cls.__repr__ = cls.__repr__  # type: ignore[method-assign]  # dataclass() replaces only an inherited one

    def start(self) -> Watch:
        """Return new state for one turn."""
        raise NotImplementedError

    def __or__(self, other: "Condition") -> "AnyOf":
        return AnyOf((*_parts(self, AnyOf, "|"), *_parts(other, AnyOf, "|")))

    def __and__(self, other: "Condition") -> "AllOf":
        return AllOf((*_parts(self, AllOf, "&"), *_parts(other, AllOf, "&")))

    def __ror__(self, other: object) -> NoReturn:
        raise _not_condition(other, "|")

    def __rand__(self, other: object) -> NoReturn:
        raise _not_condition(other, "&")

    def __invert__(self) -> "Not":
        return Not(self)

    def __bool__(self) -> bool:
        """Raise TypeError: `a or b` and `not a` would drop a condition without a word."""
        raise TypeError(sentence("no_truth_value", {"condition": repr(self)}))

    def during(self, scope: Scope) -> "During":
        """Return this condition, looking only at the `thought`, at the `answer` or at `any` text.

        Raises:
            BadCondition: if the scope is another word.
        """
        return During(self, scope)

    def after(self, limit: Amount) -> "After":
        """Return this condition, sleeping until its scope has had that many tokens, or that much time.

        It knows nothing of the text before.

        Args:
            limit: a whole number of tokens, or a Duration or timedelta.

        Raises:
            BadCondition: if the limit is something else, or is not above 0.
        """
        return After(self, amount("after", limit))

    def shadow(self) -> "Shadow":
        """Return this condition, watched and recorded in the ending's `shadows`, but never acting."""
        return Shadow(self)

    def __str__(self) -> str:
        """Return the notation."""
        called = self.name or f"{type(self).__module__}:{type(self).__qualname__}"
        return f"{called}({', '.join(self._arguments())})"

    def __repr__(self) -> str:
        return str(self)

    def _arguments(self) -> list[str]:
        if not is_dataclass(self):
            return []
        return [written(getattr(self, each.name)) for each in fields(self)]


def _parts(condition: Condition, kind: "type[AnyOf | AllOf]", sign: str) -> tuple[Condition, ...]:
    """Return the parts of a condition that is composed in this way, else the condition alone."""
    if not isinstance(condition, Condition):
        raise _not_condition(condition, sign)
    if isinstance(condition, AnyOf | AllOf) and type(condition) is kind:
        return condition.parts
    return (condition,)


def _not_condition(value: object, sign: str) -> TypeError:
    kind, shown = "not_condition", written(value)
    if isinstance(value, str):
        kind = "not_condition_text"
    elif callable(value):
        kind, shown = "not_condition_callable", getattr(value, "__name__", shown)
    return TypeError(sentence(kind, {"sign": f"`{sign}`", "value": shown}))


@dataclass(frozen=True, slots=True)
class _Composed(Condition):
    """A condition of several parts."""

    parts: tuple[Condition, ...]


class AnyOf(_Composed):
    """A condition that is true if one of its parts is. Without parts it never is."""

    __slots__ = ()

    def __str__(self) -> str:
        return " | ".join(map(str, self.parts))

    def __repr__(self) -> str:
        return str(self) or "any_of()"


def any_of(*conditions: Condition) -> AnyOf:
    """Return the conditions as alternatives. Without one, the result is never true.

    Raises:
        TypeError: if one of them is not a condition.
    """
    return AnyOf(tuple(part for each in conditions for part in _parts(each, AnyOf, "any_of")))


class AllOf(_Composed):
    """A condition that is true if all of its parts are."""

    __slots__ = ()

    def __str__(self) -> str:
        return " & ".join(f"({part})" if isinstance(part, AnyOf) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Wrapped(Condition):
    """A condition made of another."""

    part: Condition


class Not(_Wrapped):
    """A condition that is true if its part is not."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"~{_atom(self.part)}"


@dataclass(frozen=True, slots=True)
class During(_Wrapped):
    """A condition that looks only at one part of a turn. See `Condition.during`."""

    phase: Scope

    def __post_init__(self) -> None:
        if self.phase not in get_args(Scope):
            raise BadCondition("phase", name=self.phase)

    def __str__(self) -> str:
        return f"{_atom(self.part)}.during({self.phase})"


@dataclass(frozen=True, slots=True)
class After(_Wrapped):
    """A condition that sleeps at first. See `Condition.after`."""

    limit: int | Duration

    def __str__(self) -> str:
        return f"{_atom(self.part)}.after({self.limit})"


class Shadow(_Wrapped):
    """A condition that is only recorded. See `Condition.shadow`."""

    __slots__ = ()

    def __str__(self) -> str:
        return f"{_atom(self.part)}.shadow()"


def _atom(condition: Condition) -> str:
    several = isinstance(condition, AnyOf | AllOf) and len(condition.parts) > 1
    return f"({condition})" if several or isinstance(condition, Not) else str(condition)


@dataclass(frozen=True, slots=True)
class Timed(Condition):
    """A condition whose one argument is a time above 0."""

    limit: Duration

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", duration(self.name, self.limit))

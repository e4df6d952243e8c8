"""What a condition is, and how they are composed: `a | b`, `a & b`, `~a`, `.during()`, `.after()`, `.shadow()`."""

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import ClassVar, Literal

from termination.arguments import Duration, amount, period, written
from termination.ending import Action, EndingCode
from termination.watch import Watch

Scope = Literal["thought", "answer", "any"]


class Condition:
    """The immutable description of a condition; each turn starts a fresh `Watch` from it.

    A subclass is a frozen dataclass whose fields are its arguments. `scope` is where it looks unless `.during()` says
    otherwise, `scopes` is where it may look. Raises BadCondition when it is made with arguments that make no sense.
    """

    name: ClassVar[str] = ""
    code: ClassVar[EndingCode] = "stop_text"
    action: ClassVar[Action] = "cut"
    scope: ClassVar[Scope] = "any"
    scopes: ClassVar[tuple[Scope, ...]] = ("thought", "answer", "any")

    def start(self) -> Watch:
        """Fresh state for one turn."""
        raise NotImplementedError

    def __or__(self, other: "Condition") -> "AnyOf":
        return any_of(self, other)

    def __and__(self, other: "Condition") -> "AllOf":
        return AllOf((*_parts(self, AllOf), *_parts(other, AllOf)))

    def __invert__(self) -> "Not":
        return Not(self)

    def during(self, scope: Scope) -> "During":
        """Looks only there."""
        return During(self, scope)

    def after(self, limit: int | Duration) -> "After":
        """Sleeps until so many tokens, or seconds, of its scope have passed, and knows nothing of what was before."""
        return After(self, limit)

    def shadow(self) -> "Shadow":
        """Is watched and recorded, and never acts."""
        return Shadow(self)

    def __str__(self) -> str:
        """In the notation that profiles have."""
        called = self.name or f"{type(self).__module__}:{type(self).__qualname__}"
        return f"{called}({', '.join(self._arguments())})"

    def _arguments(self) -> list[str]:
        return [written(getattr(self, each.name)) for each in fields(self)] if is_dataclass(self) else []


def _parts(condition: Condition, kind: "type[AnyOf | AllOf]") -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, AnyOf | AllOf) and type(condition) is kind else (condition,)


class Spec(Condition):
    """A condition that is a plain value: equal to another of its kind with the same arguments, and immutable.

    What a frozen dataclass would be, whose making takes half a millisecond at each import. `__slots__` are the fields.
    """

    __slots__: tuple[str, ...] = ()

    def _set(self, *values: object) -> None:
        for name, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, name, value)

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Spec) or type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        fields = (f"{name}={value!r}" for name, value in zip(self.__slots__, self._values(), strict=True))
        return f"{type(self).__qualname__}({', '.join(fields)})"

    def _arguments(self) -> list[str]:
        return [written(value) for value in self._values()]


class AnyOf(Spec):
    """Holds where one of them does."""

    __slots__ = __match_args__ = ("parts",)
    parts: tuple[Condition, ...]

    def __init__(self, parts: tuple[Condition, ...]) -> None:
        self._set(parts)

    def __str__(self) -> str:
        return " | ".join(map(str, self.parts))


def any_of(*conditions: Condition) -> AnyOf:
    """All of them as alternatives; without one it never holds."""
    return AnyOf(tuple(part for each in conditions for part in _parts(each, AnyOf)))


class AllOf(Spec):
    """Holds where all of them do."""

    __slots__ = __match_args__ = ("parts",)
    parts: tuple[Condition, ...]

    def __init__(self, parts: tuple[Condition, ...]) -> None:
        self._set(parts)

    def __str__(self) -> str:
        return " & ".join(f"({part})" if isinstance(part, AnyOf) else str(part) for part in self.parts)


class Not(Spec):
    """Holds where it does not."""

    __slots__ = __match_args__ = ("part",)
    part: Condition

    def __init__(self, part: Condition) -> None:
        self._set(part)

    def __str__(self) -> str:
        return f"~{_atom(self.part)}"


class During(Spec):
    """See `Condition.during`."""

    __slots__ = __match_args__ = ("part", "phase")
    part: Condition
    phase: Scope

    def __init__(self, part: Condition, phase: Scope) -> None:
        self._set(part, phase)

    def __str__(self) -> str:
        return f"{_atom(self.part)}.during({self.phase})"


class After(Spec):
    """See `Condition.after`."""

    __slots__ = __match_args__ = ("part", "limit")
    part: Condition
    limit: int | Duration

    def __init__(self, part: Condition, limit: int | Duration) -> None:
        amount("after", limit)
        self._set(part, limit)

    def __str__(self) -> str:
        return f"{_atom(self.part)}.after({self.limit})"


class Shadow(Spec):
    """See `Condition.shadow`."""

    __slots__ = __match_args__ = ("part",)
    part: Condition

    def __init__(self, part: Condition) -> None:
        self._set(part)

    def __str__(self) -> str:
        return f"{_atom(self.part)}.shadow()"


def _atom(condition: Condition) -> str:
    several = isinstance(condition, AnyOf | AllOf) and len(condition.parts) > 1
    return f"({condition})" if several or isinstance(condition, Not) else str(condition)


class Timed(Spec):
    """A condition whose one argument is a time above 0."""

    __slots__ = __match_args__ = ("limit",)
    limit: Duration

    def __init__(self, limit: Duration) -> None:
        period(self.name, limit)
        self._set(limit)

"""A condition taken apart into rules, each one alternative, and these into leaves."""

from collections.abc import Iterator
from typing import NamedTuple, get_args

from termination.arguments import written
from termination.condition import After, AllOf, AnyOf, Condition, During, Not, Scope, Shadow
from termination.ending import Action, EndingCode
from termination.errors import BadArgument, BadCondition
from termination.watching.leaf import NO_CUT, Leaf
from termination.watching.sleeping import Limit

_Part = tuple[Condition, Scope | None, Limit | None, bool]


class Every:
    """A node that is true if all of its parts are."""

    def __init__(self, parts: tuple["Node", ...]) -> None:
        self.parts = parts

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Return the leaves of its parts."""
        return tuple(leaf for part in self.parts for leaf in part.leaves)

    @property
    def reasons(self) -> tuple[Leaf, ...]:
        """Return the leaves that say why it is true."""
        return tuple(leaf for part in self.parts for leaf in part.reasons)

    def is_true(self, at: int, phase: str) -> bool:
        """True if it is true at that character of the turn."""
        return all(part.is_true(at, phase) for part in self.parts)

    def cut(self, at: int, phase: str) -> int:
        """Return the last of its parts' cuts."""
        return max(part.cut(at, phase) for part in self.parts)


class Some(Every):
    """A node that is true if one of its parts is."""

    def is_true(self, at: int, phase: str) -> bool:
        """True if it is true at that character of the turn."""
        return any(part.is_true(at, phase) for part in self.parts)

    def cut(self, at: int, phase: str) -> int:
        """Return the first of the cuts of the parts that are true."""
        return min(part.cut(at, phase) for part in self.parts if part.is_true(at, phase))


class Except:
    """A node that is true if its leaf is not."""

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Return the leaf."""
        return (self.leaf,)

    @property
    def reasons(self) -> tuple[Leaf, ...]:
        """Return no leaf: nothing was seen."""
        return ()

    def is_true(self, at: int, phase: str) -> bool:
        """True if it is true at that character of the turn."""
        return not self.leaf.is_true(at, phase)

    def cut(self, at: int, phase: str) -> int:
        """Return NO_CUT."""
        return NO_CUT


Node = Leaf | Every | Except


class Rule(NamedTuple):
    """One alternative. `order` is its place among them; with `shadow` it is only recorded."""

    node: Node
    text: str
    order: int
    shadow: bool

    @property
    def code(self) -> EndingCode:
        """Return the ending's code: that of the first condition in it."""
        return self.node.reasons[0].condition.code

    @property
    def action(self) -> Action:
        """Return what is done when it is true: the action of the first condition in it."""
        return self.node.reasons[0].condition.action


def rules(condition: Condition | None) -> list[Rule]:
    """Return the alternatives, with new leaves, in the order in which they were declared.

    Raises BadCondition for scopes that contradict each other, for a rule that is true before the first token, for one
    that can never be true, and for `.shadow()` or a second `.after()` within a rule. Raises BadArgument for what is
    not a condition.
    """
    apart = () if condition is None else _apart(condition, None, None, False)
    made = [
        Rule(_node(part, scope, limit), _text(part, scope, limit), order, shadow)
        for order, (part, scope, limit, shadow) in enumerate(apart)
    ]
    for rule in made:
        _check(rule)
    return made


def check_condition(condition: Condition) -> None:
    """Raise BadCondition if a turn with this condition would."""
    rules(condition)


def _apart(condition: Condition, scope: Scope | None, limit: Limit | None, shadow: bool) -> Iterator[_Part]:
    match condition:
        case AnyOf(parts):
            for part in parts:
                yield from _apart(part, scope, limit, shadow)
        case During(part, phase):
            yield from _apart(part, _both(scope, phase, condition), limit, shadow)
        case After(part, more):
            yield from _apart(part, scope, _once(limit, more, condition), shadow)
        case Shadow(part):
            yield from _apart(part, scope, limit, True)
        case _:
            yield condition, scope, limit, shadow


def _node(condition: Condition, scope: Scope | None, limit: Limit | None, negated: bool = False) -> Node:
    """Build the node, with every `~` at a leaf: so it has a leaf that says why, or is true from the beginning."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            kind = Every if isinstance(condition, AllOf) != negated else Some
            return kind(tuple(_node(part, scope, limit, negated) for part in parts))
        case Not(part):
            return _node(part, scope, limit, not negated)
        case During(part, phase):
            return _node(part, _both(scope, phase, condition), limit, negated)
        case After(part, more):
            return _node(part, scope, _once(limit, more, condition), negated)
        case Shadow(_):
            raise BadCondition("shadow_inside", condition=condition)
    if not isinstance(condition, Condition):
        raise BadArgument("not_end", value=written(condition))
    if condition.code not in get_args(EndingCode) or condition.action not in get_args(Action):
        raise BadCondition("code", condition=condition, code=condition.code, action=condition.action)
    if scope is not None and scope not in condition.scopes:
        raise BadCondition("scope", condition=condition, scope=scope, allowed=", ".join(condition.scopes))
    leaf = Leaf(condition, scope or condition.scope, limit)
    return Except(leaf) if negated else leaf


def _both(outer: Scope | None, inner: Scope, condition: Condition) -> Scope:
    if outer not in (None, "any", inner):
        raise BadCondition("scopes", condition=condition, outer=outer, inner=inner)
    return inner


def _once(outer: Limit | None, inner: Limit, condition: Condition) -> Limit:
    if outer is not None:
        raise BadCondition("after_twice", condition=condition)
    return inner


def _check(rule: Rule) -> None:
    if rule.node.is_true(0, "waiting"):
        raise BadCondition("at_once", condition=rule.text)
    if isinstance(rule.node, Every) and not isinstance(rule.node, Some):
        scopes = {part.scope for part in rule.node.parts if isinstance(part, Leaf)}
        if {"thought", "answer"} <= scopes:
            raise BadCondition("never", condition=rule.text)


def _text(condition: Condition, scope: Scope | None, limit: Limit | None) -> str:
    """Return the rule in the notation, with the scope and the sleep that were around it."""
    if limit is not None:
        condition = condition.after(limit)
    if scope is not None:
        condition = condition.during(scope)
    return str(condition)

"""A condition at work in one turn: taken apart into rules, each one alternative, and these into leaves."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, get_args

from termination.condition import (
    After,
    AllOf,
    AnyOf,
    BadCondition,
    Condition,
    Duration,
    During,
    Not,
    Scope,
    Seen,
    Shadow,
    Watch,
)
from termination.ending import Action, EndingCode, TextPhase
from termination.progress import Progress

NO_CUT = -1
Limit = int | Duration
Feed = Callable[[str, Progress], Seen | None]
Deadline = Callable[[Progress], float | None]
_Part = tuple[Condition, Scope | None, Limit | None, bool]


def told(error: Exception) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {error}"


class Leaf:
    """One condition without parts. `seen` is where it holds from, in characters of the whole turn."""

    def __init__(self, condition: Condition, scope: Scope, limit: Limit | None) -> None:
        self.condition = condition
        self.scope = scope
        self.seen: Seen | None = None
        self.watch, self.problem = _started(condition)
        self.phase: TextPhase | None = None if scope == "any" else scope
        self.watch.measured = self.phase
        self._sleeps = limit
        self._entered = False

    def within(self, phase: str) -> bool:
        """Whether it looks in that phase."""
        return self.scope in ("any", phase)

    def enter(self, progress: Progress) -> None:
        """A phase of its scope begins."""
        self._entered = True
        if self._sleeps is None:
            self.watch.enter(progress)

    def feed(self, text: str, progress: Progress) -> Seen | None:
        """More text; while it sleeps, only that after its waking."""
        if self._sleeps is None:
            return self.watch.feed(text, progress)
        if (at := self._waking(text, progress)) is None:
            return None
        self._wake(progress)
        with progress.ahead(text[:at]):
            seen = self.watch.feed(text[at:], progress)
        return replace(seen, at=seen.at + at, cut=None if seen.cut is None else seen.cut + at) if seen else None

    def look(self, progress: Progress) -> Seen | None:
        """Time has passed."""
        if self._waking("", progress) is not None:
            self._wake(progress)
        return None if self._sleeps is not None else self.watch.look(progress)

    def count(self, progress: Progress) -> Seen | None:
        """A chunk is over."""
        return None if self._sleeps is not None else self.watch.count(progress)

    def leave(self, progress: Progress) -> Seen | None:
        """The phase is over."""
        entered, self._entered = self._entered, False
        return self.watch.leave(progress) if entered and self._sleeps is None else None

    def deadline(self, progress: Progress) -> float | None:
        """When it wants to look, or to wake."""
        if isinstance(self._sleeps, Duration):
            return progress.when(self._sleeps, self.phase)
        return None if self._sleeps is not None else self.watch.deadline(progress)

    @property
    def done(self) -> bool:
        """Whether it has nothing to be asked for now."""
        return bool(self.problem) or self.seen is not None

    @property
    def feeder(self) -> "Feed":
        """What to feed with text: the watch itself, or what wakes it."""
        return self.feed if self.sleeps else self.watch.feed

    @property
    def deadliner(self) -> Deadline:
        """What to ask for a deadline, likewise."""
        return self.deadline if self.sleeps else self.watch.deadline

    @property
    def is_steady(self) -> bool:
        """Whether its deadline stays the same as long as the phase does."""
        return self.watch.steady and not self.sleeps

    def overrides(self, method: str) -> bool:
        """Whether its watch has that method for itself."""
        return getattr(type(self.watch), method) is not getattr(Watch, method)

    @property
    def sleeps(self) -> bool:
        """Whether it waits for its `.after()`."""
        return self._sleeps is not None

    def _waking(self, text: str, progress: Progress) -> int | None:
        if isinstance(self._sleeps, Duration):
            return 0 if progress.passed(self._sleeps, self.phase) else None
        return None if self._sleeps is None else progress.reaches(self._sleeps, self.phase, text)

    def _wake(self, progress: Progress) -> None:
        self._sleeps = None
        if self._entered:
            self.watch.enter(progress)

    # --- As a part of a rule

    @property
    def leaves(self) -> tuple["Leaf", ...]:
        """Itself."""
        return (self,)

    @property
    def speakers(self) -> tuple["Leaf", ...]:
        """Itself."""
        return (self,)

    def cut(self, at: int, phase: str) -> int:
        """Where it asks for the cut when its rule holds at that character; below 0 if it held before."""
        assert self.seen is not None
        if self.seen.at != at:
            return NO_CUT
        return at if self.seen.cut is None else self.seen.cut

    def holds(self, at: int, phase: str) -> bool:
        """Whether it holds at that character of the turn."""
        return self.seen is not None and self.seen.at <= at and self.within(phase)


def _started(condition: Condition) -> tuple[Watch, str]:
    """Its watch; or one that sees nothing, and what went wrong."""
    try:
        watch = condition.start()
    except Exception as error:  # a plugin's: the turn goes on without it
        return Watch(), told(error)
    return (watch, "") if isinstance(watch, Watch) else (Watch(), f"it started {watch!r}, which is no Watch")


class Every:
    """Holds where all parts do."""

    def __init__(self, parts: tuple["Node", ...]) -> None:
        self.parts = parts

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Those of its parts."""
        return tuple(leaf for part in self.parts for leaf in part.leaves)

    @property
    def speakers(self) -> tuple[Leaf, ...]:
        """The leaves that say why it holds."""
        return tuple(leaf for part in self.parts for leaf in part.speakers)

    def holds(self, at: int, phase: str) -> bool:
        """Whether it holds at that character of the turn."""
        return all(part.holds(at, phase) for part in self.parts)

    def cut(self, at: int, phase: str) -> int:
        """The last of its parts' cuts."""
        return max(part.cut(at, phase) for part in self.parts)


class Some(Every):
    """Holds where one part does."""

    def holds(self, at: int, phase: str) -> bool:
        """Whether it holds at that character of the turn."""
        return any(part.holds(at, phase) for part in self.parts)

    def cut(self, at: int, phase: str) -> int:
        """The first of the cuts of those that hold."""
        return min(part.cut(at, phase) for part in self.parts if part.holds(at, phase))


class Except:
    """Holds where the leaf does not."""

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The one."""
        return (self.leaf,)

    @property
    def speakers(self) -> tuple[Leaf, ...]:
        """None: nothing was seen."""
        return ()

    def holds(self, at: int, phase: str) -> bool:
        """Whether it holds at that character of the turn."""
        return not self.leaf.holds(at, phase)

    def cut(self, at: int, phase: str) -> int:
        """It asks for none of its own."""
        return NO_CUT


Node = Leaf | Every | Except


class Rule(NamedTuple):
    """One alternative. `order` is its place among them; one in the shadow is only recorded."""

    node: Node
    text: str
    order: int
    shadow: bool

    @property
    def code(self) -> EndingCode:
        """The ending's code: that of the first condition in it."""
        return self.node.speakers[0].condition.code

    @property
    def action(self) -> Action:
        """What is done where it holds."""
        return self.node.speakers[0].condition.action


def rules(condition: Condition | None) -> list[Rule]:
    """The alternatives, with fresh leaves, in the order in which they were declared.

    Raises BadCondition for scopes that contradict each other, for a rule that holds before the first token, for one
    that can never hold, and for `.shadow()` or a second `.after()` within a rule.
    """
    apart = _apart(condition, None, None, False) if condition else ()
    made = [
        Rule(_node(part, scope, limit), _text(part, scope, limit), order, shadow)
        for order, (part, scope, limit, shadow) in enumerate(apart)
    ]
    for rule in made:
        _check(rule)
    return made


def check(condition: Condition) -> None:
    """Raises BadCondition where a turn with this condition would."""
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
    """Moves every `~` to the leaves: so whatever holds has a leaf that says why, or holds from the beginning."""
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
    if condition.code not in get_args(EndingCode) or condition.action not in get_args(Action):
        raise BadCondition("code", condition=condition, code=condition.code, action=condition.action)
    if scope is not None and scope not in condition.scopes:
        raise BadCondition("scope", condition=condition, scope=scope, allowed=" or ".join(condition.scopes))
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
    if rule.node.holds(0, "waiting"):
        raise BadCondition("at_once", condition=rule.text)
    if isinstance(rule.node, Every) and not isinstance(rule.node, Some):
        scopes = {part.scope for part in rule.node.parts if isinstance(part, Leaf)}
        if {"thought", "answer"} <= scopes:
            raise BadCondition("never", condition=rule.text)


def _text(condition: Condition, scope: Scope | None, limit: Limit | None) -> str:
    """The rule in the notation, with what stood outside of it."""
    whole = condition if limit is None else condition.after(limit)
    return str(whole if scope is None else whole.during(scope))

"""Finds a condition by the name that a profile calls it: built in, from another package, or a class of one's own."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path

from termination import (
    BUILT_IN,
    AnyOf,
    BadCondition,
    Budget,
    Condition,
    During,
    Factory,
    Scope,
    any_of,
    check_condition,
    parse_condition,
    unknown_condition,
)

GROUP = "fullstop.conditions"


def condition(notation: str, scope: Scope, folder: Path | None = None) -> Condition:
    """The condition that a profile's text stands for, in its scope; a local class may stand in `folder`.

    Raises BadNotation and BadCondition.
    """
    made = parse_condition(notation, partial(find, folder=folder)).during(scope)
    check_condition(made)
    return made


def find(name: str, folder: Path | None = None) -> Factory:
    """What makes the condition of that name. Raises BadCondition where there is none, or where it cannot be loaded."""
    if ":" in name:
        return _local(name, folder)
    if name in BUILT_IN:
        return BUILT_IN[name]
    found = {each.name: each for each in entry_points(group=GROUP)}
    if name not in found:
        raise unknown_condition(name, [*BUILT_IN, *sorted(found)])
    try:
        return _maker(name, found[name].load())
    except Exception as error:  # another's code: it may raise anything
        raise _unloadable(name, error) from None


def _local(name: str, folder: Path | None) -> Factory:
    module, _, attribute = name.partition(":")
    try:
        with _on_path(folder):
            return _maker(name, getattr(importlib.import_module(module), attribute))
    except Exception as error:  # as above
        raise _unloadable(name, error) from None


def _maker(name: str, found: object) -> Factory:
    if not callable(found):
        raise TypeError(f"{name} cannot be called")
    return found


def _unloadable(name: str, error: Exception) -> BadCondition:
    return BadCondition("plugin", name=name, problem=f"{type(error).__name__}: {error}")


@contextmanager
def _on_path(folder: Path | None) -> Iterator[None]:
    if folder is None or str(folder) in sys.path:
        yield
        return
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def budgets(condition: Condition) -> list[Budget]:
    """The budgets among its alternatives."""
    match condition:
        case AnyOf(parts):
            return [each for part in parts for each in budgets(part)]
        case During(part, _):
            return budgets(part)
        case Budget():
            return [condition]
        case _:
            return []


def without_budgets(condition: Condition) -> Condition:
    """The condition without the budgets among its alternatives: the person has set another one."""
    match condition:
        case AnyOf(parts):
            return any_of(*map(without_budgets, parts))
        case During(part, scope):
            return without_budgets(part).during(scope)
        case Budget():
            return AnyOf(())
        case _:
            return condition

"""The conditions that a profile names: built in, from another package, or from a local module."""

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


def load_condition(notation: str, scope: Scope, folder: Path | None = None) -> Condition:
    """Return the condition in that notation, limited to a scope. `folder` may contain local modules.

    Raises:
        BadNotation: if the text is not a condition.
        BadCondition: if the condition makes no sense, does not exist or cannot be loaded.
    """
    condition = parse_condition(notation, partial(find_factory, folder=folder)).during(scope)
    check_condition(condition)
    return condition


def find_factory(name: str, folder: Path | None = None) -> Factory:
    """Return the factory of the condition of that name. `module:name` is a local one.

    Raises:
        BadCondition: if there is none, or if it cannot be loaded.
    """
    if ":" in name:
        return _load_local(name, folder)
    if name in BUILT_IN:
        return BUILT_IN[name]
    found = {each.name: each for each in entry_points(group=GROUP)}
    if name not in found:
        raise unknown_condition(name, [*BUILT_IN, *sorted(found)])
    try:
        factory = found[name].load()
    except Exception as error:  # third-party code may raise anything
        raise _load_error(name, error) from None
    return _check_callable(name, factory)


def _load_local(name: str, folder: Path | None) -> Factory:
    module, _, attribute = name.partition(":")
    try:
        with _on_path(folder):
            factory = getattr(importlib.import_module(module), attribute)
    except Exception as error:  # third-party code may raise anything
        raise _load_error(name, error) from None
    return _check_callable(name, factory)


def _check_callable(name: str, found: object) -> Factory:
    if not callable(found):
        raise BadCondition("no_condition", name=name)
    return found


def _load_error(name: str, error: Exception) -> BadCondition:
    return BadCondition("plugin", name=name, problem=f"{type(error).__name__}: {error}")


@contextmanager
def _on_path(folder: Path | None) -> Iterator[None]:
    """Add a folder to the places that Python imports from, while the block runs."""
    if folder is None or str(folder) in sys.path:
        yield
        return
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def budgets(condition: Condition) -> list[Budget]:
    """Return the budgets among the alternatives of a condition."""
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
    """Return the condition without the budgets among its alternatives, for a person who has set another one."""
    match condition:
        case AnyOf(parts):
            return any_of(*map(without_budgets, parts))
        case During(part, scope):
            return without_budgets(part).during(scope)
        case Budget():
            return AnyOf(())
        case _:
            return condition

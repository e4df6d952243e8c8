"""Conditions made by calling a factory with the arguments that the notation has."""

import inspect

from termination.builtin import BUILT_IN, Factory
from termination.condition import Condition
from termination.errors import BadCondition
from termination.notation.words import BadNotation, Word


def _signature(factory: Factory) -> inspect.Signature | None:
    """Return the signature without types; None if there is none to be found."""
    try:
        signature = inspect.signature(factory)
    except ValueError:
        return None
    bare = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
    return signature.replace(parameters=bare, return_annotation=signature.empty)


def make(factory: Factory, word: Word, arguments: list[object], named: dict[str, object]) -> Condition:
    """Return the condition that the factory makes of these arguments.

    Raises:
        BadNotation: if the factory does not accept them, or makes something else. It says what the factory accepts.
    """
    signature = _signature(factory)
    if signature:
        try:
            signature.bind(*arguments, **named)
        except TypeError as error:
            facts = {"takes": f"{word.text}{signature}", "problem": str(error)}
            raise BadNotation(word.place, "arguments", facts) from None
    condition = _call(factory, word, arguments, named)
    if not isinstance(condition, Condition):
        raise BadNotation(word.place, "no_condition", {"name": word.text})
    return condition


def _call(factory: Factory, word: Word, arguments: list[object], named: dict[str, object]) -> object:
    try:
        return factory(*arguments, **named)
    except Exception as error:  # the factory of a plugin may raise anything
        if isinstance(error, BadCondition) and word.text in BUILT_IN:
            raise BadNotation(word.place, error.kind, error.facts) from None
        raise BadNotation(word.place, "refused", {"name": word.text, "problem": str(error)}) from None

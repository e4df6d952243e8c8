"""Makes a condition by calling its maker with the arguments that the notation has."""

import inspect

from termination.arguments import BadCondition
from termination.builtin import BUILT_IN, Factory
from termination.condition import Condition
from termination.notation.words import BadNotation, Word


def _parameters(maker: Factory) -> inspect.Signature | None:
    """What it takes, without types; None where it does not say."""
    try:
        signature = inspect.signature(maker)
    except ValueError:
        return None
    bare = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
    return signature.replace(parameters=bare, return_annotation=signature.empty)


def made(maker: Factory, word: Word, arguments: list[object], named: dict[str, object]) -> Condition:
    """Calls the maker; what it does not take is told with what it takes."""
    takes = _parameters(maker)
    try:
        if takes:
            takes.bind(*arguments, **named)
    except TypeError as error:
        raise BadNotation(word.place, "arguments", {"takes": f"{word.text}{takes}", "problem": str(error)}) from None
    try:
        made = maker(*arguments, **named)
    except BadCondition as problem:
        ours = word.text in BUILT_IN
        facts = problem.facts if ours else {"name": word.text, "problem": str(problem)}
        raise BadNotation(word.place, problem.kind if ours else "refused", facts) from None
    except Exception as error:  # a plugin's own
        raise BadNotation(word.place, "refused", {"name": word.text, "problem": str(error)}) from None
    if not isinstance(made, Condition):
        raise BadNotation(word.place, "no_condition", {"name": word.text})
    return made

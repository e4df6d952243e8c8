"""The values of a profile as people write them: durations, numbers of tokens, budgets, addresses, conditions."""

import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx2
import yaml
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    InstanceOf,
    PlainValidator,
    Strict,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from chat.profiles.conditions import load_condition
from termination import AnyOf, BadCondition, BadNotation, Condition, Scope
from termination import Duration as Span

VARIABLE = r"\$\{(\w+)(?::-([^}]*))?\}"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)?")
_COUNT = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kK]?)(?:\s*tokens?)?")
_MANY = {"": 1, "k": 1000, "K": 1024}


class Expanded(str):
    """A text that had environment variables in it. Where a number is expected, it is read as one."""


def parse_scalar(value: object) -> object:
    """Return the number or truth value in a text of environment variables; anything else unchanged."""
    if isinstance(value, Expanded) and re.fullmatch(r"[\w.+-]+", value):
        return yaml.safe_load(value)
    return value


def parse_count(value: object) -> object:
    """Return `"16k"` (16,000), `"16K"` (16,384), `"500 tokens"` as a whole number; anything else unchanged.

    `k` and `K` are those of `vllm serve --max-model-len` (vllm/engine/arg_utils.py, human_readable_int).
    """
    if not isinstance(value, str):
        return value
    match = _COUNT.fullmatch(value.strip())
    if match is None:
        return value
    number = Decimal(match[1]) * _MANY[match[2]]
    if number != number.to_integral_value():
        return value
    return int(number)


def parse_seconds(value: object) -> float | None:
    """Return `120`, `"120s"`, `"30m"`, `"1.5h"` as seconds, and `"off"` as None.

    Raises:
        PydanticCustomError: if it is not a duration above 0.
    """
    if value is None or value is False or value == "off":
        return None
    match = _DURATION.fullmatch(str(value).strip())
    if match and not isinstance(value, bool):
        seconds = float(match[1]) * _UNITS[match[2] or "s"]
        if 0 < seconds < math.inf:
            return seconds
    raise PydanticCustomError("duration", "a duration looks like 30s, 5m, 1h or off")


def parse_budget(value: object) -> int | Span:
    """Return `4096` or `"4k"` as tokens, and `"90s"` or `"5m"` as a time.

    Raises:
        PydanticCustomError: if it is neither, or 0.
    """
    if isinstance(value, Span):
        return value
    match = _DURATION.fullmatch(str(value).strip())
    if match and match[2]:
        return Span(parse_seconds(value))  # type: ignore[arg-type]
    tokens = parse_count(str(value))
    if isinstance(value, bool) or not isinstance(tokens, int) or tokens == 0:
        raise PydanticCustomError("budget", "a budget looks like 4096 or 90s")
    return tokens


def parse_ending(value: object, info: ValidationInfo) -> Condition:
    """Return the condition in that notation, limited to the scope of its key. "off" is a condition that never ends.

    Raises:
        PydanticCustomError: if the text is not a condition.
    """
    scopes: dict[str | None, Scope] = {"thought": "thought", "answer": "answer", "any": "any"}
    if value is None or value is False or value == "off":
        return AnyOf(())
    if not isinstance(value, str):
        raise PydanticCustomError("condition", "no text", {"kind": "not_notation", "value": str(value)[:80]})
    folder: Path | None = (info.context or {}).get("folder")
    try:
        return load_condition(value, scopes[info.field_name], folder)
    except (BadNotation, BadCondition) as problem:
        raise PydanticCustomError("condition", "no condition", {**problem.facts, "kind": problem.kind}) from None


def as_list(value: object) -> object:
    """Return a single text as a tuple of one; anything else unchanged."""
    if isinstance(value, str):
        return (value,)
    return value


def check_address(value: str) -> str:
    """Return an http address unchanged.

    Raises:
        PydanticCustomError: if it is malformed, or if it contains a login, which would be shown with the address.
    """
    try:
        parts = urlsplit(value)
        httpx2.URL(value)  # the client parses more strictly
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except (ValueError, httpx2.InvalidURL):
        usable = False
    if "@" in value.partition("//")[2].partition("/")[0]:
        raise PydanticCustomError("address_login", "an address has no login")
    if not usable:
        raise PydanticCustomError("address", "an address looks like http://localhost:8000/v1")
    return value


def check_key(value: str) -> str:
    """Return an API key unchanged.

    Raises:
        PydanticCustomError: if it cannot be sent in a header of HTTP.
    """
    if not (value.isascii() and value.isprintable()):
        raise PydanticCustomError("key", "a key has Latin letters, digits and signs only")
    return value


def _schema(kind: str, pattern: str, about: str, *others: object) -> WithJsonSchema:
    """Return the schema of a value: a number, a text of that pattern or with a variable, or one of `others`."""
    kinds = [
        {"type": kind},
        {"type": "string", "pattern": f"{pattern}|{VARIABLE}"},
        *({"const": each} for each in others),
    ]
    return WithJsonSchema({"anyOf": kinds, "description": about}, mode="validation")


def _number(kind: str, **bounds: float) -> WithJsonSchema:
    """Return the schema of a number within bounds, or of a text with a variable."""
    variable = {"type": "string", "pattern": VARIABLE}
    return WithJsonSchema({"anyOf": [{"type": kind, **bounds}, variable]}, mode="validation")


_SPAN = r"^\d+(\.\d+)?\s*(ms|s|m|h)?$|^off$"
_TOKENS = r"^\d+(\.\d+)?\s*[kK]?(\s*tokens?)?$"
_NOTATION = {
    "anyOf": [{"type": "string"}, {"const": False}, {"const": None}],
    "description": "A condition, such as loop(); or off.",
}

Temperature = Annotated[
    float, BeforeValidator(parse_scalar), Field(ge=0, le=2), _number("number", minimum=0, maximum=2)
]
Share = Annotated[float, BeforeValidator(parse_scalar), Field(ge=0, le=1), _number("number", minimum=0, maximum=1)]
TopP = Annotated[
    float, BeforeValidator(parse_scalar), Field(gt=0, le=1), _number("number", exclusiveMinimum=0, maximum=1)
]
TopK = Annotated[int, BeforeValidator(parse_scalar), Field(ge=-1), _number("integer", minimum=-1)]
Factor = Annotated[float, BeforeValidator(parse_scalar), Field(gt=0), _number("number", exclusiveMinimum=0)]
Penalty = Annotated[float, BeforeValidator(parse_scalar), Field(ge=-2, le=2), _number("number", minimum=-2, maximum=2)]
Flag = Annotated[bool, BeforeValidator(parse_scalar), _number("boolean")]
Duration = Annotated[
    float | None,
    BeforeValidator(parse_seconds),
    _schema("number", _SPAN, "Such as 30s, 5m, 1h; a number of seconds; off.", False, None),
]
TokenCount = Annotated[
    int, BeforeValidator(parse_count), Field(gt=0), _schema("integer", _TOKENS, "Tokens: 4096, 4k (4000), 4K (4096).")
]
BudgetLimit = Annotated[
    int | Span,
    PlainValidator(parse_budget),
    _schema("integer", f"{_TOKENS}|{_SPAN}", "Tokens (4096, 4k) or a time (90s, 5m)."),
]
Ending = Annotated[InstanceOf[Condition], PlainValidator(parse_ending), WithJsonSchema(_NOTATION)]
Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Strict(False)]
Markings = Annotated[
    tuple[Text, ...],
    Strict(False),
    Field(min_length=1),
    BeforeValidator(as_list),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
Address = Annotated[str, AfterValidator(check_address)]
ApiKey = Annotated[str, AfterValidator(check_key), Field(repr=False)]
Fields = dict[str, Any]

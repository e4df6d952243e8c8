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

from chat.profiles.conditions import condition
from termination import AnyOf, BadCondition, BadNotation, Condition, Scope
from termination import Duration as Span

VARIABLE = r"\$\{(\w+)(?::-([^}]*))?\}"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)?")
_COUNT = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kK]?)(?:\s*tokens?)?")
_MANY = {"": 1, "k": 1000, "K": 1024}


class Expanded(str):
    """A text with environment variables in it: where a number is wanted, it is read as one."""


def plain(value: object) -> object:
    """A number or truth value out of environment variables; anything else as it is."""
    return yaml.safe_load(value) if isinstance(value, Expanded) and re.fullmatch(r"[\w.+-]+", value) else value


def count(value: object) -> object:
    """`4096`, `"16k"` (16,000), `"16K"` (16,384), `"500 tokens"` as a whole number; anything else stays.

    `k` and `K` are those of `vllm serve --max-model-len` (vllm/engine/arg_utils.py, human_readable_int).
    """
    match = _COUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    whole = Decimal(match[1]) * _MANY[match[2]] if match else Decimal("0.5")
    return int(whole) if whole == whole.to_integral_value() else value


def seconds(value: object) -> object:
    """`120`, `"120s"`, `"30m"`, `"1.5h"` as seconds, `"off"` as None; anything else raises PydanticCustomError."""
    if value is None or value is False or value == "off":
        return None
    match = _DURATION.fullmatch(str(value).strip())
    span = float(match[1]) * _UNITS[match[2] or "s"] if match and not isinstance(value, bool) else 0.0
    if not 0 < span < math.inf:
        raise PydanticCustomError("duration", "a duration looks like 30s, 5m, 1h or off")
    return span


def budget(value: object) -> int | Span:
    """`4096` or `"4k"` as tokens, `"90s"` or `"5m"` as a time; anything else raises PydanticCustomError."""
    if isinstance(value, Span):
        return value
    match = _DURATION.fullmatch(str(value).strip())
    if match and match[2]:
        return Span(seconds(value))  # type: ignore[arg-type]
    tokens = count(str(value))
    if isinstance(value, bool) or not isinstance(tokens, int) or tokens == 0:
        raise PydanticCustomError("budget", "a budget looks like 4096 or 90s")
    return tokens


def ending(value: object, info: ValidationInfo) -> Condition:
    """A condition in its notation, in the scope that its key names; anything else raises PydanticCustomError."""
    scopes: dict[str | None, Scope] = {"thought": "thought", "answer": "answer", "any": "any"}
    if value is None or value is False or value == "off":
        return AnyOf(())
    if not isinstance(value, str):
        raise PydanticCustomError("condition", "no text", {"kind": "not_notation", "value": str(value)[:80]})
    folder: Path | None = (info.context or {}).get("folder")
    try:
        return condition(value, scopes[info.field_name], folder)
    except (BadNotation, BadCondition) as problem:
        raise PydanticCustomError("condition", "no condition", {**problem.facts, "kind": problem.kind}) from None


def one_or_more(value: object) -> object:
    """A text alone as a list of one."""
    return (value,) if isinstance(value, str) else value


def address(value: str) -> str:
    """Return an http address as it is.

    Raises:
        PydanticCustomError: if it is none, or if it has a login, which would be shown wherever the address is.
    """
    try:
        parts = urlsplit(value)
        httpx2.URL(value)  # the client's own opinion
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except (ValueError, httpx2.InvalidURL):
        usable = False
    if "@" in value.partition("//")[2].partition("/")[0]:
        raise PydanticCustomError("address_login", "an address has no login")
    if not usable:
        raise PydanticCustomError("address", "an address looks like http://localhost:8000/v1")
    return value


def key(value: str) -> str:
    """Return an API key as it is.

    Raises:
        PydanticCustomError: if it cannot stand in a header of HTTP.
    """
    if not (value.isascii() and value.isprintable()):
        raise PydanticCustomError("key", "a key has Latin letters, digits and signs only")
    return value


def _schema(kind: str, pattern: str, about: str, *others: object) -> WithJsonSchema:
    """For an editor: a number, or a text of that pattern or with a variable in it."""
    kinds = [
        {"type": kind},
        {"type": "string", "pattern": f"{pattern}|{VARIABLE}"},
        *({"const": each} for each in others),
    ]
    return WithJsonSchema({"anyOf": kinds, "description": about}, mode="validation")


def _number(kind: str, **bounds: float) -> WithJsonSchema:
    variable = {"type": "string", "pattern": VARIABLE}
    return WithJsonSchema({"anyOf": [{"type": kind, **bounds}, variable]}, mode="validation")


_SPAN = r"^\d+(\.\d+)?\s*(ms|s|m|h)?$|^off$"
_TOKENS = r"^\d+(\.\d+)?\s*[kK]?(\s*tokens?)?$"
_NOTATION = {
    "anyOf": [{"type": "string"}, {"const": False}, {"const": None}],
    "description": "A condition, such as loop(); or off.",
}

Temperature = Annotated[float, BeforeValidator(plain), Field(ge=0, le=2), _number("number", minimum=0, maximum=2)]
Share = Annotated[float, BeforeValidator(plain), Field(ge=0, le=1), _number("number", minimum=0, maximum=1)]
TopP = Annotated[float, BeforeValidator(plain), Field(gt=0, le=1), _number("number", exclusiveMinimum=0, maximum=1)]
TopK = Annotated[int, BeforeValidator(plain), Field(ge=-1), _number("integer", minimum=-1)]
Factor = Annotated[float, BeforeValidator(plain), Field(gt=0), _number("number", exclusiveMinimum=0)]
Penalty = Annotated[float, BeforeValidator(plain), Field(ge=-2, le=2), _number("number", minimum=-2, maximum=2)]
Flag = Annotated[bool, BeforeValidator(plain), _number("boolean")]
Duration = Annotated[
    float | None,
    BeforeValidator(seconds),
    _schema("number", _SPAN, "Such as 30s, 5m, 1h; a number of seconds; off.", False, None),
]
TokenCount = Annotated[
    int, BeforeValidator(count), Field(gt=0), _schema("integer", _TOKENS, "Tokens: 4096, 4k (4000), 4K (4096).")
]
BudgetLimit = Annotated[
    int | Span,
    PlainValidator(budget),
    _schema("integer", f"{_TOKENS}|{_SPAN}", "Tokens (4096, 4k) or a time (90s, 5m)."),
]
Ending = Annotated[InstanceOf[Condition], PlainValidator(ending), WithJsonSchema(_NOTATION)]
Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[tuple[Text, ...], Strict(False)]
Markings = Annotated[
    tuple[Text, ...],
    Strict(False),
    Field(min_length=1),
    BeforeValidator(one_or_more),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
Address = Annotated[str, AfterValidator(address)]
ApiKey = Annotated[str, AfterValidator(key), Field(repr=False)]
Fields = dict[str, Any]

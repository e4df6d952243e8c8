"""Reads one profile from YAML; what is wrong in it is told with file, line and key."""

import os
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError

from chat.profile import Profile

Key = tuple[str | int, ...]
_EXPECTED = {
    "address": "address",
    "budget": "budget",
    "duration": "duration",
    "literal_error": "choice",
    **dict.fromkeys(("float_type", "float_parsing"), "number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "whole"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "boolean"),
    **dict.fromkeys(("string_type", "string_too_short"), "text"),
    **dict.fromkeys(("model_type", "dict_type"), "mapping"),
    **dict.fromkeys(("tuple_type", "list_type"), "list"),
}
_BOUNDS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


@dataclass(eq=False)
class ProfileError(Exception):
    """Why a profile cannot be used. `kind` names the sentence in chat/texts.py, `facts` fill it."""

    file: str
    line: int
    key: str
    kind: str
    facts: dict[str, str] = field(default_factory=dict)


def read_profile(path: Path) -> Profile:
    """The profile in `path`, with `${NAME:-default}` taken from the environment.

    Raises ProfileError for everything that is wrong in the file or with reading it.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ProfileError(path.name, line, "", "syntax", {"problem": error.problem or ""}) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProfileError(path.name, 1, "", "unreadable", {"problem": str(error)}) from None
    if not isinstance(node, yaml.MappingNode):
        raise ProfileError(path.name, 1, "", "not_a_mapping")
    try:
        return _Reader(path).profile(node)
    except RecursionError:
        raise ProfileError(path.name, 1, "", "unreadable", {"problem": "an alias stands within itself"}) from None


class _Reader:
    """Builds a profile from YAML nodes and remembers where each key stood."""

    def __init__(self, path: Path) -> None:
        self._file = path.name
        self._folder = path.absolute().parent.parent
        self._lines: dict[Key, int] = {(): 1}

    def profile(self, node: yaml.MappingNode) -> Profile:
        data = self._value(node, ())
        try:
            return Profile.model_validate(data, context={"folder": self._folder})
        except ValidationError as error:
            raise self._plain(error) from None

    def _value(self, node: yaml.Node, key: Key) -> object:
        self._lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*key, number)) for number, item in enumerate(node.value)]
        try:
            value = yaml.SafeLoader("").construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, LookupError, AttributeError) as error:  # a tag, or a date that is none
            raise self._error(key, "value_other", value=str(node.value)[:80], problem=str(error)) from None
        return self._expanded(value, key) if isinstance(value, str) else value

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, object]:
        values: dict[str, object] = {}
        for name_node, value_node in node.value:
            name = str(name_node.value)
            self._lines[(*key, name)] = name_node.start_mark.line + 1
            if name in values:
                raise self._error((*key, name), "twice")
            values[name] = self._value(value_node, (*key, name))
        return values

    def _expanded(self, text: str, key: Key) -> str:
        def variable(match: re.Match[str]) -> str:
            value = os.environ.get(match[1]) or match[2]
            if value is None:
                raise self._error(key, "variable", name=match[1])
            return value

        return _VARIABLE.sub(variable, text)

    def _plain(self, error: ValidationError) -> ProfileError:
        """The first of pydantic's complaints, in our words; a misspelt key before the one it leaves missing."""
        errors = error.errors()
        first = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
        key = tuple(part for part in first["loc"] if part not in ("str", "int"))
        if key and isinstance(key[-1], int) and key not in self._lines:
            key = key[:-1]  # a text that stands for a list of one
        match first["type"]:
            case "extra_forbidden":
                absent = [name for name in _keys_beside(key) if (*key[:-1], name) not in self._lines]
                near = get_close_matches(str(key[-1]), absent, n=1)
                return self._error(key, "unknown_near" if near else "unknown", near=near[0] if near else "")
            case "missing":
                return self._error(key, "missing")
            case "mode_missing":
                return self._error((*key, "modes"), "mode_missing", name=first["ctx"]["name"])
            case "condition":
                context = {name: str(fact) for name, fact in first["ctx"].items()}
                return self._error(key, f"condition_{context.pop('kind')}", **context)
            case kind:
                context = first.get("ctx", {})
                bound = next((f"{sign} {context[name]:g}" for name, sign in _BOUNDS.items() if name in context), "")
                expected = "range" if bound else _EXPECTED.get(kind, "other")
                choices = str(context.get("expected", ""))
                facts = {
                    "value": repr(first["input"])[:80],
                    "choices": choices,
                    "bound": bound,
                    "problem": first["msg"],
                }
                return self._error(key, f"value_{expected}", **facts)

    def _error(self, key: Key, kind: str, **facts: str) -> ProfileError:
        line = next(self._lines[key[:end]] for end in range(len(key), -1, -1) if key[:end] in self._lines)
        return ProfileError(self._file, line, ".".join(map(str, key)), kind, facts)


def _keys_beside(key: Key) -> list[str]:
    """The keys that may stand where the unknown one stands."""
    model: type[BaseModel] = Profile
    for part in key[:-1]:
        annotation = model.model_fields[str(part)].annotation if str(part) in model.model_fields else None
        inner = [kind for kind in (annotation, *getattr(annotation, "__args__", ())) if isinstance(kind, type)]
        model = next((kind for kind in inner if issubclass(kind, BaseModel)), model)
    return list(model.model_fields)

"""Reads a YAML file into plain values, and remembers where each key stood."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from chat.profiles.values import VARIABLE, Expanded

Key = tuple[str | int, ...]
Place = tuple[str, int]
_VARIABLE = re.compile(VARIABLE)


@dataclass(eq=False)
class ProfileError(Exception):
    """Why a profile cannot be used. `kind` names the sentence in chat/words/texts.py, `facts` fill it."""

    file: str
    line: int
    key: str
    kind: str
    facts: dict[str, str] = field(default_factory=dict)


class Sheet:
    """One file: its `values`, with `${NAME:-default}` taken from the environment, and the `places` of their keys.

    Raises ProfileError for everything that is wrong in the file or with reading it.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.name
        self.places: dict[Key, Place] = {(): (path.name, 1)}
        try:
            self.values = self._mapping(_composed(path), ())
        except RecursionError:
            raise ProfileError(path.name, 1, "", "unreadable", {"problem": "an alias stands within itself"}) from None

    def _value(self, node: yaml.Node, key: Key) -> object:
        self.places.setdefault(key, (self._file, node.start_mark.line + 1))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*key, number)) for number, item in enumerate(node.value)]
        try:
            value = yaml.SafeLoader("").construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, LookupError, AttributeError) as error:  # a tag, or a date that is none
            raise problem(self.places, key, "value_other", value=str(node.value)[:80], problem=str(error)) from None
        return self._expanded(value, key) if isinstance(value, str) else value

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, object]:
        values: dict[str, object] = {}
        for name_node, value_node in node.value:
            name = str(name_node.value)
            self.places[(*key, name)] = (self._file, name_node.start_mark.line + 1)
            if name in values:
                raise problem(self.places, (*key, name), "twice")
            values[name] = self._value(value_node, (*key, name))
        return values

    def _expanded(self, text: str, key: Key) -> str:
        def variable(match: re.Match[str]) -> str:
            value = os.environ.get(match[1]) or match[2]
            if value is None:
                raise problem(self.places, key, "variable", name=match[1])
            return value

        return Expanded(_VARIABLE.sub(variable, text)) if _VARIABLE.search(text) else text


def _composed(path: Path) -> yaml.MappingNode:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ProfileError(path.name, line, "", "syntax", {"problem": error.problem or ""}) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProfileError(path.name, 1, "", "unreadable", {"problem": str(error)}) from None
    if not isinstance(node, yaml.MappingNode):
        raise ProfileError(path.name, 1, "", "not_a_mapping")
    return node


def problem(places: dict[Key, Place], key: Key, kind: str, **facts: str) -> ProfileError:
    """What is wrong at a key, with the place of the key, or of the one round it."""
    file, line = next(places[key[:end]] for end in range(len(key), -1, -1) if key[:end] in places)
    return ProfileError(file, line, ".".join(map(str, key)), kind, facts)

"""A YAML file as plain values, with the place of each key."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from chat.profiles import addresses
from chat.profiles.folders import short_path
from chat.profiles.sentence import Sentence
from chat.profiles.values import VARIABLE, Expanded

Key = tuple[str | int, ...]
Place = tuple[Path, int]
_VARIABLE = re.compile(VARIABLE)


@dataclass(eq=False)
class ProfileError(Exception):
    """An error in a profile, at this line of the file at `path`. `key` is empty if the problem is in no key."""

    path: Path
    line: int
    key: str
    problem: Sentence

    @property
    def sentence(self) -> Sentence:
        """Return the sentence with the place and the problem."""
        place = {"file": short_path(self.path), "line": self.line, "problem": self.problem}
        return Sentence("profile.at_key", {**place, "key": self.key}) if self.key else Sentence("profile.at", place)


class Sheet:
    """One file: its `values`, with `${NAME:-default}` replaced from the environment, and the `places` of their keys.

    Raises:
        ProfileError: if the file cannot be read, or if anything in it is wrong.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.places: dict[Key, Place] = {(): (path, 1)}
        try:
            self.values = self._mapping(_compose(path), ())
        except RecursionError:
            raise ProfileError(path, 1, "", Sentence("profile.alias_loop")) from None

    def _value(self, node: yaml.Node, key: Key) -> object:
        self.places.setdefault(key, (self._path, node.start_mark.line + 1))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*key, number)) for number, item in enumerate(node.value)]
        value = self._scalar(node, key)
        if isinstance(value, str):
            return self._expand(value, key)
        return value

    def _scalar(self, node: yaml.Node, key: Key) -> object:
        try:
            return yaml.SafeLoader("").construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, LookupError, AttributeError) as error:  # a bad tag, or a malformed date
            if is_secret(key):  # the error quotes the value
                raise problem(self.places, key, "value_tag") from None
            raise problem(self.places, key, "value_other", value=str(node.value)[:80], problem=str(error)) from None

    def _mapping(self, node: yaml.MappingNode, key: Key) -> dict[str, object]:
        values: dict[str, object] = {}
        for name_node, value_node in node.value:
            name = str(name_node.value)
            self.places[(*key, name)] = (self._path, name_node.start_mark.line + 1)
            if name in values:
                raise problem(self.places, (*key, name), "twice")
            values[name] = self._value(value_node, (*key, name))
        return values

    def _expand(self, text: str, key: Key) -> str:
        """Return the text with its environment variables replaced."""

        def variable(match: re.Match[str]) -> str:
            value = os.environ.get(match[1]) or match[2]
            if value is None:
                raise problem(self.places, key, "variable", name=match[1])
            if match[1] == addresses.VARIABLE:  # may list several servers; a profile names one
                return next(iter(addresses.split_addresses(value)), value)
            return value

        if not _VARIABLE.search(text):
            return text
        return Expanded(_VARIABLE.sub(variable, text))


def is_secret(key: Key) -> bool:
    """True if the value at that key is an API key, or contains one. It must not be shown."""
    names = [part for part in key if isinstance(part, str)]
    return "api_key" in names or names[-1:] == ["endpoint"]


def _compose(path: Path) -> yaml.MappingNode:
    """Return the root of a file. Raise ProfileError if it is not YAML, or not a mapping."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = 1
        if error.problem_mark:
            line += error.problem_mark.line
        raise ProfileError(path, line, "", Sentence("profile.syntax", {"problem": error.problem or ""})) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _unreadable(path, str(error)) from None
    if not isinstance(node, yaml.MappingNode):
        raise ProfileError(path, 1, "", Sentence("profile.not_a_mapping"))
    return node


def _unreadable(path: Path, why: str) -> ProfileError:
    return ProfileError(path, 1, "", Sentence("profile.unreadable", {"problem": why}))


def problem(places: dict[Key, Place], key: Key, kind: str, **facts: object) -> ProfileError:
    """Return the error for a key. Its place is that of the key, else that of the nearest key around it."""
    path, line = next(places[key[:end]] for end in range(len(key), -1, -1) if key[:end] in places)
    return ProfileError(path, line, ".".join(map(str, key)), Sentence(f"profile.{kind}", facts))

"""A discovered profile as a YAML file, with a comment for each finding."""

import textwrap
from collections.abc import Callable, Iterator, Mapping

import yaml

from chat.discover.discover import Discovered
from chat.profiles.sentence import Sentence

_SCHEMA = "# yaml-language-server: $schema=profile.schema.json"
_WIDTH = 118
_POINTS = {
    "name": ("family", "window"),
    "messages": ("system", "past_thoughts"),
    "thinking": ("thinking", "markers", "opened", "field"),
    "modes": ("switch", "effort", "stop_tokens"),
}
"""The points whose findings are written above a key of the file, in the order of the file."""
_KEY = "${VLLM_API_KEY:-}"
_DOLLAR = "${FULLSTOP_DOLLAR:-$}{"  # what is read as `${`, which would be a variable


def to_yaml(discovered: Discovered, say: Callable[[Sentence], str]) -> str:
    """Return the text of the file; `say` returns a sentence as plain text.

    The API key is not written: the file reads it from VLLM_API_KEY.
    """
    values = discovered.profile.model_dump(exclude_unset=True)
    values["endpoint"] = {"base_url": discovered.profile.endpoint.base_url, "api_key": ""}
    lines = [_SCHEMA, *_comment(say(Sentence("discover.file")))]
    for key in ("name", "model", "endpoint", "messages", "thinking", "modes"):
        for point in _POINTS.get(key, ()):
            found = (each.sentence for each in discovered.points if each.point == point)
            lines += [line for sentence in found for line in _comment(say(sentence))]
        if key in values:
            lines.append(_dump({key: values[key]}))
    return "\n".join(lines) + "\n"


def _comment(text: str) -> Iterator[str]:
    """Yield the lines of a comment. No character of the text ends a line of it."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    yield from textwrap.wrap(printable, _WIDTH, initial_indent="# ", subsequent_indent="#   ")


class _Dumper(yaml.SafeDumper):
    """Write lists on one line, and a text that is not printable with escapes, as its line breaks would not be kept."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if text.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


def _represent_list(dumper: yaml.SafeDumper, values: list[object]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(list, _represent_list)


def _dump(values: Mapping[str, object]) -> str:
    text: str = yaml.dump(
        _plain(values), Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False, width=10**6
    )
    return text.rstrip("\n").replace("api_key: ''", f'api_key: "{_KEY}"')


def _plain(value: object) -> object:
    """Return the value as lists, dicts and texts in which no `${` is read as a variable."""
    match value:
        case str():
            return value.replace("${", _DOLLAR)
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value

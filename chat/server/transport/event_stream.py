"""Server-sent events in a text, by the rules of WHATWG HTML, section 9.2.6."""

import re

_LINE_END = re.compile("\r\n|\r|\n")
_BEGINNING = re.compile(r"[\r\n]*(?:data|event|id|retry|):")


def is_event_stream(text: str) -> bool:
    """Whether the text begins as a stream of events does, or is blank: a stream that was over at once."""
    return not text.strip() or _BEGINNING.match(text) is not None


def events(text: str) -> tuple[list[str], str]:
    """The data of each whole event, and that of one which the stream broke off in; comments and the rest are left out.

    An event with blank data is left out as well: some servers keep a connection alive with such.
    """
    whole: list[str] = []
    data: list[str] = []
    *lines, last = _LINE_END.split(text)
    for line in lines:
        if line:
            data += _data(line)
        else:
            whole.append("\n".join(data))
            data = []
    return [each for each in whole if each.strip()], "\n".join(data + _data(last))


def _data(line: str) -> list[str]:
    name, _, value = line.partition(":")
    return [value.removeprefix(" ")] if name == "data" else []

"""Server-sent events in a text, by the rules of WHATWG HTML, section 9.2.6."""

import re

_LINE_END = re.compile("\r\n|\r|\n")
_BEGINNING = re.compile(r"[\r\n]*(?:data|event|id|retry|):")


def is_event_stream(text: str) -> bool:
    """True if the text begins like a stream of events, or is blank: a stream that ended at once."""
    return not text.strip() or _BEGINNING.match(text) is not None


def events(text: str) -> tuple[list[str], str]:
    """Return the data of each whole event, and the data of an unfinished one at the end. Comments are ignored.

    An event with blank data is ignored as well: some servers send it to keep a connection alive.
    """
    whole: list[str] = []
    data: list[str] = []
    *lines, last = _LINE_END.split(text)
    for line in lines:
        if line:
            data += _data_lines(line)
        else:
            whole.append("\n".join(data))
            data = []
    return [each for each in whole if each.strip()], "\n".join(data + _data_lines(last))


def _data_lines(line: str) -> list[str]:
    """Return the value of a line of data; an empty list for another line."""
    name, _, value = line.partition(":")
    if name != "data":
        return []
    return [value.removeprefix(" ")]

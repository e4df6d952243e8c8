"""One event's data, decoded: quickly if it has the usual form, else by the tables of `termination.chunks.shapes`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from chat.process.limits import Limits
from chat.server.stream.error_text import error_text
from chat.server.stream.oddities import USUAL_FINISHES
from chat.server.stream.unknown import note_unknown
from chat.server.transport.nesting import Nesting, may_exceed
from termination import Delta, Usage, delta
from termination.chunks.shapes import MOST_TOKENS, OTHERS, field, fields, first_choice, number, read_texts


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of another form than usual.

    Attributes:
        delta: its text, reason and counts.
        is_whole: True if the text is that of the whole reply, and not only what is new.
        calls_tool: True if the model calls a tool.
        error: the text of an error; empty if it is none.
        odd_finish: the reason for the end as it was written, if its spelling or place is unusual.
        is_foreign: True if it has none of the fields of a chat's chunk.
        other_index: the number of its first choice, if it has only choices other than the one that counts.
    """

    delta: Delta
    is_whole: bool = False
    calls_tool: bool = False
    error: str = ""
    odd_finish: str = ""
    is_foreign: bool = False
    other_index: int | None = None


class TooDeep(ValueError):
    """JSON that exceeds the limit of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


# The usual form: one choice with text, and no reason for the end. A chunk of another form cannot be read as one.
# Without garbage collector, as no chunk contains itself.

_Empty = Literal[""] | Annotated[list[Any], msgspec.Meta(max_length=0)] | None
_Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_TOKENS)]


class _Details(msgspec.Struct, gc=False):
    reasoning_tokens: _Count | None = None


class _Counts(msgspec.Struct, gc=False):
    completion_tokens: _Count = 0
    prompt_tokens: _Count | None = None
    completion_tokens_details: _Details | None = None


class _Timings(msgspec.Struct, gc=False):
    predicted_n: _Count | None = None
    prompt_n: _Count | None = None
    cache_n: _Count | None = None


class _Text(msgspec.Struct, gc=False):
    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    tool_calls: _Empty = None
    function_call: _Empty = None
    refusal: _Empty = None


class _Choice(msgspec.Struct, gc=False):
    delta: _Text
    index: int = 0
    finish_reason: None = None
    stop_reason: None = None
    token_ids: tuple[int, ...] | None = None
    message: _Empty = None


class _Usual(msgspec.Struct, gc=False):
    choices: tuple[_Choice]
    usage: _Counts | None = None
    timings: _Timings | None = None  # of llama.cpp
    error: _Empty = None


_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
_CHAT_FIELDS = ("choices", "usage", "timings", "x_groq")
_usual = msgspec.json.Decoder(_Usual)


def usual_delta(data: bytes, index: int = 0) -> Delta | None:
    """Return the chunk in the data of an event if it has the usual form, as nearly all chunks have; otherwise None.

    `index`: the number of the choice that counts.
    """
    try:
        chunk = _usual.decode(data)
    except _UNREADABLE:
        return None
    return _as_usual(chunk, index)


def usual_deltas(lines: bytes, index: int) -> list[Delta]:
    """Return what `usual_delta` returns for each line; nothing if a line is of another form."""
    try:
        chunks = _usual.decode_lines(lines)
    except _UNREADABLE:
        return []
    deltas = [delta for chunk in chunks if (delta := _as_usual(chunk, index))]
    return deltas if len(deltas) == lines.count(b"\n") + 1 else []


def _as_usual(chunk: _Usual, index: int) -> Delta | None:
    choice = chunk.choices[0]
    said = choice.delta
    thought, content = said.reasoning or said.reasoning_content or "", said.content or ""
    if choice.index != index or not (thought or content):
        return None
    usage = _counted(chunk.usage) if chunk.usage else _timed(chunk.timings)
    return Delta(thought, content, None, None, usage, choice.token_ids or ())


def read_chunk(data: bytes, limits: Limits, index: int = 0) -> Delta | Chunk | None:
    """Return the chunk in the data of an event; None if it is not JSON. `index`: the number of the choice that counts.

    Raises:
        TooDeep: if it has more levels or more values than the limits allow.
    """
    return usual_delta(data, index) or read_other(data, limits, index)


def _counted(counts: _Counts) -> Usage:
    details = counts.completion_tokens_details
    reasoning = details.reasoning_tokens if details else None
    return Usage(counts.completion_tokens, reasoning or None, counts.prompt_tokens or None)


def _timed(timings: _Timings | None) -> Usage | None:
    if timings is None:
        return None
    read, known = timings.prompt_n, timings.cache_n
    prompt = None if read is None or known is None else read + known
    return Usage(timings.predicted_n or 0, prompt=prompt)


def read_other(data: bytes, limits: Limits, index: int = 0) -> Chunk | None:
    """Return the chunk in data of any form; None if it is not JSON. An invalid character costs only itself.

    Raises:
        TooDeep: if it has more levels or more values than the limits allow.
    """
    if may_exceed(data, limits) and (name := Nesting(limits).exceeds(data)):
        raise TooDeep(name)
    try:
        value = json.loads(data.decode("utf-8", "replace"), strict=False)
    except ValueError:
        return None
    except RecursionError:
        raise TooDeep("json_depth") from None
    return as_chunk(value, index)


def as_chunk(value: Any, index: int = 0) -> Chunk:
    """Return a chunk, or a whole reply, from its JSON."""
    if words := error_text(value):
        return Chunk(Delta(), error=words)
    choices = value.get("choices") if isinstance(value, Mapping) else None
    choice = first_choice(choices, index)
    said = fields(choice, "delta")
    message = fields(choice, "message")
    has_news = any(read_texts(said)) if said else False
    if not has_news:
        note_unknown(said)
    read = delta(value, index)
    return Chunk(
        read,
        is_whole=bool(message) and not has_news,
        calls_tool=any(_calls_tool(place) for place in (said, message)),
        odd_finish=_odd_finish(read, choice),
        is_foreign=not (isinstance(value, Mapping) and any(name in value for name in _CHAT_FIELDS)),
        other_index=_first_index(choices) if choice is OTHERS else None,
    )


def _odd_finish(read: Delta, choice: object) -> str:
    """Return the reason for the end as it was written, if its spelling or place is unusual."""
    if not read.finish_reason:
        return ""
    written = choice.get("finish_reason") if isinstance(choice, Mapping) else None
    return "" if written in USUAL_FINISHES else read.finish_reason


def _first_index(choices: object) -> int | None:
    indexes = [number(field(each, "index")) for each in choices] if isinstance(choices, list) else []
    return next((index for index in indexes if index is not None), None)


def _calls_tool(said: object) -> bool:
    return isinstance(said, Mapping) and bool(said.get("tool_calls") or said.get("function_call"))

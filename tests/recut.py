"""The same recorded stream in smaller and in larger chunks; usage and finish stay where they were."""

import copy
import json
from typing import Any

from chat.server.stream.events import split_events

Chunk = dict[str, Any]
TEXTS = ("reasoning", "content", "text")


def split(recorded: bytes) -> bytes:
    """Return the stream with every character in a chunk of its own."""
    return written([part for chunk in chunks(recorded) for part in characters(chunk)]) or recorded


def merged(recorded: bytes) -> bytes:
    """Return as few chunks as contain the text in its order; the one with the finish stays alone."""
    joined: list[Chunk] = []
    for chunk in chunks(recorded):
        if joined and mergeable(joined[-1], chunk):
            joined.append(both(joined.pop(), chunk))
        else:
            joined.append(chunk)
    return written(joined) or recorded


def chunks(recorded: bytes) -> list[Chunk]:
    """Return the chunks of a stream; none if the bytes are something else."""
    return list(map(json.loads, split_events(recorded)))


def written(stream: list[Chunk]) -> bytes:
    return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in stream).encode()


def choice(chunk: Chunk) -> Chunk:
    found: Chunk = next(iter(chunk.get("choices") or []), {})
    return found


def said(chunk: Chunk) -> dict[str, str]:
    fields = choice(chunk).get("delta", choice(chunk))
    return {name: fields[name] for name in TEXTS if fields.get(name)}


def saying(chunk: Chunk, texts: dict[str, str], **rest: object) -> Chunk:
    """Return the same chunk with other texts."""
    changed = copy.deepcopy(chunk)
    fields = choice(changed).get("delta", choice(changed))
    for name in TEXTS:
        fields.pop(name, None)
    fields.update(texts)
    choice(changed).update(rest)
    return changed


def characters(chunk: Chunk) -> list[Chunk]:
    pieces = [{name: character} for name, text in said(chunk).items() for character in text]
    bare = {name: value for name, value in chunk.items() if name != "usage"}
    first = [saying(bare, piece, finish_reason=None, stop_reason=None, token_ids=None) for piece in pieces[:-1]]
    return [*first, saying(chunk, pieces[-1])] if pieces else [chunk]


def mergeable(one: Chunk, other: Chunk) -> bool:
    if not (choice(one) and choice(other)) or choice(one).get("index") != choice(other).get("index"):
        return False
    over = choice(one).get("finish_reason") or choice(other).get("finish_reason")
    return not over and not ("content" in said(one) and "reasoning" in said(other))


def both(one: Chunk, other: Chunk) -> Chunk:
    texts = {name: said(one).get(name, "") + said(other).get(name, "") for name in {**said(one), **said(other)}}
    ids = (choice(one).get("token_ids") or []) + (choice(other).get("token_ids") or [])
    return saying(other, texts, token_ids=ids or None)

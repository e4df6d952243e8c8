"""The parts that bound a response say the same however its bytes are cut."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.process.limits import Limits
from chat.server.transport.inflate import PIECE_BYTES, BadCompression, inflate_for
from chat.server.transport.nesting import Nesting

LIMITS = replace(Limits(), json_depth=3)
CUTS = st.lists(st.integers(1, 12), min_size=1, max_size=20)
JSON = st.recursive(
    st.text('[]{}"\\ a', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\a', max_size=3), inner, max_size=3),
)


def cut(text: bytes, sizes: list[int]) -> Iterator[bytes]:
    """Yield the text in pieces of those sizes, again and again."""
    at = number = 0
    while at < len(text):
        yield text[at : at + sizes[number % len(sizes)]]
        at, number = at + sizes[number % len(sizes)], number + 1


def depth(value: object) -> int:
    """Return how deep a parsed value is."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


def values(value: object) -> int:
    """Return how many lists and objects a parsed value has."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + sum(map(values, inner))


@given(JSON, CUTS)
def test_the_brackets_are_those_of_the_parsed_value(value: object, sizes: list[int]) -> None:
    data = json.dumps(value).encode()
    for name, real in (("json_depth", depth(value)), ("json_values", values(value))):
        for most, exceeded in ((real, None), (real - 1, name)):
            nesting = Nesting(replace(LIMITS, **({"json_depth": 1_000, "json_values": 1_000} | {name: most})))
            found = filter(None, map(nesting.exceeds, cut(data, sizes)))
            assert real == 0 or next(found, None) == exceeded


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 1_000_000])
@pytest.mark.parametrize("step", [7, 1_000, 10_000_000])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw"])
def test_what_was_compressed_comes_back_in_small_pieces(size: int, step: int, encoding: str) -> None:
    text = (b"one two three " * (size // 14 + 1))[:size]
    packed = {"gzip": gzip.compress(text), "deflate": zlib.compress(text), "raw": zlib.compress(text)[2:-4]}[encoding]
    inflate = inflate_for("gzip" if encoding == "gzip" else "deflate")
    assert inflate
    pieces = [piece for data in cut(packed, [step]) for piece in inflate(data)]
    assert b"".join(pieces) == text
    assert max(map(len, pieces), default=0) <= PIECE_BYTES


@pytest.mark.parametrize("data", [b"plain text, not compressed", b"\x1f\x8b\x08\x00 and then not"])
def test_what_is_not_compressed_is_an_error(data: bytes) -> None:
    inflate = inflate_for("gzip")
    assert inflate
    with pytest.raises(BadCompression):
        list(inflate(data * 20))

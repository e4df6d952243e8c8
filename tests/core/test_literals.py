"""The leftmost text is found, then the longest, however the stream is cut, and no more is held back than may be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination.literals import Literals
from tests.core.cuts import cut

Found = list[tuple[int, str]]

some_texts = st.lists(st.text("ab]", min_size=1, max_size=4), max_size=4)
streams = st.text("ab]", max_size=25)


def found(texts: list[str], chunks: list[str]) -> Found:
    """Return all texts in a stream with their places, as a caller of `scan` would collect them."""
    literals, held, before = Literals(texts), "", 0
    places: Found = []
    for chunk, over in [*((chunk, False) for chunk in chunks), ("", True)]:
        held += chunk
        sure, end = literals.scan(held, over)
        while end > sure:
            places.append((before + sure, held[sure:end]))
            held, before = held[end:], before + end
            sure, end = literals.scan(held, over)
        held, before = held[sure:], before + sure
    return places


def by_the_whole_text(texts: list[str], text: str) -> Found:
    """Return the same, by trying every text at every place."""
    places: Found = []
    start = 0
    while start < len(text):
        here = max((each for each in texts if text.startswith(each, start)), key=len, default="")
        places += [(start, here)] if here else []
        start += len(here) or 1
    return places


@pytest.mark.parametrize(
    ("texts", "stream", "expected"),
    [
        (["END"], "the END", [(4, "END")]),
        (["END", "END OF"], "END OF it", [(0, "END OF")]),
        (["END", "END OF"], "END O", [(0, "END")]),
        (["END OF", "D X"], "END X", [(2, "D X")]),
        (["ab", "xabz"], "xaby", [(1, "ab")]),
        (["ab", "xabz"], "xabz", [(0, "xabz")]),
        (["aab"], "aaab", [(1, "aab")]),
        (["END"], "ENDEND", [(0, "END"), (3, "END")]),
        (["END", "END"], "END", [(0, "END")]),
        (
            ["]", "^", "-", "\\", "[a", "a-z"],
            "]^-\\[a a-z",
            [(i, c) for i, c in enumerate("]^-\\")] + [(4, "[a"), (7, "a-z")],
        ),
        (["\n\n"], "a\nb\n\n\n", [(3, "\n\n")]),
        (["四。"], "二二得四。", [(3, "四。")]),
        (["END"], "the end", []),
        ([], "the END", []),
    ],
)
def test_a_stream_has_these_texts(texts: list[str], stream: str, expected: Found) -> None:
    assert found(texts, [stream]) == found(texts, list(stream)) == by_the_whole_text(texts, stream) == expected


@given(some_texts, streams, st.data())
def test_however_a_stream_is_cut_the_leftmost_then_the_longest_is_found(
    texts: list[str], stream: str, data: st.DataObject
) -> None:
    assert found(texts, data.draw(cut(stream))) == by_the_whole_text(texts, stream)


@pytest.mark.parametrize(
    ("texts", "text", "scanned"),
    [
        (["END"], "", (0, 0)),
        (["END"], "the end", (7, 7)),
        (["END"], "the EN", (4, 4)),
        (["END"], "EN EN", (3, 3)),
        (["END"], "an END.", (3, 6)),
        (["END", "END OF"], "an END", (3, 3)),
        (["END", "END OF"], "an END O", (3, 3)),
        (["END", "END OF"], "an END o", (3, 6)),
        (["aab"], "xaaa", (2, 2)),
        ([], "END", (3, 3)),
    ],
)
def test_a_scan_says_what_is_sure(texts: list[str], text: str, scanned: tuple[int, int]) -> None:
    assert Literals(texts).scan(text) == scanned


@given(some_texts, streams)
def test_exactly_the_longest_end_that_may_still_become_a_text_is_held_back(texts: list[str], stream: str) -> None:
    begun = (at for at in range(len(stream)) if any(t.startswith(stream[at:]) and t != stream[at:] for t in texts))
    rest = min(begun, default=len(stream))
    first = next(iter(by_the_whole_text(texts, stream)), (len(stream), ""))
    expected = (first[0], first[0] + len(first[1])) if first[0] < rest else (rest, rest)
    assert Literals(texts).scan(stream) == expected


@given(some_texts, streams)
def test_it_is_known_how_much_of_a_stream_had_to_come(texts: list[str], stream: str) -> None:
    literals = Literals(texts)
    start, end = literals.scan(stream)
    if end > start:
        sizes = range(len(stream) + 1)
        assert literals.known(stream, start, end) == next(n for n in sizes if literals.scan(stream[:n]) == (start, end))


@given(some_texts, streams)
def test_nothing_is_held_back_when_the_stream_is_over(texts: list[str], stream: str) -> None:
    start, text = next(iter(by_the_whole_text(texts, stream)), (len(stream), ""))
    assert Literals(texts).scan(stream, over=True) == (start, start + len(text))

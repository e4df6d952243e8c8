"""The splitter tells the thought from the answer, however the text is cut, and loses and leaks nothing."""

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from termination import Markers
from termination.splitter import Splitter, overlap
from tests.cuts import BRACKETS, MARKERS, OPENED, THINK, Run, chunks, cut, plain, runs, tricky


def joined(pieces: list[Run]) -> Run:
    return tuple("".join(text for side, text in pieces if side == name) for name in ("thought", "answer"))


def split(markers: Markers | None, *fed: Run) -> tuple[str, str, str, bool]:
    splitter = Splitter(markers)
    pieces = [piece for reasoning, content in fed for piece in splitter.feed(reasoning, content)] + splitter.finish()
    return *joined(pieces), splitter.phase, splitter.closed


def by_the_whole_text(markers: Markers | None, content: str) -> Run:
    """What a content without a reasoning field means, read at once: the rule that any cutting has to keep to."""
    begun = content.lstrip()
    if markers is None or not begun:
        return "", "" if markers else content.lstrip("\r\n")
    if not markers.opened and not begun.startswith((markers.open, markers.close)):
        return "", content.lstrip("\r\n")
    thought, _, answer = begun.removeprefix(markers.open).partition(markers.close)
    return thought.strip(), answer.lstrip("\r\n")


def content(*texts: str) -> list[Run]:
    return [("", text) for text in texts]


@pytest.mark.parametrize(
    ("markers", "fed", "expected"),
    [
        (THINK, content("<think>\nT\n</think>\n\nA"), ("T", "A", "answer", True)),
        (THINK, content("<thi", "nk>", "T</th", "ink>A"), ("T", "A", "answer", True)),
        (THINK, content("\n <think>T"), ("T", "", "thought", False)),
        (THINK, content("A, not <think>T</think>"), ("", "A, not <think>T</think>", "answer", False)),
        (THINK, content("<think></think>A"), ("", "A", "answer", True)),
        (THINK, content("<think>\n\n</think>\n\nA"), ("", "A", "answer", True)),
        (THINK, content("</think>A"), ("", "A", "answer", True)),
        (THINK, content("<think>T</think>A <think>B</think>"), ("T", "A <think>B</think>", "answer", True)),
        (THINK, content("<think>a</thin b</think>A"), ("a</thin b", "A", "answer", True)),
        (THINK, content("<think>a<</think>A"), ("a<", "A", "answer", True)),
        (THINK, content("<think>T</thi"), ("T</thi", "", "thought", False)),
        (THINK, content("<thi"), ("", "<thi", "answer", False)),
        (OPENED, content("T\n</think>\n\nA"), ("T", "A", "answer", True)),
        (OPENED, content("<think>T</think>A"), ("T", "A", "answer", True)),
        (OPENED, content("<thi"), ("<thi", "", "thought", False)),
        (OPENED, content("all of it"), ("all of it", "", "thought", False)),
        (BRACKETS, content("[THINK]T[/THINK]A"), ("T", "A", "answer", True)),
        (None, content("<think>T</think>A"), ("", "<think>T</think>A", "answer", False)),
        (None, content("\n\n  A\n"), ("", "  A\n", "answer", False)),
        (THINK, content("  \n "), ("", "", "waiting", False)),
        (THINK, content(), ("", "", "waiting", False)),
        (THINK, [("T\n", ""), ("", "\n\nA")], ("T", "A", "answer", True)),
        (THINK, [("T", "A")], ("T", "A", "answer", True)),
        (None, [("T", "A")], ("T", "A", "answer", True)),
        (None, [("\nT\n", "")], ("T", "", "thought", False)),
        (THINK, [("T </think> is text in the field", "")], ("T </think> is text in the field", "", "thought", False)),
        (THINK, [("", "\n"), ("T", ""), ("", "A")], ("T", "A", "answer", True)),
        (THINK, [("", "<"), ("T", ""), ("", "A")], ("<T", "A", "answer", True)),
        (THINK, [("T\n    ", ""), ("", "A")], ("T", "A", "answer", True)),
        (THINK, [("T\n    ", ""), ("", "\n    A")], ("T", "    A", "answer", True)),
        (THINK, [("", "<think>a"), ("b", ""), ("", "A")], ("ab", "A", "answer", True)),
        (THINK, [("a", "A"), ("b", "B")], ("ab", "AB", "answer", True)),
    ],
)
def test_the_text_is_split_as_the_model_meant_it(
    markers: Markers | None, fed: list[Run], expected: tuple[str, str, str, bool]
) -> None:
    assert split(markers, *fed) == expected


@given(MARKERS, st.data(), tricky)
def test_any_cut_of_the_content_reads_as_the_whole(markers: Markers | None, data: st.DataObject, text: str) -> None:
    assert split(markers, *content(*data.draw(cut(text))))[:2] == by_the_whole_text(markers, text)


@given(MARKERS, st.data(), runs)
def test_any_cut_of_both_fields_gives_the_same(
    markers: Markers | None, data: st.DataObject, stretches: list[Run]
) -> None:
    whole = [(text, "") if field == "reasoning" else ("", text) for field, text in stretches]
    assert split(markers, *data.draw(chunks(stretches))) == split(markers, *whole)


@given(MARKERS, st.data(), runs)
def test_what_is_no_marker_is_never_lost(markers: Markers | None, data: st.DataObject, stretches: list[Run]) -> None:
    contents = "".join(text for field, text in stretches if field == "content")
    assume(markers is None or (markers.open not in contents and markers.close not in contents))
    thought, answer, *_ = split(markers, *data.draw(chunks(stretches)))
    came = "".join(text for _, text in stretches)
    assert Counter("".join((thought + answer).split())) == Counter("".join(came.split()))


@given(st.sampled_from([THINK, OPENED, BRACKETS]), st.data(), plain, plain)
def test_no_part_of_a_marker_shows(markers: Markers, data: st.DataObject, thought: str, answer: str) -> None:
    opening = "" if markers.opened else markers.open
    text = f"{opening}\n{thought}\n{markers.close}\n\n{answer}"
    splitter = Splitter(markers)
    pieces = [piece for chunk in data.draw(cut(text)) for piece in splitter.feed("", chunk)] + splitter.finish()
    assert not [piece for _, piece in pieces if "<" in piece or "[" in piece]
    assert joined(pieces) == (thought.strip(), answer.lstrip("\r\n"))


@given(MARKERS, st.data(), tricky)
def test_only_white_space_and_half_a_marker_are_ever_held(
    markers: Markers | None, data: st.DataObject, text: str
) -> None:
    splitter, so_far, shown = Splitter(markers), "", ""
    for chunk in data.draw(cut(text)):
        so_far += chunk
        shown += "".join(text for _, text in splitter.feed("", chunk))
        whole = "".join(by_the_whole_text(markers, so_far))
        held = whole.removeprefix(shown).strip()
        assert whole.startswith(shown)
        assert held == "" or (markers and any(m.startswith(held) and m != held for m in (markers.open, markers.close)))


def test_an_ordinary_word_is_shown_at_once() -> None:
    splitter = Splitter(THINK)
    assert splitter.feed("", "<think>\nLet") == [("thought", "Let")]
    assert splitter.feed("", " me") == [("thought", " me")]
    assert splitter.feed("", " </b> </") == [("thought", " </b>")]
    assert splitter.feed("", "i>") == [("thought", " </i>")]
    assert splitter.feed("", "</think>Yes") == [("answer", "Yes")]
    assert splitter.feed("", " </") == [("answer", " </")]


@pytest.mark.parametrize(
    ("text", "marker", "size"),
    [
        ("", "<think>", 0),
        ("a <", "<think>", 1),
        ("a <thin", "<think>", 5),
        ("<think>", "<think>", 0),
        ("<<", "<think>", 1),
        ("aab", "aabaac", 3),
        ("xaabaa", "aabaac", 5),
        ("a", "a", 0),
    ],
)
def test_the_overlap_is_the_longest_tail_that_may_become_the_marker(text: str, marker: str, size: int) -> None:
    assert overlap(text, marker) == size


@given(tricky, st.sampled_from(["<think>", "</think>", "aaa", "\n\n"]))
def test_the_overlap_is_a_tail_and_a_proper_prefix(text: str, marker: str) -> None:
    size = overlap(text, marker)
    assert size < len(marker)
    assert text.endswith(marker[:size])
    assert not any(text.endswith(marker[:longer]) for longer in range(size + 1, len(marker)))

"""A closing marker that a server's parser let through is dropped, and nothing else is, however the text is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination.leaks import Leaks

PIECES = ["</think>", "</thi", "nk>", "\n", "  ", "a", "```", "```py", "~~~", "`", "答案", "<", "</think> and"]


def fed(*parts: str) -> str:
    leaks = Leaks("</think>")
    return "".join([*map(leaks.feed, parts), leaks.finish()])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2+2. That is 4.\n</think>\n\n2 + 2 = 4.", "2+2. That is 4.\n\n2 + 2 = 4."),
        ("</think>\n\nYes.", "\nYes."),
        ("Yes.\n</think>", "Yes.\n"),
        ("Yes.\n  </think>  \nNo.", "Yes.\nNo."),
        ("It ends with </think> as a rule.", "It ends with </think> as a rule."),
        ("</think> closes it.", "</think> closes it."),
        ("```\n</think>\n```\n</think>\n", "```\n</think>\n```\n"),
        ("~~~html\n</think>\n~~~", "~~~html\n</think>\n~~~"),
        ("</thin", "</thin"),
        ("a\n\n\nb\n", "a\n\n\nb\n"),
        ("", ""),
    ],
)
def test_only_a_line_of_its_own_outside_code_is_a_leak(text: str, shown: str) -> None:
    assert fed(text) == shown
    assert fed(*text) == shown


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.data())
def test_cuts_do_not_matter(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    parts = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
    assert fed(*parts) == fed(text)


@given(st.text(alphabet="ab \n`<>", max_size=200))
def test_text_without_the_marker_is_unchanged(text: str) -> None:
    assert fed(text) == text

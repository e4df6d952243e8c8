"""Where a Markdown text is code, a marker is a word: fences and inline spans are known however the text comes."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination.splitting.code import Code
from tests.core.cuts import cut

Place = tuple[bool, bool, bool, bool]
LONG = 5000  # more than it keeps of a line


def fed_code(*pieces: str) -> Code:
    """Return the code after all pieces, asked after each of them."""
    code = Code()
    for piece in pieces:
        code.tell(piece)
        place(code)
    return code


def place(code: Code) -> Place:
    return code.inside, code.fenced, code.blank, code.line_start


@pytest.mark.parametrize(
    "text",
    [
        "```\n",
        "```python\nx = 1",
        "~~~ `js`\nx",
        "   ```\nx",
        "a\n```\nx\n\n\ny",
        "````\n```\nx",
        "````\n```\n```\nx",
        "```\n~~~\nx",
        "~~~~\n~~~\nx",
        "```\n``` js\nx",
        "```\n    ```\nx",
        "```\n``\nx",
        "```\n```x",
        "```\na\n```\n\n```\nx",
        "```\r\nx",
    ],
)
def test_this_ends_in_a_code_fence(text: str) -> None:
    code = fed_code(text)
    assert (code.fenced, code.inside) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "``\nx",
        "~~\nx",
        "    ```\nx",
        "\t```\nx",
        "a ```\nx",
        "``` a`b\nx",
        "```\nx\n```",
        "```\nx\n```\n",
        "```\nx\n   ```  \ny",
        "```\nx\n`````\ny",
        "~~~\nx\n~~~\ny",
        "```\r\nx\r\n```\r\ny",
    ],
)
def test_this_ends_outside_of_code(text: str) -> None:
    code = fed_code(text)
    assert (code.fenced, code.inside) == (False, False)


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("`", True),
        ("`a", True),
        ("`a`", False),
        ("`a` b `c", True),
        ("``a ` b", True),
        ("``a ` b``", False),
        ("`a``", True),
        ("``a```", True),
        ("a `b\n", False),
        ("a `b\nc", False),
        ("a `b\nc` d", True),
        ("```a", False),
        ("``` a`b", True),
        ("``` a`` b", True),
        ("``` a`` b```", False),
        ("    `a", True),
        ("```\na\n```\n`b", True),
    ],
)
def test_an_inline_span_is_open_up_to_as_many_backticks_or_the_lines_end(text: str, inside: bool) -> None:
    code = fed_code(text)
    assert (code.fenced, code.inside) == (False, inside)


@pytest.mark.parametrize(
    ("text", "blank", "line_start"),
    [
        ("", True, True),
        (" \t", True, False),
        ("a", False, False),
        ("a\n", True, True),
        ("a\n  ", True, False),
        ("a\n  b", False, False),
        ("```\n", True, True),
        ("```\n ", True, False),
    ],
)
def test_it_is_known_what_stands_on_the_line(text: str, blank: bool, line_start: bool) -> None:
    code = fed_code(text)
    assert (code.blank, code.line_start) == (blank, line_start)


parts = [
    "`",
    "``",
    "```",
    "~~~",
    "````",
    "\n",
    "\n\n",
    " ",
    "    ",
    "a",
    "js",
    "\t",
    "\r\n",
    "~",
    "x" * LONG,
    " " * LONG,
]
texts = st.lists(st.sampled_from(parts), max_size=14).map("".join)


@given(texts, st.data())
def test_fed_in_any_pieces_and_asked_at_any_time_it_says_the_same(text: str, data: st.DataObject) -> None:
    pieces = data.draw(cut(text)) if len(text) < LONG else [text[: len(text) // 2], text[len(text) // 2 :]]
    unasked = Code()
    for piece in pieces:
        unasked.tell(piece)
    assert place(fed_code(*pieces)) == place(fed_code(text)) == place(unasked)


@pytest.mark.parametrize(
    ("pieces", "inside"),
    [
        (["a" * LONG], False),
        (["`" + "a" * LONG], True),
        (["`" + "a" * LONG, "b`"], False),
        (["``" + "a" * LONG, "``", " b"], False),
        (["``" + "a" * LONG, "` b"], True),
        (["a" * LONG + "`", "` b", "``"], False),
        (["```" + "a" * LONG, "\nb"], True),
        (["```" + "a" * LONG, "`b", "c\nd"], False),
        (["```\na\n```" + " " * LONG, "\nb"], False),
        (["```\na\n```" + " " * LONG, "b", "\nc"], True),
        (["```" + " " * LONG, "```", "\nb"], False),
        (["~" * LONG, "~", "a\n" + "~" * LONG, "\nb"], True),
        (["~" * LONG, "~", "a\n" + "~" * LONG, "~\nb"], False),
    ],
)
def test_a_very_long_line_is_judged_right(pieces: list[str], inside: bool) -> None:
    assert fed_code(*pieces).inside == fed_code("".join(pieces)).inside == inside


@pytest.mark.parametrize("piece", ["word ", "`a` ", "``a "])
def test_of_a_very_long_line_little_is_kept(piece: str) -> None:
    code = Code()
    for _ in range(10_000):
        code.tell(piece)
    assert len(pickle.dumps(code)) < LONG + 2 * 256 * len(piece)

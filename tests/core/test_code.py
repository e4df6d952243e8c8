"""Where a Markdown text is code, a marker is a word: fences and inline spans are known however the text comes."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination.splitting.code import Code
from tests.core.cuts import cut

Place = tuple[bool, bool | None, bool | None, bool, bool, str]
LONG = 5000  # more than it keeps of a line


def fed_code(*pieces: str) -> Code:
    """Return the code after all pieces, asked after each of them."""
    code = Code()
    for piece in pieces:
        code.tell(piece)
        place(code)
    return code


def place(code: Code) -> Place:
    in_spans = code.inside("`", True), code.inside("``", True)
    return code.in_block, *in_spans, code.blank, code.line_start, code.before


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
    assert (code.in_block, code.inside("", True)) == (True, True)


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
        "a\n    ```\nx",
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
    assert (code.in_block, code.inside("", True)) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        # Four columns, after a blank line or a heading
        "    x",
        "\tx",
        "a\n\n    x",
        "a\n\n    x\n    y",
        "a\n\n    x\n\n    y",
        "# a\n    x",
        "---\n    x",
        "> a\n\n    x",
        # More than the text of a list item
        "- a\n\n      x",
        "10. a\n\n        x",
        "-     x",
        "- - a\n\n        x",
        "-\n\n      x",
        # Fences in lists and quotes
        "- a\n  ```\n  x",
        "1. a\n\n    ```\n    x",
        "- a\n  - b\n\n    ~~~\n    x",
        "- a\n        ```\n        x",
        "- ```\n  x",
        "* a\n\t```\n\tx",
        "- a\n  ```\nx\n\ny",
        "> ```\n> x",
        ">```\n>x",
        "> - a\n>   ```\n>   x",
        "- > ```\n  > x",
        # HTML
        "<pre>\nx",
        "<pre>x",
        "a\n\n<PRE class=y>\n\nx",
        "- <pre>\n  x",
        "<script>\nx",
    ],
)
def test_this_ends_in_a_block_of_code(text: str) -> None:
    code = fed_code(text)
    assert (code.in_block, code.inside("", False)) == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        "a\n    x",  # a lazy continuation of the paragraph
        "- a\n    x",
        "> a\n    x",
        "- a\n\n    x",
        "10. a\n\n    x",
        "- a\n- b\nx",
        "* * *\nx",
        "-\nx",
        "-",
        "> ",
        "> ```\nx",
        "> ```\n> x\n\ny",
        "> ```\n> x\n> ```\n> y",
        "1. a\n   ```\n   x\n   ```\n   y",
        "- a\n  ```\nx\n```\ny",
        "<pre>\nx\n</pre>\ny",
        "<pre>x</pre>",
        "<pre>x</pre>\ny",
        "<pref>\nx",
        "a <pre>\nx",
        "#x\n    y",
        "- " * 30 + "a",
        "12345678901. a\n\n   x",
    ],
)
def test_this_does_not(text: str) -> None:
    assert not fed_code(text).in_block


@pytest.mark.parametrize(
    ("text", "rest", "inside"),
    [
        ("`", "x`", True),
        ("`a", "`", True),
        ("`a", "``", False),
        ("`a", "\n`", False),
        ("`a`", "`", False),
        ("`a` b `c", "`", True),
        ("``a ` b", "` ``", True),
        ("``a ` b``", "``", False),
        ("`a``", "`", True),
        ("``a```", "``", True),
        ("a `b\nc", "` d", True),  # a span may continue in the next line of a paragraph
        ("a `b\n\nc", "` d", False),
        ("a `b\n- c", "` d", False),
        ("a `b\n# c\nd", "` e", False),
        ("- a `b\n  c", "`", True),
        ("a ` b\n`c", "`", True),
        ("```", "```", True),
        ("``` a`b", "`", False),
        ("``` a`` b", "```", True),
        ("``` a`` b```", "```", False),
        ("```\na\n```\n`b", "`", True),
        ("`", "x" * 400 + "`", False),
    ],
)
def test_a_code_span_is_open_if_as_many_backticks_follow_on_the_line(text: str, rest: str, inside: bool) -> None:
    assert fed_code(text).inside(rest, True) is inside
    known = fed_code(text).inside(rest, False)
    assert known in (None, inside)


@pytest.mark.parametrize(("text", "rest"), [("`", ""), ("`", "a"), ("`", "`"), ("``", "` a")])
def test_whether_a_span_closes_is_unknown_until_more_comes(text: str, rest: str) -> None:
    assert fed_code(text).inside(rest, False) is None


@pytest.mark.parametrize(
    ("text", "blank", "line_start", "before"),
    [
        ("", True, True, ""),
        (" \t", True, False, " \t"),
        ("a", False, False, "a"),
        ("a\n", True, True, ""),
        ("a\n  ", True, False, "  "),
        ("a\n  b", False, False, "  b"),
        ("```\n", True, True, ""),
        ("```\n ", True, False, " "),
        (" " * LONG, True, False, " " * 500),
        (" " * LONG + "a", False, False, " " * 499 + "a"),
    ],
)
def test_it_is_known_what_stands_on_the_line(text: str, blank: bool, line_start: bool, before: str) -> None:
    code = fed_code(text)
    assert (code.blank, code.line_start, code.before) == (blank, line_start, before)


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
    "- ",
    "1. ",
    "> ",
    "<pre>",
    "</pre>",
    "# ",
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
        (["a" * LONG + "`", "b"], True),
        (["```" + "a" * LONG, "\nb"], True),
        (["```" + "a" * LONG, "`b", "c\nd"], False),
        (["```\na\n```" + " " * LONG, "\nb"], False),
        (["```\na\n```" + " " * LONG, "b", "\nc"], True),
        (["```" + " " * LONG, "```", "\nb"], False),
        (["~" * LONG, "~", "a\n" + "~" * LONG, "\nb"], True),
        ([" " * LONG, "b"], True),
    ],
)
def test_a_very_long_line_is_judged_by_its_ends(pieces: list[str], inside: bool) -> None:
    assert fed_code(*pieces).inside("`", True) == fed_code("".join(pieces)).inside("`", True) == inside


@pytest.mark.parametrize("piece", ["word ", "`a` ", "``a "])
def test_of_a_very_long_line_little_is_kept(piece: str) -> None:
    code = Code()
    for _ in range(10_000):
        code.tell(piece)
    assert len(pickle.dumps(code)) < LONG + 2 * 256 * len(piece)

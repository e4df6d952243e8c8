"""Model text reaches the page's Markdown without its traps, and is parted into blocks only where it is whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.page.view.markdown import Markdown, display

CODE = "```python\nx: int = a[:n]  # $5, <b>, \\(x\\), ![](http://a/b), :smile:\n```"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # Colons: `:name` is a directive, which is dropped
        ("key:value", r"key\:value"),
        ("std::vector", r"std:\:vector"),
        (":smile:", r"\:smile:"),
        ("at 10:30", "at 10:30"),
        ("Note: this", "Note: this"),
        ("注意:这里", r"注意\:这里"),
        ("注意：这里", "注意：这里"),
        ("ends with:", "ends with:"),
        # Prices and formulas
        ("$5 to $6", r"\$5 to \$6"),
        ("It costs $5.", r"It costs \$5."),
        ("US$ 5 and 5 $", r"US\$ 5 and 5 \$"),
        ("from $10 to $20 and $30", r"from \$10 to \$20 and \$30"),
        ("$x$", "$x$"),
        ("$x + y$, $z$", "$x + y$, $z$"),
        ("$a:b$", "$a:b$"),
        (r"\$5", r"\$5"),
        ("$$x$$ inline", "$$x$$ inline"),
        ("$$x = 1$$", "$$\nx = 1\n$$"),
        ("- a\n  $$x$$", "- a\n  $$\n  x\n  $$"),
        ("$$\nx:y\n$$", "$$\nx:y\n$$"),
        ("a $b\n\nc$ d", "a \\$b\n\nc\\$ d"),
        (r"\(x\)", "$x$"),
        (r"so \( x_1 \) is", "so $x_1$ is"),
        (r"\[x\]", "$$\nx\n$$"),
        ("\\[\nx = 1\n\\]", "$$\nx = 1\n$$"),
        (r"so \[x\] is", "so $$x$$ is"),
        (r"  \[x\]", "  $$\n  x\n  $$"),
        (r"\(a:b < c\)", "$a:b < c$"),
        (r"\( alone", r"\( alone"),
        (r"\( alone, and \(x\)", r"\( alone, and $x$"),
        (r"\[ a \\[2pt] b \]", "$$\na \\\\[2pt] b\n$$"),
        (r"\[ \text{if \(x\)} \]", "$$\n\\text{if \\(x\\)}\n$$"),
        ("\\(a\n\nb\\)", "\\(a\n\nb\\)"),
        # Formulas on several lines, with text beside their marks
        ("$$x = 1 \\\\\ny = 2$$\n\nb", "$$\nx = 1 \\\\\ny = 2\n$$\n\nb"),
        ("- $$x\ny$$", "- $$x y$$"),
        ("\\[\na &= b % why\nc\n\\].\n\nb", "$$a &= b c$$.\n\nb"),
        ("- \\[\n  a\n  b\n  \\]", "- $$a b$$"),
        ("$$\nx\n$$, so", "$$x$$, so"),
        ("so $$ a\n\nb $$", "so $$ a\n\nb $$"),
        ("> \\[\n> a = b + c\n> \\]", "> $$a = b + c$$"),
        ("> $$\n> a\n> $$", "> $$\n> a\n> $$"),
        # Tildes: the page strikes out the text between two single ones
        ("5~7 and 100~200", r"5\~7 and 100\~200"),
        ("~~gone~~ ~", r"~~gone~~ \~"),
        ("`a~b` $a~b$ https://a.b/~c", "`a~b` $a~b$ https://a.b/~c"),
        # Code
        ("`a:b $5 <i>`", "`a:b $5 <i>`"),
        ("``a`:b``", "``a`:b``"),
        ("a `b:c", r"a `b\:c"),
        (r"`\(x\)`", r"`\(x\)`"),
        (CODE, CODE),
        ("~~~\na:b\n~~~", "~~~\na:b\n~~~"),
        ("```\na:b", "```\na:b"),
        ("```a:b```\nc:d", "```a:b```\nc\\:d"),
        ("```\r\na:b\r\n```\r\nc:d", "```\r\na:b\r\n```\r\nc\\:d"),
        ("```\na:b\n```~\nc:d", "```\na:b\n```~\nc:d"),
        ("````\n```\na:b\n```\n````\nc:d", "````\n```\na:b\n```\n````\nc\\:d"),
        ("1. a\n   ```\n   b:c\n   ```\n   d:e", "1. a\n   ```\n   b:c\n   ```\n   d\\:e"),
        ("Text\n\n    a:b\n", "Text\n\n    a:b\n"),
        # Tables
        ("| a | b |\n|---|:--|\n| $5 | x:y |", "| a | b |\n|---|:--|\n| \\$5 | x\\:y |"),
        # Pictures, pages, links
        ("![a](http://b/c.png)", r"\![a](http://b/c.png)"),
        ("![a][b]", r"\![a][b]"),
        ("Wow! [a](http://b)", "Wow! [a](http://b)"),
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)>"),
        ("</div>", r"\</div>"),
        ("<!-- a -->", r"\<!-- a -->"),
        ("1 < 2 <3", "1 < 2 <3"),
        ("List<String>", r"List\<String>"),
        ("<https://a.b/c:d>", "<https://a.b/c:d>"),
        ("https://a.b/c:d?e=$f", "https://a.b/c:d?e=$f"),
        ("见https://a.b/c:d。好:的", "见https://a.b/c:d。好\\:的"),
        ("[a](https://a.b:80/c:d)", "[a](https://a.b:80/c:d)"),
        # Other signs
        ("a\u200bb", "ab"),
        ("👩‍🚀 e\u0301 四。", "👩‍🚀 e\u0301 四。"),
        (r"C:\new \* \: a", r"C:\new \* \: a"),
        ("a\\", "a\\"),
        ("", ""),
    ],
)
def test_a_trap_is_taken_out(text: str, shown: str) -> None:
    assert display(text) == shown


harmless = st.text(st.characters(exclude_characters="`:$\\<!~\u200b", exclude_categories=["Cs"]))
code = st.text(st.characters(exclude_characters="`~", exclude_categories=["Cs"])).map(
    lambda text: text.replace("\r", "")
)


@given(harmless)
def test_text_without_special_signs_stays_as_it_is(text: str) -> None:
    assert display(text) == text


@given(harmless, st.sampled_from(["```", "~~~", "````", "  ```"]), code, harmless)
def test_a_code_block_stays_as_it_is(before: str, ticks: str, inner: str, after: str) -> None:
    text = f"{before}\n{ticks}\n{inner}\n{ticks}\n{after}"
    assert display(text) == text


@given(st.text(st.sampled_from("`~:$\\<!()[]\u200b\n a1x|四"), max_size=60))
def test_only_signs_are_added_and_no_letter_is_lost(text: str) -> None:
    def letters(shown: str) -> str:
        return "".join(each for each in shown if each in "a1x四|~`:<")

    assert letters(display(text)) == letters(text)


@pytest.mark.parametrize(
    "sign", [r"\( ", r"\[ ", "` `` ", "$a ", "$$ ", "$$a", "![", "<a ", "    a\n", "\n\n    ", "http://a "]
)
def test_a_model_that_goes_round_in_circles_does_not_hold_up_the_page(sign: str) -> None:
    """Fail if each sign starts a search to the end: the first two would take minutes."""
    assert len(display(sign * 20_000)) >= 40_000


# --- Blocks

PARAGRAPH = "All is well that ends well. " * 3
LIST = "".join(f"- point {number}\n\n  and more about it\n\n" for number in range(4))


def block_end(text: str, size: int) -> int:
    """Return where the first block of the text ends, 0 for nowhere."""
    markdown = Markdown(size)
    markdown.feed(text)
    return 0 if markdown.rest is None else len(text) - len(markdown.rest)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("short", 0),
        ("a" * 60, 0),
        (f"{PARAGRAPH}\n\nNext paragraph", len(PARAGRAPH) + 2),
        (f"{PARAGRAPH}\n\nshort", 0),
        (f"{PARAGRAPH}\n\n\n\nNext paragraph", len(PARAGRAPH) + 4),
        (f"{PARAGRAPH}\n\n    indented code", 0),
        (f"{PARAGRAPH}\n\n| a | b | c |", 0),
        (f"{PARAGRAPH}\n\n> a quotation", 0),
        (f"{PARAGRAPH}\n\n- a list item", len(PARAGRAPH) + 2),
        (f"```\n{PARAGRAPH}\n\nNext paragraph", 0),
        (f"~~~\n```\n{PARAGRAPH}\n\nNext paragraph", 0),
        (f"```\n{PARAGRAPH}\n```\n\nNext paragraph", len(PARAGRAPH) + 10),
        (f"$$\n{PARAGRAPH}\n\nNext paragraph", 0),
        (f"\\[\n{PARAGRAPH}\n\nNext paragraph", 0),
        (f"$$x$$ {PARAGRAPH}\n\nNext paragraph", len(PARAGRAPH) + 8),
    ],
)
def test_a_block_ends_where_it_is_whole(text: str, end: int) -> None:
    assert block_end(text, 40) == end


def test_a_short_list_stays_whole_and_a_long_one_is_parted() -> None:
    item = "- point\n\n"
    assert block_end(item * 6, 40) == 0
    assert block_end(item * 12, 40) == 81


pieces = st.sampled_from(
    [
        "A sentence of words.\n\n",
        "Another line\nand its next.\n\n\n",
        "```\ncode\n\nmore code\n```\n\n",
        "~~~~\n```\n\ncode\n~~~~\n\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
        "$$\nx = 1\n\ny = 2\n$$\n\n",
        "\\[\nx\n\ny\n\\]\n\n",
        "- item\n\n  its rest\n\n",
        "    indented\n\n    code\n\n",
        "> said\n\n> again\n\n",
        "四。👩‍🚀\n\n",
    ]
)


@given(st.lists(pieces, max_size=12).map("".join), st.integers(1, 80), st.integers(1, 40))
def test_blocks_are_whole_and_joined_they_are_the_text(text: str, size: int, chunk: int) -> None:
    """Split block after block from a text that grows, as the page does."""
    blocks, rest = [], ""
    for start in range(0, len(text), chunk):
        rest += text[start : start + chunk]
        while end := block_end(rest, size):
            blocks.append(rest[:end])
            rest = rest[end:]
    assert "".join(blocks) + rest == text
    for block in blocks:
        assert len(block) >= size
        assert block.endswith("\n\n")
        assert block.count("~~~~") % 2 == block.count("$$") % 2 == 0
        assert block.count("\\[") == block.count("\\]")
        assert block.replace("~~~~\n```", "").count("```") % 2 == 0
    for block in [*blocks, rest][1:]:
        assert not block.startswith((" ", "|", ">", "\n", "more code", "y"))

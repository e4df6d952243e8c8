"""Texts that are hard on a page that draws Markdown as it comes: each kind at any length, and random mixtures."""

from collections.abc import Callable
from itertools import count

from hypothesis import strategies as st

from bench.texts import javascript, prose


def _again(piece: str) -> Callable[[int], str]:
    def text(length: int) -> str:
        return (piece * (length // len(piece) + 1))[:length]

    return text


def _after(start: str, then: Callable[[int], str]) -> Callable[[int], str]:
    def text(length: int) -> str:
        return start + then(length - len(start))

    return text


def _prose(length: int) -> str:
    return "".join(prose(length // 2))[:length]


def _javascript(length: int) -> str:
    return "".join(javascript(length // 2))[:length]


def _runs_of_ticks(length: int) -> str:
    """Return runs of backticks, none as long as another."""
    runs: list[str] = []
    missing = length
    for number in count(1):
        if missing <= 0:
            return "".join(runs)[:length]
        runs.append("`" * (number % 60 + 1) + "a")
        missing -= len(runs[-1])
    raise AssertionError


KINDS: dict[str, Callable[[int], str]] = {
    "prose": _prose,
    "code in backticks": _after("```js\n", _javascript),
    "code in tildes": _after("~~~js\n", _javascript),
    "a fence of five that fences of three do not close": _after("`````\n", _again("```\nx = 1\n```\n\n")),
    "many fences": _again("```js\nlet a = 1;\n\nlet b = 2;\n```\n\nA word or two.\n\n"),
    "an unclosed `$$`": _after("Its id is $$ in a shell.\n\n", _prose),
    "an unclosed `$$` in every page": _again("$$" + "a word and some others, and again.\n\n" * 150),
    "an unclosed `\\[`": _after("\\[ x = 1\n\n", _prose),
    "an unclosed `\\(` in each paragraph": _again("So \\( x of it is not closed.\n\n"),
    "unclosed formulas on one line": _again("\\( a \\[ b $c "),
    "unclosed code in each paragraph": _again("So `x of it is not closed, and ``y is not.\n\n"),
    "formulas": _again("We have $x_1$ and \\(y:z\\), so\n\n\\[ x = y \\]\n\n$$\nz = 1\n\n$$\n\n"),
    "formulas on one line": _again("so $x_1$ is \\(y:z\\), "),
    "prices": _again("It is $5 or $6: "),
    "a table": _after("| a | b |\n|---|---|\n", _again("| word:x | $5 |\n")),
    "a table of formulas": _after("| a | b |\n|---|---|\n", _again("| $x_1$ | \\(y\\) |\n")),
    "a list": _again("- an item with `code` and key:value\n"),
    "a list with blank lines": _again("- an item\n\n  and more of it\n\n"),
    "nested lists": _again("- a\n  - b\n    - c\n      1. d\n\n         more of it\n"),
    "a quotation": _again("> said: a word\n>\n> and again\n\n"),
    "one long line": _again("a word and a b:c and "),
    "one long word": _again("word"),
    "lines without a blank one": _again("A line of words.\n"),
    "blank lines": _again("\n"),
    "lines of blanks": _again("          \n"),
    "one line of blanks": _again(" "),
    "indented code": _after("\n\n", _again("    a:b\n")),
    "one line of dollars": _again("$"),
    "one line of dollars and letters": _again("$a "),
    "one line of backticks": _again("`"),
    "runs of backticks": _runs_of_ticks,
    "one line of backslashes": _again("\\"),
    "one line of `\\[`": _again("\\["),
    "one line of `[`": _again("["),
    "one line of `![`": _again("!["),
    "one line of `<`": _again("<"),
    "one line of `<https://`": _again("<https://"),
    "one line of tildes": _again("~"),
    "one long link": _after("https://", _again("a:b/")),
    "links": _again("https://example.org/a:b and <http://a/b> "),
    "one line of `:`": _again(":"),
    "Chinese": _again("一句话：这是 $x$。\n\n"),
    "lines that end as in Windows": _again("a word:x\r\n\r\n```\r\ncode\r\n```\r\n\r\n"),
    "halves of surrogate pairs": _again("\ud83d \ude42 a:b\n\n"),
}

# fmt: off
_PIECES = [
    "`", "``", "```", "~~~", "~~~~", "$", "$$", "\\", "\\[", "\\]", "\\(", "\\)", "a", "b1", "5", ":", "<", "!", "[",
    "]", "h", "http", "https://", "http://a", ">", "\u200b", "/", "四。", "é:é", "\n", "\n\n", "\n\n\n", " ", "    ",
    "\t", "- ", "1. ", "| a ", "> q", "x y z words", "words that are long\n\n", "```js\n", "\n```\n", "\n~~~\n\n",
    "\n\n$$\n", "\n$$\n\n", "- item\n\n  more\n\n", "\r\n", "\ud83d", "\ude42",
]
# fmt: on

nasty = st.lists(st.sampled_from(_PIECES), max_size=60).map("".join)

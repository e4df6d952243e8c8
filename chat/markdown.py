"""Model text made ready for the page's Markdown, so that it looks as the model meant it.

Chainlit 2.12 reads `:name` as a directive and drops it, knows only `$` as a mark of mathematics, takes two prices
for a formula, loads remote images, and draws a zero-width space as a cursor.
"""

import re

_TOKEN = re.compile(
    r"""
    (?P<fence>^[ ]{0,12}(?P<ticks>`{3,}|~{3,})[^\n]*(?:\n|\Z)(?:.*?(?:^[ ]{0,12}(?P=ticks)[`~]*[ \t]*$|\Z)))
  | (?P<indented>(?:(?<=\n\n)|\A)(?:(?:[ ]{4}|\t)[^\n]*(?:\n|\Z))+)
  | (?P<code>(?<!`)(?P<tick>`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)(?P=tick)(?!`))
  | ^(?P<indent>[ \t]*)\\\[(?P<lone>(?:(?!\n\s*\n|(?<!\\)\\\[).)+?)\\\][ \t]*$
  | ^(?P<spaces>[ \t]*)\$\$(?P<line>[^\n$]+)\$\$[ \t]*$
  | \\\[(?P<bracket>(?:(?!\n\s*\n|(?<!\\)\\\[).)+?)\\\]
  | \\\((?P<paren>(?:(?!\n\s*\n|(?<!\\)\\\().)+?)\\\)
  | (?P<escaped>\\.)
  | (?P<double>\$\$(?:(?!\$\$).)+?\$\$)
  | (?P<single>\$(?=[^\s$])(?:(?!\n\s*\n)[^$])*?(?<=[^\s\\])\$(?!\d))
  | (?P<dollar>\$)
  | (?P<link><https?://[^\s<>]+>|https?://[^\s<>()\[\]，。；、）》”]+)
  | (?P<tag><(?=[A-Za-z/!?]))
  | (?P<colon>:(?=[^\W\d]))
  | (?P<image>!(?=\[))
  | (?P<cursor>\u200b)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_ESCAPED = {"dollar": r"\$", "tag": r"\<", "colon": r"\:", "image": r"\!", "cursor": ""}


def display(text: str) -> str:
    """`text` with the page's traps taken out; code, links and formulas stay as they are.

    >>> print(display(r"Cost: $5 to $6, so \\(x\\)"))
    Cost: \\$5 to \\$6, so $x$
    >>> print(display("std::vector key:value `a:b`"))
    std:\\:vector key\\:value `a:b`
    """
    return _TOKEN.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    if inner := match["lone"] or match["line"]:
        indent = match["indent"] or match["spaces"] or ""
        return f"{indent}$$\n{indent}{inner.strip()}\n{indent}$$"
    if inner := match["bracket"]:
        return f"$${inner.strip()}$$"
    if inner := match["paren"]:
        return f"${inner.strip()}$"
    return next((put for name, put in _ESCAPED.items() if match[name] is not None), match[0])


_FENCE = re.compile(r"^[ ]{0,12}(`{3,}|~{3,})", re.MULTILINE)
_CONTINUES = re.compile(r"[ \t|>]")
_LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,4}[.)])[ \t]")


def block_end(text: str, size: int) -> int:
    """Where a block of at least `size` characters may end, 0 for nowhere yet.

    At a blank line, and never inside a code fence, a table, a formula or a list; a list that has grown to twice
    the size may be parted between its items.
    """
    position = text.find("\n\n", size)
    while position != -1:
        end = position + 2
        if _parts_here(text, end, size):
            return end
        position = text.find("\n\n", end)
    return 0


def _parts_here(text: str, end: int, size: int) -> bool:
    before, after = text[:end], text[end : end + 8]
    if len(after) < 8 or _CONTINUES.match(after) or after.startswith("\n"):
        return False
    in_list = _LIST_ITEM.match(after) is not None
    return (not in_list or end > 2 * size) and not _open(before)


def _open(text: str) -> bool:
    """Whether a fence or a displayed formula is open at the end of `text`."""
    fence = ""
    for match in _FENCE.finditer(text):
        mark = match[1]
        if not fence:
            fence = mark
        elif mark[0] == fence[0] and len(mark) >= len(fence):
            fence = ""
    return bool(fence) or text.count("$$") % 2 == 1 or text.count(r"\[") > text.count(r"\]")

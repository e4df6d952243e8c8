"""The page's Markdown as one slow regular expression over a whole text: what the incremental one has to equal.

It looks at the text again and again, and waits for the end of a construct without a limit.
"""

import re

from chat.page.view.inline import has_lines, is_fenced, is_quoted_fence, on_one_line

_TOKEN = re.compile(
    r"""
    (?P<fence>^[ ]{0,12}(?P<ticks>`{3,}(?![^\n]*`)|~{3,})[^\n]*(?:\n|\Z)
      (?:.*?(?:^[ ]{0,12}(?P=ticks)(?:(?<=`)`*|(?<=~)~*)[^\S\n]*$|\Z)))
  | (?P<indented>(?:(?<=\n\n)|\A)(?:(?:[ ]{4}|\t)[^\n]*(?:\n|\Z))+)
  | (?P<code>(?<!`)(?P<tick>`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)(?P=tick)(?!`))
  | ^(?P<indent>[ \t]*)\\\[(?P<lone>(?:(?!\n\s*\n|(?<!\\)\\\[).)(?:(?!\n\s*\n|(?<!\\)\\\[|\\\]).)*)\\\][ \t]*$
  | ^(?P<spaces>[ \t]*)\$\$(?P<line>(?:(?!\n\s*\n)[^$])+)\$\$[ \t]*$
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
  | (?P<tildes>~+)
  | (?P<cursor>\u200b)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_ESCAPED = {"dollar": r"\$", "tag": r"\<", "colon": r"\:", "image": r"\!", "cursor": ""}
_LIST_ITEM = re.compile(r"(?:[-*+]|\d{1,4}[.)])[ \t]")
_WITHIN_FORMULA = 4_000


def slow_display(text: str) -> str:
    """Return the output of `display` for a text without constructs that are longer than its limits."""
    return _TOKEN.sub(_shown, text)


def slow_blocks(text: str, size: int) -> list[str]:
    """Return the blocks of an answer. Each but the last ends at the first blank line that is not inside anything."""
    blocks = []
    while end := slow_block_end(text, size):
        blocks.append(text[:end])
        text = text[end:]
    return [*blocks, text]


def slow_block_end(text: str, size: int) -> int:
    """Return where the first block ends, 0 for nowhere."""
    for blank in re.finditer(r"\n(?=\n[^\n])", text):
        end = blank.end() + 1
        if blank.start() >= size and _parts_here(text, end, size):
            return end
    return 0


def _parts_here(text: str, end: int, size: int) -> bool:
    ahead = text[end : end + 8]
    if len(ahead) < 8 or ahead[0] in " \t|>":
        return False
    if _LIST_ITEM.match(ahead) and end <= 2 * size:
        return False
    return not _inside(text, end)


def _inside(text: str, place: int) -> bool:
    """True if a construct spans this place, or a formula is open here that may still be closed."""
    opened = None
    for match in _TOKEN.finditer(text):
        if match.start() >= place:
            break
        if match.end() > place:
            return True
        if match["dollar"] and _waits(text, match.start()):
            return True
        if match["escaped"] in (r"\[", r"\]"):
            opened = match.start() if match["escaped"] == r"\[" else None
    return opened is not None and place - opened < _WITHIN_FORMULA


def _waits(text: str, place: int) -> bool:
    """True if the `$$` at this place is not closed by the end of the text."""
    return text.startswith("$$", place) and "$$" not in text[place + 2 :] and len(text) < place + _WITHIN_FORMULA


def _shown(match: re.Match[str]) -> str:
    if inner := match["lone"] or match["line"]:
        if match["line"] and is_fenced(inner):
            return match[0]
        indent = match["indent"] or match["spaces"] or ""
        return f"{indent}$$\n{indent}{inner.strip()}\n{indent}$$"
    if inner := match["bracket"]:
        return f"$${on_one_line(inner)}$$"
    if match["tildes"] == "~":
        return r"\~"
    if match["double"] and has_lines(inner := match["double"][2:-2]) and not is_quoted_fence(inner):
        return f"$${on_one_line(inner)}$$"
    if inner := match["paren"]:
        return f"${inner.strip()}$"
    return next((put for name, put in _ESCAPED.items() if match[name] is not None), match[0])

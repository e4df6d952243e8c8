"""Inline Markdown of model text that may still grow: code, formulas, links, and signs that mislead the page."""

import re

INLINE_CHARACTERS = 1_000  # an inline construct, and anything else that is not a displayed formula, ends within these
FORMULA_CHARACTERS = 4_000
LINE_CHARACTERS = 100  # indentation, or blanks at the end of a formula's line

_SPECIAL = re.compile(r"[`\\$:<!~\n\u200b]|https?://|h(?:t(?:t(?:ps?(?::/?)?)?)?)?\Z")
_TILDES = re.compile(r"~+")
_BLANK_LINE = re.compile(r"\n\s*\n")
_COMMENT = re.compile(r"(?<!\\)%.*")
_TICKS = re.compile(r"`+")
_TICKS_OR_BLANK = re.compile(r"`+|\n\s*\n")
_DOLLAR_OR_BLANK = re.compile(r"\$|\n\s*\n")
_BRACKET = re.compile(r"\\\]|(?<!\\)\\\[|\n\s*\n")
_PAREN = re.compile(r"\\\)|(?<!\\)\\\(|\n\s*\n")
_BLANKS = re.compile(rf"[ \t]{{0,{LINE_CHARACTERS}}}")
_LINK_STARTS = ("<https://", "<http://")
_LINK_END = re.compile(r"[\s<>]")

Part = tuple[int, str]  # where a construct ends, and what the page gets for it


class Undecided(Exception):
    """The meaning of a place that depends on text which may still come."""


class Inline:
    """A text with the constructs in it. `whole` says that no more text comes.

    Every method takes a place in `text` and looks a fixed number of characters ahead. It raises Undecided if the
    meaning of that place depends on text that has not come yet.
    """

    def __init__(self) -> None:
        self.text = ""
        self.whole = False
        self._constructs = {
            "`": self._code,
            "\\": self._backslash,
            "$": self._dollar,
            ":": self._colon,
            "<": self._angle,
            "!": self._exclamation,
            "~": self._tildes,
            "\u200b": self._cursor,
        }

    def next_special(self, at: int) -> int:
        """Return the next place with a sign that may mean something, or the end of the text."""
        found = _SPECIAL.search(self.text, at)
        if found is None:
            return len(self.text)
        return found.start()

    def construct(self, at: int) -> Part:
        """Return where the construct at this place ends, and what the page gets for it."""
        return self._constructs[self.text[at]](at)

    def displayed(self, at: int, indent: str) -> Part | None:
        """Return the formula at this place if it is alone on its lines, with its own lines for the page."""
        dollars = self.text.startswith("$$", at)
        close = self._double_end(at) if dollars else self._close(_BRACKET, at, FORMULA_CHARACTERS)
        if close is None:
            return None
        inner = self.text[at + 2 : close]
        if dollars and ("$" in inner or _BLANK_LINE.search(inner)):
            return None
        end = self._line_end(close + 2)
        if end is None:
            return None
        if dollars and is_fenced(inner):
            return end, f"{indent}{self.text[at:end]}"
        return end, f"{indent}$$\n{indent}{inner.strip()}\n{indent}$$"

    def known(self, at: int) -> bool:
        """True if the text has a character at this place."""
        if at < len(self.text):
            return True
        self.wait()
        return False

    def wait(self) -> None:
        """Raise Undecided if more text may come."""
        if not self.whole:
            raise Undecided

    def indentation(self, at: int) -> int:
        """Return the end of the blanks at this place; at most LINE_CHARACTERS of them are looked at."""
        found = _BLANKS.match(self.text, at)
        assert found
        end = found.end()
        if end == len(self.text) and end - at < LINE_CHARACTERS:
            self.wait()
        return end

    def _code(self, at: int) -> Part:
        text = self.text
        found = _TICKS.match(text, at)
        assert found
        end = found.end()
        ticks = end - at
        if end == len(text) and ticks < INLINE_CHARACTERS:
            self.wait()
        if ticks < INLINE_CHARACTERS and text[at - 1 : at] != "`":
            start: int | None = end
            while start is not None:
                start, close = self._next_ticks(at, start)
                if start is not None and start - close == ticks:
                    return start, text[at:start]
        return end, text[at:end]

    def _next_ticks(self, at: int, start: int) -> tuple[int | None, int]:
        """Return end and start of the next backticks of the paragraph; the end is None if there are none."""
        found = self._search(_TICKS_OR_BLANK, at, start, INLINE_CHARACTERS)
        if found is None or found[0][0] == "\n" or found.end() == at + INLINE_CHARACTERS:
            return None, start
        if found.end() == len(self.text):
            self.wait()
        return found.end(), found.start()

    def _backslash(self, at: int) -> Part:
        if not self.known(at + 1):
            return at + 1, "\\"
        sign = self.text[at + 1]
        if sign == "[":
            close = self._close(_BRACKET, at, FORMULA_CHARACTERS)
            if close is not None:
                return close + 2, f"$${on_one_line(self.text[at + 2 : close])}$$"
        elif sign == "(":
            close = self._close(_PAREN, at, INLINE_CHARACTERS)
            if close is not None:
                return close + 2, f"${self.text[at + 2 : close].strip()}$"
        return at + 2, self.text[at : at + 2]

    def _dollar(self, at: int) -> Part:
        end = self._formula_end(at)
        if end is None:
            return self._sign(at, misleads=True)
        inner = self.text[at + 2 : end - 2]
        if self.text[at + 1] != "$" or not has_lines(inner) or is_quoted_fence(inner):
            return end, self.text[at:end]
        return end, f"$${on_one_line(inner)}$$"

    def _formula_end(self, at: int) -> int | None:
        """Return the end of the formula that begins with this `$`, if one does."""
        if not self.known(at + 1) or self.text[at + 1].isspace():
            return None
        if self.text[at + 1] != "$":
            return self._single_end(at)
        close = self._double_end(at)
        if close is None:
            return None
        return close + 2

    def _double_end(self, at: int) -> int | None:
        """Return the place of the `$$` that closes the one here."""
        end = at + FORMULA_CHARACTERS
        close = self.text.find("$$", at + 2, end)
        if close == -1 and len(self.text) < end:
            self.wait()
        if close <= at + 2:
            return None
        return close

    def _single_end(self, at: int) -> int | None:
        """Return the end of the formula between this `$` and the next; a price is none."""
        found = self._search(_DOLLAR_OR_BLANK, at, at + 1, INLINE_CHARACTERS)
        if found is None or found[0] != "$":
            return None
        before = self.text[found.start() - 1]
        if before == "\\" or before.isspace():
            return None
        if self.known(found.end()) and self.text[found.end()].isdecimal():
            return None
        return found.end()

    def _colon(self, at: int) -> Part:
        if not self.known(at + 1):
            return at + 1, ":"
        sign = self.text[at + 1]
        return self._sign(at, misleads=sign == "_" or (sign.isalnum() and not sign.isdecimal()))

    def _angle(self, at: int) -> Part:
        if not self.known(at + 1):
            return at + 1, "<"
        end = self._link_end(at)
        if end is not None:
            return end, self.text[at:end]
        sign = self.text[at + 1]
        return self._sign(at, misleads=sign in "/!?" or (sign.isascii() and sign.isalpha()))

    def _link_end(self, at: int) -> int | None:
        """Return the end of a link in angle brackets."""
        start = self.text[at : at + len(_LINK_STARTS[0])]
        if any(len(start) < len(each) and each.startswith(start) for each in _LINK_STARTS):
            self.wait()
        if not start.startswith(_LINK_STARTS):
            return None
        body = self.text.index("/", at) + 2
        found = self._search(_LINK_END, at, body, INLINE_CHARACTERS)
        if found is None or found[0] != ">" or found.start() == body:
            return None
        return found.end()

    def _tildes(self, at: int) -> Part:
        """Escape a single tilde: the page strikes out the text between two of them."""
        found = _TILDES.match(self.text, at, at + INLINE_CHARACTERS)
        assert found
        end = found.end()
        if end == len(self.text) and end - at < INLINE_CHARACTERS:
            self.wait()
        if end == at + 1:
            return end, "\\~"
        return end, self.text[at:end]

    def _exclamation(self, at: int) -> Part:
        return self._sign(at, misleads=self.known(at + 1) and self.text[at + 1] == "[")

    def _sign(self, at: int, misleads: bool) -> Part:
        """Return one sign as the page gets it, escaped if it would mislead the page."""
        sign = self.text[at]
        if misleads:
            sign = f"\\{sign}"
        return at + 1, sign

    def _cursor(self, at: int) -> Part:
        """Drop the sign that Chainlit draws as its cursor."""
        return at + 1, ""

    def _close(self, pattern: re.Pattern[str], at: int, limit: int) -> int | None:
        """Return the place of the `\\]` or `\\)` that closes the formula here. It is not empty."""
        found = self._search(pattern, at, at + 2, limit)
        if found and found.start() == at + 2 and found[0][-1] in ")]":
            found = self._search(pattern, at, at + 3, limit)
        if found is None or found[0][-1] not in ")]":
            return None
        return found.start()

    def _line_end(self, at: int) -> int | None:
        """Return the end of the line if only a few blanks follow."""
        end = self.indentation(at)
        if end - at == LINE_CHARACTERS or self.text[end : end + 1] not in ("", "\n"):
            return None
        return end

    def _search(self, pattern: re.Pattern[str], at: int, start: int, limit: int) -> re.Match[str] | None:
        """Search from `start` to the limit of the construct at this place."""
        found = pattern.search(self.text, start, at + limit)
        if found is None and len(self.text) < at + limit:
            self.wait()
        return found


def has_lines(formula: str) -> bool:
    """True if the formula goes over several lines, none of them blank."""
    return "\n" in formula and bool(formula.strip()) and not _BLANK_LINE.search(formula)


def is_fenced(formula: str) -> bool:
    """True if the marks around the formula are alone on their lines."""
    first, *lines = formula.split("\n")
    return bool(lines) and not first.strip() and not lines[-1].strip()


def is_quoted_fence(formula: str) -> bool:
    """True if the marks around the formula are alone on the lines of a quotation."""
    first, *lines = formula.split("\n")
    return bool(lines) and not first.strip() and lines[-1].strip() == ">"


def on_one_line(formula: str) -> str:
    """Return the formula on one line: the page reads `$$` before a line break as a fence."""
    first, *lines = formula.split("\n")
    if not lines:
        return formula.strip()
    if all(line.lstrip().startswith(">") for line in lines):
        lines = [line.lstrip(" \t>") for line in lines]
    return " ".join(_COMMENT.sub("", line).strip() for line in [first, *lines]).strip()

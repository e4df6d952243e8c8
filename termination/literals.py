"""A search for any of several texts in a stream, however it is cut into chunks."""

import re
from bisect import bisect_left
from collections.abc import Iterable


class Literals:
    """A search for the leftmost of several texts; of several at one place, for the longest.

    This rule needs the least look-ahead: only the end of the text that may still become one of the texts is held back.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(sorted(set(texts), key=len, reverse=True))
        self._longest = len(self.texts[0]) if self.texts else 0
        self._any = re.compile("|".join(map(re.escape, self.texts)) or r"(?!)")
        first = {text[0] for text in self.texts}
        initials = "".join(sorted(map(re.escape, first)))
        self.gate = re.compile(f"[{initials}]" if initials else r"(?!)").search  # where one may begin

    def scan(self, text: str, over: bool = False) -> tuple[int, int]:
        """Return `(sure, end)`: `text[:sure]` has none of the texts, whatever follows; `text[sure:end]` is one of them.

        If `text[sure:end]` is empty, the rest may still become one. With `over` nothing more will come.

        >>> Literals(["</s>"]).scan("a </s> b"), Literals(["</s>"]).scan("a </")
        ((2, 6), (2, 2))
        """
        if not (gate := self.gate(text)):
            return len(text), len(text)
        found = self._any.search(text, gate.start())
        rest = len(text) if over else self._begun(text, gate.start())
        return found.span() if found and found.start() < rest else (rest, rest)

    def known(self, text: str, start: int, end: int) -> int:
        """Return how many characters of `text` had to come until the text at `start` to `end` was certain.

        That is more than `end` if a longer text, or one that begins earlier, was still possible there.

        >>> Literals(["EN", "ENDEN"]).known("END x", 0, 2)
        4
        """
        last = min(len(text), start + self._longest)
        return bisect_left(range(last), True, lo=end, key=lambda size: self._begun(text[:size], 0) > start)

    def _begun(self, text: str, start: int) -> int:
        """Return the place from which on `text` may still become one of the texts."""
        start = max(start, len(text) - self._longest + 1)
        while gate := self.gate(text, start):
            start = gate.start()
            if may_become(text[start:], self.texts):
                return start
            start += 1
        return len(text)


def may_become(text: str, literals: tuple[str, ...]) -> bool:
    """True if the text is the beginning of one of these, and not yet the whole."""
    return any(len(each) > len(text) and each.startswith(text) for each in literals)


def beginning(text: str, literals: tuple[str, ...]) -> str:
    """Return the first of these that the text begins with, or an empty text."""
    return next((each for each in literals if text.startswith(each)), "")

"""Looks at the end of a stream now and then, at the same places however the stream is cut."""

import re
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

STEP = 128
SLACK = 512  # so that the tail is shortened at every eighth checkpoint only
ASTRAL = re.compile("[\U00010000-\U0010ffff]")

Found = TypeVar("Found")


class Checkpoints(ABC, Generic[Found]):
    """A search that looks at the last `kept` characters after every 128th character."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._new = ""
        self._tail = ""
        self._at = 0

    @property
    def fed(self) -> int:
        """Return the characters so far."""
        return self._at + len(self._new)

    def feed(self, text: str) -> Found | None:
        """Take more text, and return the first that is found in it."""
        self._new += text
        if len(self._new) < STEP:
            return None
        return self._look_at_checkpoints()

    @abstractmethod
    def _look(self) -> Found | None:
        """Return what is found at `_at`, where `_tail` ends."""

    def _look_at_checkpoints(self) -> Found | None:
        first = None
        new, end = self._new, len(self._new) // STEP * STEP
        self._new = new[end:]
        for begin in range(0, end, STEP):
            tail, self._tail = self._tail, ""
            tail += to_two_bytes(new[begin : begin + STEP])  # nothing else holds the tail: it is lengthened in place
            self._tail = tail if len(tail) <= self._kept + SLACK else tail[-self._kept :]
            self._at += STEP
            found = self._look()
            first = first or found
        return first


def to_two_bytes(text: str) -> str:
    """Replace characters that take four bytes, and would make the whole tail take them. For comparing only."""
    if text.isascii():
        return text
    return ASTRAL.sub(lambda match: chr(0xE000 + ord(match[0]) % 0x1900), text)

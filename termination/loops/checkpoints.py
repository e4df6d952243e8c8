"""Looks at the end of a stream now and then, at the same places however the stream is cut."""

import re
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

STEP = 128
SLACK = 512  # so that the tail is shortened at every eighth checkpoint only
ASTRAL = re.compile("[\U00010000-\U0010ffff]")

Seen = TypeVar("Seen")


class Checkpoints(ABC, Generic[Seen]):
    """Looks at the end of a stream after every 128th character: how it is cut makes no difference."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._new = ""
        self._tail = ""
        self._at = 0

    @property
    def fed(self) -> int:
        """The characters so far."""
        return self._at + len(self._new)

    def feed(self, text: str) -> Seen | None:
        """The first that is seen in the new text."""
        self._new += text
        return self._take() if len(self._new) >= STEP else None

    @abstractmethod
    def _look(self) -> Seen | None:
        """What is seen at `_at`, where `_tail` ends."""

    def _take(self) -> Seen | None:
        first = None
        new, end = self._new, len(self._new) // STEP * STEP
        self._new = new[end:]
        for begin in range(0, end, STEP):
            tail, self._tail = self._tail, ""
            tail += two_bytes(new[begin : begin + STEP])  # nothing else holds the tail, so it is lengthened in place
            self._tail = tail if len(tail) <= self._kept + SLACK else tail[-self._kept :]
            self._at += STEP
            seen = self._look()
            first = first or seen
        return first


def two_bytes(text: str) -> str:
    """The text with characters that take four bytes, and the whole tail with them, moved. For comparing only."""
    return text if text.isascii() else ASTRAL.sub(lambda match: chr(0xE000 + ord(match[0]) % 0x1900), text)

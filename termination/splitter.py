"""Tells the thought from the answer, in whichever field and however cut the text arrives."""

from typing import Literal

from termination.ending import Phase
from termination.leaks import Leaks
from termination.policy import Markers

Piece = tuple[Literal["thought", "answer"], str]


def overlap(text: str, marker: str) -> int:
    """The length of the longest tail of `text` that is a proper prefix of `marker`.

    >>> overlap("a <", "<think>"), overlap("a b", "<think>")
    (1, 0)
    """
    longest = min(len(text), len(marker) - 1)
    return next((size for size in range(longest, 0, -1) if text.endswith(marker[:size])), 0)


class Splitter:
    """Text in, pieces of thought and answer out; holds back only what may still become a marker.

    The newlines around markers belong to neither side. A thought that is all white space gives no piece.
    `closed` says that the thought's end was seen: its marker, or content after a reasoning field.
    """

    def __init__(self, markers: Markers | None) -> None:
        self._markers = markers
        self._held = ""
        self._in_field = False
        self._answer_begun = False
        self._thought_begun = False
        self._leaks: Leaks | None = None
        self.phase: Phase = "waiting"
        self.closed = False

    def feed(self, reasoning: str, content: str) -> list[Piece]:
        """The pieces that one chunk completes, thought before answer."""
        pieces = self._reasoning(reasoning) if reasoning else []
        return pieces + (self._content(content) if content else [])

    def finish(self) -> list[Piece]:
        """What was held back and can no longer become a marker."""
        held, self._held = self._held, ""
        if self.phase == "waiting" and held.strip():
            self.phase = "thought" if self._markers and self._markers.opened else "answer"
        return self._answer_end(held) if self.phase == "answer" else self._thought(held.rstrip())

    def _reasoning(self, text: str) -> list[Piece]:
        before: list[Piece] = []
        if self.phase == "answer":
            before, self._thought_begun = self._answer_end(""), False
        held, self._held = self._held, ""
        self.phase, self._in_field = "thought", True
        return before + self._thought_so_far(held + text, "")

    def _content(self, new: str) -> list[Piece]:
        text, self._held = self._held + new, ""
        match self.phase:
            case "answer":
                return self._answer(text)
            case "thought" if self._in_field:
                return self._close(new)
            case "thought":
                return self._until_close(text)
            case _:
                return self._first(text)

    def _first(self, text: str) -> list[Piece]:
        """Nothing is known yet: does the text open a thought?"""
        if self._markers is None:
            return self._enter_answer(text)
        begun = text.lstrip()
        if begun.startswith(self._markers.open):
            self.phase = "thought"
            return self._until_close(begun[len(self._markers.open) :])
        if any(marker != begun and marker.startswith(begun) for marker in (self._markers.open, self._markers.close)):
            self._held = text
            return []
        if self._markers.opened or begun.startswith(self._markers.close):
            self.phase = "thought"
            return self._until_close(text)
        return self._enter_answer(text)

    def _until_close(self, text: str) -> list[Piece]:
        assert self._markers is not None
        thought, marker, answer = text.partition(self._markers.close)
        if marker:
            return self._thought(thought.rstrip()) + self._close(answer)
        return self._thought_so_far(text, self._markers.close)

    def _thought_so_far(self, text: str, close: str) -> list[Piece]:
        """White space and the beginning of a marker wait: they may be the thought's end."""
        sure = text[: len(text) - overlap(text, close)].rstrip() if close else text.rstrip()
        self._held = text[len(sure) :]
        return self._thought(sure)

    def _thought(self, text: str) -> list[Piece]:
        if not self._thought_begun:
            text = text.lstrip()
        self._thought_begun = self._thought_begun or bool(text)
        return [("thought", text)] if text else []

    def _close(self, answer: str) -> list[Piece]:
        self.closed = True
        return self._enter_answer(answer)

    def _enter_answer(self, text: str) -> list[Piece]:
        parsed, self._in_field = self._in_field, False
        self._leaks = Leaks(self._markers.close) if parsed and self._markers else None
        self.phase, self._answer_begun = "answer", False
        return self._answer(text)

    def _answer_end(self, held: str) -> list[Piece]:
        last = self._answer(held)
        return last + self._shown(self._leaks.finish() if self._leaks else "")

    def _answer(self, text: str) -> list[Piece]:
        return self._shown(self._leaks.feed(text) if self._leaks else text)

    def _shown(self, text: str) -> list[Piece]:
        if not self._answer_begun:
            text = text.lstrip("\r\n")
        self._answer_begun = self._answer_begun or bool(text)
        return [("answer", text)] if text else []

"""The text stage of many other pages: plain checks of the whole text after every token."""

import time
from collections.abc import Sequence

REPEATED_TOKENS, COPIES = 64, 3


class Naive:
    """A text in an attribute, with held back beginnings of stop texts and vLLM's check for repeated tokens.

    It copies the text at every token (`+=` on an attribute), and looks for each beginning of each stop text.
    """

    def __init__(self, stop_texts: Sequence[str], seconds: float, most_tokens: int) -> None:
        self.text = ""
        self.shown = 0
        self.tokens: list[str] = []
        self.stop_texts = stop_texts
        self.beginnings = [text[:size] for text in stop_texts for size in range(1, len(text))]
        self.most_tokens = most_tokens
        self.deadline = time.monotonic() + seconds

    def feed(self, token: str) -> str | None:
        """Return the text to show; None at the end."""
        self.text += token
        self.tokens.append(token)
        if len(self.tokens) >= self.most_tokens or time.monotonic() >= self.deadline:
            return None
        if any(self.text.find(stop, -len(token) - len(stop)) >= 0 for stop in self.stop_texts):
            return None
        if is_repeating(self.tokens):
            return None
        held = max((len(each) for each in self.beginnings if self.text.endswith(each)), default=0)
        shown, self.shown = self.text[self.shown : len(self.text) - held], len(self.text) - held
        return shown


def is_repeating(tokens: Sequence[str]) -> bool:
    """True if the last tokens repeat, as in `check_sequence_repetition` of vLLM (vllm/v1/core/sched/utils.py)."""
    for size in range(1, REPEATED_TOKENS + 1):
        if size * COPIES > len(tokens):
            return False
        if all(tokens[-place - size * copy] == tokens[-place] for place in range(1, size + 1) for copy in (1, 2)):
            return True
    return False

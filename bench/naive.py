"""The text stage as many pages have it: plain checks of the text so far, all of them after every token."""

import time
from collections.abc import Sequence

REPEATED_TOKENS, COPIES = 64, 3


class Naive:
    """The text in an attribute, beginnings of stop texts held back, and vLLM's check of the last tokens for repetition.

    It copies the text at every token (`+=` on an attribute) and asks for each beginning of each stop text.
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
        """What to show; None at the end."""
        self.text += token
        self.tokens.append(token)
        if len(self.tokens) >= self.most_tokens or time.monotonic() >= self.deadline:
            return None
        if any(self.text.find(stop, -len(token) - len(stop)) >= 0 for stop in self.stop_texts):
            return None
        if repeats(self.tokens):
            return None
        held = max((len(each) for each in self.beginnings if self.text.endswith(each)), default=0)
        shown, self.shown = self.text[self.shown : len(self.text) - held], len(self.text) - held
        return shown


def repeats(tokens: Sequence[str]) -> bool:
    """As `check_sequence_repetition` of vLLM (vllm/v1/core/sched/utils.py) on the ids of the tokens."""
    for size in range(1, REPEATED_TOKENS + 1):
        if size * COPIES > len(tokens):
            return False
        if all(tokens[-place - size * copy] == tokens[-place] for place in range(1, size + 1) for copy in (1, 2)):
            return True
    return False

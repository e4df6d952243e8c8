"""One request's script: which tokens the model is to give, and how fast; asked for the logits of the next token."""

import time
from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True)
class Script:
    """One id a step, `step_seconds` apart from the token `slow_from` on; after the last one the model is free."""

    ids: list[int]
    step_seconds: float
    slow_from: int

    def __call__(self, given: int, logits: torch.Tensor) -> torch.Tensor:
        if given >= self.slow_from:
            time.sleep(self.step_seconds)
        if given < len(self.ids):
            logits.fill_(float("-inf"))
            logits[..., self.ids[given]] = 0.0
        return logits


def rest(text: str, begun: str) -> str:
    """Return what follows the beginning; nothing if the text does not begin so."""
    return text[len(begun) :] if text.startswith(begun) else ""

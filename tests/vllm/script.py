"""One request's script: which tokens the model is to give, and how fast; asked for the logits of the next token."""

import time
from dataclasses import dataclass
from pathlib import Path

import torch

LOOK_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Script:
    """One id a step, `step_seconds` apart from the token `slow_from` on; after the last one the model is free.

    With a file `until`, the model is silent from the token `held_from` on, until the file exists. That token comes
    after what the test waits for, however slow the machine is. A negative number counts from the end.
    """

    ids: list[int]
    step_seconds: float
    slow_from: int
    until: str = ""
    held_from: int = 0

    def __call__(self, given: int, logits: torch.Tensor) -> torch.Tensor:
        if given >= self.slow_from:
            time.sleep(self.step_seconds)
        if self.until and given >= self.held_from % len(self.ids):
            _wait_for(Path(self.until))
        if given < len(self.ids):
            logits.fill_(float("-inf"))
            logits[..., self.ids[given]] = 0.0
        return logits


def _wait_for(file: Path) -> None:
    while not file.exists():
        time.sleep(LOOK_SECONDS)


def rest(text: str, begun: str) -> str:
    """Return what follows the beginning; nothing if the text does not begin so."""
    return text[len(begun) :] if text.startswith(begun) else ""

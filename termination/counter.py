"""Tokens and seconds of a turn, by phase."""

from termination.delta import Delta
from termination.ending import Phase, Seconds, Tokens


class Counter:
    """Counts by the server's usage where it comes with the chunks, else one token a chunk with text.

    The completion tokens up to the thought's end are nearer the truth than vLLM's `reasoning_tokens`, which are 0
    with some parsers and fall short where a character takes several tokens (seen with 0.32).
    """

    def __init__(self, now: float) -> None:
        self._started = now
        self._first: float | None = None
        self._thought_began: float | None = None
        self._thought_seconds = 0.0
        self._chunks: dict[Phase, int] = {"waiting": 0, "thought": 0, "answer": 0}
        self._completion: int | None = None
        self._completion_in_thought: int | None = None
        self._reasoning: int | None = None

    def count(self, delta: Delta, phase: Phase, now: float) -> bool:
        """Whether this chunk is a sign of life: it brought text, or the server counted more tokens."""
        text = bool(delta.reasoning or delta.content)
        grown = self._usage(delta, phase)
        self._chunks[phase] += text
        if text and self._first is None:
            self._first = now
        return text or grown

    def _usage(self, delta: Delta, phase: Phase) -> bool:
        if delta.usage is None:
            return False
        grown = delta.usage.completion > (self._completion or 0)
        self._completion = delta.usage.completion
        self._reasoning = delta.usage.reasoning or self._reasoning
        if phase != "answer":
            self._completion_in_thought = self._completion
        return grown

    def enter(self, phase: Phase, now: float) -> None:
        """A phase begins with its first text."""
        self._thought_seconds = self._thought_until(now)
        self._thought_began = now if phase == "thought" else None

    def seconds(self, now: float) -> Seconds:
        """The times up to `now`."""
        first = None if self._first is None else self._first - self._started
        return Seconds(total=now - self._started, first_token=first, thought=self._thought_until(now))

    @property
    def thought(self) -> int:
        """Tokens of the thought so far."""
        counted = self._completion_in_thought or self._reasoning
        return self._chunks["thought"] + self._chunks["waiting"] if counted is None else counted

    @property
    def tokens(self) -> Tokens:
        """Tokens of both phases so far."""
        thought = self.thought if self._chunks["thought"] else 0
        total = sum(self._chunks.values()) if self._completion is None else self._completion
        return Tokens(thought=thought, answer=max(0, total - thought), exact=self._completion is not None)

    def _thought_until(self, now: float) -> float:
        return self._thought_seconds + (0.0 if self._thought_began is None else now - self._thought_began)

"""How far a turn has come: tokens and seconds, by phase, and how much text."""

import math
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from termination.delta import Usage
from termination.ending import Phase, Timing, TokenCounts
from termination.landing import MEMORY

BYTES_PER_TOKEN = 4
TRUST = 16  # tokens that a server which counts may be behind with its count: as many as it may put into one chunk


class _Share:
    """What one phase has taken."""

    __slots__ = ("bytes", "known", "seconds")

    def __init__(self) -> None:
        self.seconds = 0.0  # before it began for the last time
        self.known = 0  # tokens, by the server's count
        self.bytes = 0  # since that count


class Progress:
    """Counts by the server's usage where that comes with the chunks, else by the text: 4 bytes of UTF-8 a token.

    A chunk is not a token: servers put several into one under load, and one character may take several. The estimate
    depends on the text alone, so that it is the same however the text is cut.

    `now` is monotonic seconds; `text` counts the characters of thought and answer so far; `here` is what the present
    phase has taken.
    """

    def __init__(self, now: float) -> None:
        self.started = self.now = now
        self.first: float | None = None
        self.alive: float | None = None
        self.phase: Phase = "waiting"
        self.text = 0
        self.token_ids: tuple[int, ...] = ()
        self.phase_began = now
        self._waiting, self._thought, self._answer = _Share(), _Share(), _Share()
        self._shares = {"waiting": self._waiting, "thought": self._thought, "answer": self._answer}
        self.here = self._waiting
        self._recent = deque[str](maxlen=MEMORY)
        self._completion: int | None = None
        self._prompt: int | None = None
        self._mixed = False  # since the last count text of another phase has come

    # --- What happened

    def hears(self, now: float, text: bool, usage: Usage | None) -> None:
        """A chunk came; with text, or with more tokens than before, it is a sign of life."""
        self.now = now
        if text:
            self.alive = now
            if self.first is None:
                self.first = now
        elif usage and usage.completion > (self._completion or 0):
            self.alive = now

    def enter(self, phase: Phase, before: str = "") -> None:
        """A phase begins with its first text, or goes on after that which was `before`."""
        self.here.seconds += self.now - self.phase_began
        self._mixed = self._mixed or self.here.bytes > 0
        self.phase, self.phase_began = phase, self.now
        self.here = self._shares[phase]
        self.here.known += self._waiting.known
        self._waiting.known = 0
        self._recent.clear()
        self._recent.append(before[-MEMORY:])

    def add(self, text: str, length: int, usage: Usage | None = None) -> None:
        """More text of this phase, of so many characters; with `usage` the server has counted up to its end."""
        self.text += length
        self._recent.append(text)
        here = self.here
        if usage and self._completion and not self._mixed:  # the usual case, in short
            if usage.completion > self._completion:
                here.known += usage.completion - self._completion
                self._completion = usage.completion
            here.bytes = 0
            return
        here.bytes += length if text.isascii() else size(text)
        if usage:
            self.count(usage, self.phase)

    @property
    def before(self) -> str:
        """The last characters of this phase."""
        return "".join(self._recent)[-MEMORY:]

    @contextmanager
    def ahead(self, text: str) -> Iterator[None]:
        """As if this text had been added."""
        self.here.bytes += size(text)
        self._recent.append(text)
        try:
            yield
        finally:
            self.here.bytes -= size(text)
            self._recent.pop()

    def only(self, thought: Iterable[str], answer: Iterable[str]) -> None:
        """Of the text only this was shown; where the server does not count, only this counts."""
        if self._completion is None:
            self._thought.bytes, self._answer.bytes = sum(map(size, thought)), sum(map(size, answer))

    def count(self, usage: Usage, phase: Phase) -> None:
        """The server has counted. What is new goes to the phases whose text has come since its last count.

        The count up to the thought's end is nearer the truth than vLLM's `reasoning_tokens`, which are 0 with some
        parsers and fall short where a character takes several tokens (seen with 0.32): those are taken only from a
        server that counts just once.
        """
        before, thought, answer = self._completion or 0, self._thought, self._answer
        grown = usage.completion - before if usage.completion > before else 0
        if thought.bytes and answer.bytes:
            share = round(grown * thought.bytes / (thought.bytes + answer.bytes))
            share = usage.reasoning if self._completion is None and usage.reasoning is not None else share
            thought.known += min(share, grown)
            answer.known += grown - min(share, grown)
        else:
            (thought if thought.bytes else answer if answer.bytes else self._shares[phase]).known += grown
        self._completion = before + grown
        self._prompt = self._prompt if usage.prompt is None else usage.prompt
        thought.bytes = answer.bytes = 0
        self._mixed = False

    # --- How far it is

    def spent(self, scope: Phase | None) -> float:
        """Tokens of the phase, of both for None. Between two counts of the server the text is estimated, less TRUST."""
        return self._spent(self._shares[scope]) if scope else self._spent(self._thought) + self._spent(self._answer)

    def elapsed(self, scope: Phase | None) -> float:
        """Timing of the phase; since the request was sent for None."""
        if scope is None:
            return self.now - self.started
        return self._shares[scope].seconds + (self.now - self.phase_began if self.phase == scope else 0.0)

    def when(self, limit: float, scope: Phase | None) -> float | None:
        """The time at which the scope will have lasted so many seconds, if nothing changes; None if it does not run."""
        if scope is None:
            return self.started + limit
        return self.phase_began + limit - self.here.seconds if self.phase == scope else None

    def passed(self, limit: float, scope: Phase | None) -> bool:
        """Whether the scope has lasted so many seconds; from exactly that time on that `when` gives."""
        end = self.when(limit, scope)
        return self.elapsed(scope) >= limit if end is None else self.now >= end

    def reaches(self, limit: int, scope: Phase | None, text: str) -> int | None:
        """Where in `text`, which comes next, that many tokens of the scope are spent; None if nowhere in it."""
        here = self.here
        known = here.known if scope else here.known + self.spent(None) - self._spent(here)
        if known + here.bytes / BYTES_PER_TOKEN + len(text) < limit:  # a character is a token at the most
            return None
        if known >= limit:
            return 0
        missing = (limit - known + self._trust) * BYTES_PER_TOKEN - here.bytes
        for index, character in enumerate(text):
            if missing <= 0:
                return index
            missing -= size(character)
        return len(text) if missing <= 0 else None

    @property
    def tokens(self) -> TokenCounts:
        """Tokens of both phases so far; exact where the server counts."""
        thought, answer = self._spent(self._thought), self._spent(self._answer) + self._waiting.known
        return TokenCounts(math.ceil(thought), math.ceil(answer), self._completion is not None, self._prompt)

    @property
    def seconds(self) -> Timing:
        """The times so far."""
        first = None if self.first is None else self.first - self.started
        return Timing(total=self.now - self.started, first_token=first, thought=self.elapsed("thought"))

    @property
    def _trust(self) -> int:
        return 0 if self._completion is None else TRUST

    def _spent(self, share: _Share) -> float:
        return share.known + max(0.0, share.bytes / BYTES_PER_TOKEN - self._trust)


def size(text: str) -> int:
    """Bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))

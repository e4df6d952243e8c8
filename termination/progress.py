"""How far a turn has come: tokens and seconds of each phase, and how much text."""

import math
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from termination.chunks.delta import Delta, Usage
from termination.ending import Phase, TextPhase, Timing, TokenCounts
from termination.landing import MEMORY

BYTES_PER_TOKEN = 4
TRUST = 16  # tokens that the count of a server may be behind: as many as it may put into one chunk


class _Part:
    """The seconds and tokens of one phase."""

    def __init__(self) -> None:
        self.seconds = 0.0  # before it began for the last time
        self.known = 0  # tokens, by the server's count
        self.bytes = 0  # since that count

    def tokens(self, trust: int) -> float:
        """Return the tokens, with an estimate of those since the last count that exceed `trust`."""
        return self.known + max(0.0, self.bytes / BYTES_PER_TOKEN - trust)


class Progress:
    """Counts by the server's usage if that comes with the chunks, else by the text: 4 bytes of UTF-8 a token.

    A chunk is not a token: servers put several into one under load, and one character may take several. The estimate
    depends on the text alone, so that it is the same however the text is cut.

    `now` is monotonic seconds; `text` counts the characters of thought and answer so far.
    """

    def __init__(self, now: float) -> None:
        self.started = self.now = now
        self.first: float | None = None
        self.alive: float | None = None
        self.worked: float | None = None  # when the server last worked on the prompt
        self.phase: Phase = "waiting"
        self.text = 0
        self._last_texts: deque[str] = deque(maxlen=MEMORY)  # enough for `before`: each has at least one character
        self.token_ids: tuple[int, ...] = ()
        self.phase_began = now
        self._waiting, self._thought, self._answer = _Part(), _Part(), _Part()
        self._parts = {"waiting": self._waiting, "thought": self._thought, "answer": self._answer}
        self._here = self._waiting
        self._completion: int | None = None
        self._prompt: int | None = None

    # --- What happens

    def start(self, now: float) -> None:
        """Start the time, which was not known before."""
        self.started = self.now = self.phase_began = now

    def note_chunk(self, chunk: Delta, now: float) -> None:
        """Note that a chunk came. Text, or more tokens than before, is a sign of life."""
        self.now = now
        self.token_ids = chunk.token_ids
        if chunk.reasoning or chunk.content:
            self.alive = now
            if self.first is None:
                self.first = now
        elif chunk.usage and chunk.usage.completion > (self._completion or 0):
            self.alive = now

    def enter(self, phase: Phase, before: str = "") -> None:
        """Begin a phase with its first text, or continue it after the text `before`."""
        self._here.seconds += self.now - self.phase_began
        self.phase, self.phase_began = phase, self.now
        self._here = self._parts[phase]
        self._here.known += self._waiting.known
        self._waiting.known = 0
        self._last_texts.clear()
        self._last_texts.append(before)

    def add(self, text: str) -> None:
        """Count more text of this phase."""
        self.text += len(text)
        self._here.bytes += len(text) if text.isascii() else size(text)
        self._last_texts.append(text)

    @contextmanager
    def ahead(self, text: str) -> Iterator[None]:
        """Count this text as if it had been added, within the block."""
        before = self._last_texts
        self._last_texts = deque((*before, text))
        self._here.bytes += size(text)
        try:
            yield
        finally:
            self._here.bytes -= size(text)
            self._last_texts = before

    def count(self, usage: Usage, phase: Phase) -> None:
        """Take the server's count. What is new goes to the phases whose text has come since its last count.

        The count up to the thought's end is nearer the truth than vLLM's `reasoning_tokens`, which are 0 with some
        parsers and fall short if a character takes several tokens (seen with 0.32). Those are taken only from a
        server that counts just once.

        A count that does not grow says nothing of the text that has come since.
        """
        thought, answer, before = self._thought, self._answer, self._completion or 0
        if usage.prompt is not None:
            self._prompt = usage.prompt
        if usage.completion <= before:
            return
        grown = usage.completion - before
        if thought.bytes and answer.bytes:
            share = min(self._thought_share(grown, usage), grown)
            thought.known += share
            answer.known += grown - share
        elif thought.bytes:
            thought.known += grown
        elif answer.bytes:
            answer.known += grown
        else:
            self._parts[phase].known += grown
        self._completion = usage.completion
        thought.bytes = answer.bytes = 0

    @contextmanager
    def moving(self, text: str, phase: TextPhase, to: TextPhase, share: float) -> Iterator[None]:
        """Move the figures of this text from one phase to another, to which it is added within the block.

        `share` is the part of the phase's text that this is. Its tokens are moved, and its seconds if it is all of it.
        """
        source, goal = self._parts[phase], self._parts[to]
        moved = min(source.bytes, size(text))
        source.bytes -= moved
        yield
        goal.bytes = max(0, goal.bytes - size(text) + moved)
        known = round(source.known * share)
        source.known, goal.known = source.known - known, goal.known + known
        if share == 1:
            source.seconds, goal.seconds = 0.0, goal.seconds + source.seconds

    def count_only(self, thought: str, answer: str) -> None:
        """Count only this text, which was shown, if the server does not count."""
        if self._completion is None:
            self._thought.bytes, self._answer.bytes = size(thought), size(answer)

    def _thought_share(self, grown: int, usage: Usage) -> int:
        if self._completion is None and usage.reasoning is not None:
            return usage.reasoning
        return round(grown * self._thought.bytes / (self._thought.bytes + self._answer.bytes))

    # --- How far it is

    @property
    def before(self) -> str:
        """Return the end of the present phase's text."""
        return "".join(self._last_texts)[-MEMORY:]

    def spent(self, scope: Phase | None) -> float:
        """Return the tokens of the phase; of both for None.

        Between two counts of the server the text is estimated, less TRUST.
        """
        if scope is None:
            return self._spent(self._thought) + self._spent(self._answer)
        return self._spent(self._parts[scope])

    def elapsed(self, scope: Phase | None) -> float:
        """Return the seconds of the phase; since the request was sent for None."""
        if scope is None:
            return self.now - self.started
        seconds = self._parts[scope].seconds
        if self.phase == scope:
            seconds += self.now - self.phase_began
        return seconds

    def when(self, limit: float, scope: Phase | None) -> float | None:
        """Return the time at which the scope will have lasted `limit` seconds; None if it is not the present phase."""
        if scope is None:
            return self.started + limit
        if self.phase != scope:
            return None
        return self.phase_began + limit - self._here.seconds

    def passed(self, limit: float, scope: Phase | None) -> bool:
        """True if the scope has lasted `limit` seconds; from exactly that time on that `when` returns."""
        end = self.when(limit, scope)
        if end is None:
            return self.elapsed(scope) >= limit
        return self.now >= end

    def reaches(self, limit: int, scope: Phase | None, text: str) -> int | None:
        """Return the place in `text`, which comes next, at which `limit` tokens of the scope are spent.

        None if the text ends before.
        """
        here = self._here
        known: float = here.known
        if scope is None:
            known += self.spent(None) - self._spent(here)
        if here.bytes < (limit - known - len(text)) * BYTES_PER_TOKEN:  # a character is at most one token
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
        """Return the tokens of both phases so far.

        They are exact if the server counts, and its count has kept up with the text.
        """
        since = self._thought.bytes + self._answer.bytes
        exact = self._completion is not None and since <= TRUST * BYTES_PER_TOKEN
        trust = TRUST if exact else 0
        thought, answer = self._thought.tokens(trust), self._answer.tokens(trust) + self._waiting.known
        return TokenCounts(math.ceil(thought), math.ceil(answer), exact, self._prompt)

    @property
    def seconds(self) -> Timing:
        """Return the times so far."""
        first = None if self.first is None else self.first - self.started
        return Timing(total=self.now - self.started, first_token=first, thought=self.elapsed("thought"))

    @property
    def _trust(self) -> int:
        return 0 if self._completion is None else TRUST

    def _spent(self, part: _Part) -> float:
        return part.tokens(self._trust)


def size(text: str) -> int:
    """Return the bytes of UTF-8; a surrogate counts as three."""
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))

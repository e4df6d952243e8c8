"""Streams as stretches of text, the ways to cut them into chunks, and the events of a turn: for Hypothesis."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from termination import (
    AnswerDelta,
    Begun,
    CutBack,
    Delta,
    Ended,
    Event,
    Nudged,
    PhaseChanged,
    Policy,
    ThoughtDelta,
    Timing,
    TokenCounts,
    Turn,
    Usage,
)
from tests.core.cuts import cut, tricky

# How often the properties of whole turns are tried. A turn fed by the character takes 10 µs for each.
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
EXAMPLES = settings.default.max_examples  # 100, and few in a quick run
OFTEN = settings(max_examples=3 * EXAMPLES, deadline=None, suppress_health_check=SLOW)
SOMETIMES = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=SLOW)
SELDOM = settings(max_examples=EXAMPLES // 4, deadline=None, suppress_health_check=SLOW)

Chunks = list[tuple[Delta, float]]


@dataclass(frozen=True)
class Stretch:
    """Text that arrives at one time in one field, and what the server says at its end."""

    field: str
    text: str
    now: float
    usage: Usage | None = None
    ids: tuple[int, ...] = ()


_WORDS = ["END ", "EN", "D ", "a", "b c ", "e", "\n", "\n\n", "End. ", "“so.” ", "四。", "round " * 3, "x" * 30]
_WORDS += ["<think>", "</think>", "</thin", "<|im_end|>", "</s>", "`", "👩‍🚀"]
words = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5).map("".join) | tricky.filter(bool)
again = st.sampled_from(["round " * 140, "round and round we go, " * 20, "四。" * 300])
long_words = st.lists(again | words, min_size=1, max_size=2).map("".join)


@st.composite
def streams(draw: st.DrawFn, texts: st.SearchStrategy[str] = words) -> list[Stretch]:
    """Draw stretches in the order of time; some servers count the tokens, some do not."""
    counts, now, completion = draw(st.booleans()), 0.0, 0
    made = []
    for text in draw(st.lists(texts, min_size=1, max_size=4)):
        now += draw(st.sampled_from([0, 0, 0.4, 1, 2]))
        completion += draw(st.integers(0, 20))
        field = draw(st.sampled_from(["reasoning", "content", "content"]))
        ids = draw(st.sampled_from([(), (), (1,), (2, 3)]))
        made.append(Stretch(field, text, now, Usage(completion) if counts else None, ids))
    return made


finishes = st.none() | st.sampled_from(
    [
        Delta(finish_reason="stop"),
        Delta(finish_reason="stop", stop_reason=151668),
        Delta(finish_reason="stop", stop_reason="END"),
        Delta(finish_reason="length"),
        Delta(finish_reason="repetition", stop_reason="repetition_detected"),
    ]
)

# --- Cut into chunks


def whole(stream: list[Stretch]) -> Chunks:
    """Return each stretch in one chunk."""
    return [(_delta(each, each.text, True), each.now) for each in stream]


def single(stream: list[Stretch]) -> Chunks:
    """Return every character in a chunk of its own."""
    return [
        (_delta(each, character, number == len(each.text)), each.now)
        for each in stream
        for number, character in enumerate(each.text, 1)
    ]


@st.composite
def recut(draw: st.DrawFn, stream: list[Stretch]) -> Chunks:
    """Draw the same text in other chunks: one may hold the end of a thought and the beginning of the answer."""
    chunks: Chunks = []
    for each in stream:
        pieces = draw(cut(each.text))
        for number, piece in enumerate(pieces, 1):
            delta = _delta(each, piece, number == len(pieces))
            last, before = chunks[-1] if chunks else (Delta(), -1.0)
            plain = last.usage is None and not last.token_ids and before == each.now
            follows = each.field == "content" or not last.content
            if number == 1 and chunks and plain and follows and draw(st.booleans()):
                chunks.pop()
                delta = delta._replace(reasoning=last.reasoning + delta.reasoning, content=last.content + delta.content)
            chunks.append((delta, each.now))
    return chunks


def _delta(stretch: Stretch, text: str, last: bool) -> Delta:
    said = Delta(reasoning=text) if stretch.field == "reasoning" else Delta(content=text)
    return said._replace(usage=stretch.usage, token_ids=stretch.ids) if last else said


# --- Played


class Listening(Turn):
    """A turn that remembers its events, and whether the server counted the tokens."""

    def __init__(self, policy: Policy, now: float, begun: Begun | None = None) -> None:
        super().__init__(policy, now, begun)
        self.events: list[Event] = []
        self.counted = False

    def feed(self, delta: Delta, now: float) -> list[Event]:
        self.counted = self.counted or delta.usage is not None
        return self._remember(super().feed(delta, now))

    def tick(self, now: float) -> list[Event]:
        return self._remember(super().tick(now))

    def fail(self, *why: Any) -> list[Event]:
        return self._remember(super().fail(*why))

    def _remember(self, events: list[Event]) -> list[Event]:
        self.events += events
        return events


def played(policy: Policy, chunks: Chunks, finish: Delta | None) -> Listening:
    """Play a turn that is asked for its deadline between the chunks, at times that depend on the text alone."""
    turn, now = Listening(policy, 0.0), 0.0
    turn.counted = any(delta.usage for delta, _ in chunks)
    for delta, at in chunks:
        while turn.deadline is not None and turn.deadline < at:
            now = max(now, turn.deadline)
            turn.tick(now)
            assert turn.deadline is None or turn.deadline > now, "it has to be asked for something new"
        turn.feed(delta, at)
        now = at
    if finish:
        turn.feed(finish, now)
    turn.finish(now)
    return turn


def story(turn: Listening) -> list[tuple[str, object]]:
    """Return the events, without the cuts between deltas of one kind."""
    plain: list[tuple[str, object]] = []
    for each in turn.events:
        match each:
            case ThoughtDelta(text) | AnswerDelta(text):
                plain.append((type(each).__name__, text))
            case PhaseChanged(phase):
                plain.append(("phase", phase))
            case Nudged() | CutBack():
                plain.append(("notice", each))
            case Ended(ending):
                counts = TokenCounts() if turn.counted else ending.tokens  # a count belongs to its chunk
                plain.append(("ended", replace(ending, seconds=Timing(ending.seconds.total), tokens=counts)))
            case _:
                raise AssertionError(each)
    joined = groupby(plain, key=lambda each: each[0])
    return [(kind, "".join(str(text) for _, text in some) if "Delta" in kind else list(some)) for kind, some in joined]

"""However a stream is cut into chunks, the events and the ending are the same, under every condition there is."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from termination import (
    AnswerDelta,
    BadCondition,
    Begun,
    Condition,
    CutBack,
    Delta,
    Duration,
    Ended,
    Ending,
    Event,
    Nudged,
    PhaseChanged,
    Policy,
    ThoughtDelta,
    Timing,
    TokenCounts,
    Turn,
    Usage,
    budget,
    check_condition,
    circling,
    first_token,
    idle,
    loop,
    max_tokens,
    pattern,
    seconds,
    stop,
    stop_ids,
    tokens,
    total,
)
from termination.condition import any_of
from tests.core.cuts import MARKERS, THINK, TOKENS, cut, tricky

RECUTS = 10  # for each of 1,000 streams


@dataclass(frozen=True)
class Stretch:
    """Text that arrives at one time in one field, and what the server says at its end."""

    field: str
    text: str
    now: float
    usage: Usage | None = None
    ids: tuple[int, ...] = ()


# --- Conditions

texts = st.sampled_from(
    ["END", "EN", "ND", "a", "b c", "\n\n", "<", "</think", "四。", "ENDEN", "e", "so.” E", "👩", "x" * 40]
)
limits = st.integers(1, 30) | st.sampled_from([Duration(0.5), Duration(1), Duration(3)])
periods = st.sampled_from([Duration(0.5), Duration(1), Duration(2.5)])
leaves = st.one_of(
    st.lists(texts, min_size=1, max_size=3).map(lambda some: stop(*some)),
    st.builds(lambda text, more: stop(text, text + more), texts, texts),
    st.lists(st.integers(1, 3), min_size=1, max_size=2).map(lambda some: stop_ids(*some)),
    st.sampled_from(["[a-c]+ ", "b", "D E", "(round ){3}", "^b", "c$", "四|。", "[^a]{30}"]).map(pattern),
    limits.map(budget),
    st.integers(1, 30).map(tokens),
    st.integers(1, 40).map(max_tokens),
    periods.map(seconds),
    st.just(loop()),
    st.just(circling()),
    periods.map(first_token),
    periods.map(idle),
    periods.map(total),
)


def composed(some: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.one_of(
        st.builds(lambda a, b: a | b, some, some),
        st.builds(lambda a, b: a & b, some, some),
        st.builds(lambda a, b: a & ~b, some, some),
        st.builds(lambda a, scope: a.during(scope), some, st.sampled_from(["thought", "answer", "any"])),
        st.builds(lambda a, limit: a.after(limit), some, limits),
        some.map(lambda a: a.shadow()),
    )


conditions = st.recursive(leaves, composed, max_leaves=5)

# --- Streams

_WORDS = [
    "END ",
    "EN",
    "D ",
    "a",
    "b c ",
    "e",
    "\n",
    "\n\n",
    "End. ",
    "“so.” ",
    "四。",
    "<think>",
    "</think>",
    "</thin",
]
_WORDS += ["<|im_end|>", "</s>", "`", "👩‍🚀", "round " * 3, "x" * 30, "round " * 140, "round and round we go, " * 20]
words = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map("".join) | tricky.filter(bool)


@st.composite
def streams(draw: st.DrawFn) -> list[Stretch]:
    """Stretches in the order of time; some servers count the tokens, some do not."""
    counts, now, completion = draw(st.booleans()), 0.0, 0
    made = []
    for text in draw(st.lists(words, min_size=1, max_size=6)):
        now += draw(st.sampled_from([0, 0, 0.4, 1, 2]))
        completion += draw(st.integers(0, 20))
        field = draw(st.sampled_from(["reasoning", "content", "content"]))
        ids = draw(st.sampled_from([(), (), (1,), (2, 3)]))
        made.append(Stretch(field, text, now, Usage(completion) if counts else None, ids))
    return made


def whole(stream: list[Stretch]) -> list[tuple[Delta, float]]:
    return [(_delta(each, each.text, True), each.now) for each in stream]


def single(stream: list[Stretch]) -> list[tuple[Delta, float]]:
    """Every character in a chunk of its own."""
    return [
        (_delta(each, character, number == len(each.text)), each.now)
        for each in stream
        for number, character in enumerate(each.text, 1)
    ]


@st.composite
def recut(draw: st.DrawFn, stream: list[Stretch]) -> list[tuple[Delta, float]]:
    """The same text in other chunks: one may hold the end of a thought and the beginning of the answer."""
    chunks: list[tuple[Delta, float]] = []
    for each in stream:
        pieces = draw(cut(each.text))
        for number, piece in enumerate(pieces, 1):
            delta = _delta(each, piece, number == len(pieces))
            last, before = chunks[-1] if chunks else (Delta(), -1.0)
            plain = last.usage is None and not last.token_ids and before == each.now
            follows = each.field == "content" or not last.content
            if number == 1 and chunks and plain and follows and draw(st.booleans()):
                chunks.pop()
                delta = replace(delta, reasoning=last.reasoning + delta.reasoning, content=last.content + delta.content)
            chunks.append((delta, each.now))
    return chunks


def _delta(stretch: Stretch, text: str, last: bool) -> Delta:
    said = Delta(reasoning=text) if stretch.field == "reasoning" else Delta(content=text)
    return replace(said, usage=stretch.usage, token_ids=stretch.ids) if last else said


def played(policy: Policy, chunks: list[tuple[Delta, float]], finish: Delta | None, ids: tuple[int, ...] = ()) -> Turn:
    """A turn with the clock watched between the chunks, at times that the text alone decides."""
    turn, now = Listening(policy, 0.0), 0.0
    turn.expect(ids)
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


class Listening(Turn):
    """A turn that remembers what it told."""

    def __init__(self, policy: Policy, now: float, begun: Begun | None = None) -> None:
        super().__init__(policy, now, begun)
        self.events: list[Event] = []
        self.counted = False

    def feed(self, delta: Delta, now: float) -> list[Event]:
        return self._remembered(super().feed(delta, now))

    def tick(self, now: float) -> list[Event]:
        return self._remembered(super().tick(now))

    def fail(self, *why: Any) -> list[Event]:
        return self._remembered(super().fail(*why))

    def _remembered(self, told: list[Event]) -> list[Event]:
        self.events += told
        return told


def story(turn: Turn) -> list[tuple[str, object]]:
    """What the page is told, without the cuts between deltas of one kind."""
    assert isinstance(turn, Listening)
    plain: list[tuple[str, object]] = []
    for each in turn.events:
        match each:
            case ThoughtDelta(text) | AnswerDelta(text):
                plain.append((type(each).__name__, text))
            case PhaseChanged(phase):
                plain.append(("phase", phase))
            case Nudged() | CutBack():
                plain.append(("told", each))
            case Ended(ending):
                # A count comes with a chunk, and belongs to it.
                tokens = TokenCounts() if turn.counted else ending.tokens
                plain.append(("ended", replace(ending, seconds=Timing(ending.seconds.total), tokens=tokens)))
            case _:
                raise AssertionError(each)
    joined = groupby(plain, key=lambda each: each[0])
    return [(kind, "".join(str(text) for _, text in some) if "Delta" in kind else list(some)) for kind, some in joined]


finishes = st.none() | st.sampled_from(
    [
        Delta(finish_reason="stop"),
        Delta(finish_reason="stop", stop_reason=151668),
        Delta(finish_reason="stop", stop_reason="END"),
        Delta(finish_reason="length"),
        Delta(finish_reason="repetition", stop_reason="repetition_detected"),
    ]
)


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(MARKERS, TOKENS, st.booleans(), conditions, streams(), finishes, st.data())
def test_however_the_text_is_cut_the_events_and_the_ending_are_the_same(
    markers: object,
    special: tuple[str, ...],
    only: bool,
    condition: Condition,
    stream: list[Stretch],
    finish: Delta | None,
    data: st.DataObject,
) -> None:
    try:
        check_condition(condition)
    except BadCondition:
        assume(False)
    last_words = special if data.draw(st.booleans()) else special[:1]
    policy = Policy(markers, special, last_words, only, condition)
    turn = played(policy, whole(stream), finish)
    event(turn.ending.code)
    assert story(played(policy, single(stream), finish)) == story(turn)
    for _ in range(RECUTS - 1):
        assert story(played(policy, data.draw(recut(stream)), finish)) == story(turn)
    nothing_is_lost(turn, played(replace(policy, end=None), whole(stream), finish))


# --- Matches that overlap: few letters, short texts, and limits that few tokens reach

letters = st.lists(st.sampled_from("aab\n"), min_size=1, max_size=3).map("".join)
late_stops = st.builds(lambda text, more: stop(text, text + more), letters, letters)  # certain only with the next text
near = st.one_of(
    late_stops,
    st.lists(letters, min_size=1, max_size=2).map(lambda some: stop(*some)),
    st.sampled_from(["a", "a$", "b$", "^a", "ab+", "a{2}"]).map(pattern),
    st.sampled_from([tokens(1), tokens(2), budget(1).during("answer"), max_tokens(1)]),
)
rivals = st.one_of(
    near,
    st.builds(lambda a, b: a & ~b, near, near),
    st.builds(lambda a, b, c: (a | b) & c, near, near, near),
    st.builds(lambda a, b, limit: (a | b).after(limit), late_stops, near, st.integers(1, 2)),
    near.map(lambda a: a.shadow()),
)
overlapping = st.builds(lambda a, b, c: a | b | c, late_stops, rivals, rivals)
few_letters = st.lists(st.sampled_from("aaabbb\n."), min_size=3, max_size=12).map("".join)


@settings(max_examples=500)
@given(overlapping, few_letters, finishes, st.data())
def test_matches_that_overlap_are_judged_alike_in_every_cut(
    condition: Condition, text: str, finish: Delta | None, data: st.DataObject
) -> None:
    try:
        check_condition(condition)
    except BadCondition:
        assume(False)
    policy, stream = Policy(end=condition), [Stretch("content", text, 0.0)]
    turn = played(policy, whole(stream), finish)
    event(turn.ending.code)
    assert story(played(policy, single(stream), finish)) == story(turn)
    assert story(played(policy, data.draw(recut(stream)), finish)) == story(turn)


both_phases = st.one_of(
    near,
    near.map(lambda a: a.during("any")),
    st.sampled_from([idle(Duration(1)), total(Duration(1)), seconds(Duration(1)), budget(Duration(1)), budget(1)]),
    st.sampled_from([stop_ids(1), pattern("a$").during("thought"), stop("a", "ab").during("any")]),
)
mixed = st.one_of(
    both_phases,
    both_phases.map(lambda a: a.shadow()),
    st.builds(lambda a, b: a & ~b, both_phases, both_phases),
    st.builds(lambda a, b, c: (a | ~b) & c, both_phases, both_phases, both_phases),
    st.builds(lambda a, b, limit: (a | b).after(limit), both_phases, both_phases, st.sampled_from([1, 2, Duration(1)])),
)
syllables = st.sampled_from(["a", "a", "b", "b", "\n", ".", "</think>", "<think>", "</s>", "abab", " "])


@st.composite
def short_streams(draw: st.DrawFn) -> list[Stretch]:
    now, made = 0.0, []
    for text in draw(st.lists(st.lists(syllables, min_size=1, max_size=8).map("".join), min_size=1, max_size=4)):
        now += draw(st.sampled_from([0, 0, 1, 1.1]))
        field = draw(st.sampled_from(["reasoning", "content"]))
        made.append(Stretch(field, text, now, ids=draw(st.sampled_from([(), (), (1,)]))))
    return made


@settings(max_examples=500)
@given(st.lists(mixed, min_size=1, max_size=4), short_streams(), finishes, st.booleans(), st.data())
def test_matches_that_overlap_are_judged_alike_in_thought_and_answer(
    some: list[Condition], stream: list[Stretch], finish: Delta | None, only: bool, data: st.DataObject
) -> None:
    try:
        check_condition(any_of(*some))
    except BadCondition:
        assume(False)
    policy = Policy(THINK, ("</s>",), ("</s>",), only, any_of(*some))
    turn = played(policy, whole(stream), finish)
    event(turn.ending.code)
    assert story(played(policy, single(stream), finish)) == story(turn)
    assert story(played(policy, data.draw(recut(stream)), finish)) == story(turn)


contents = st.recursive(leaves.filter(lambda each: each.code in ("stop_text", "loop")), composed, max_leaves=4)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(MARKERS, st.booleans(), contents, streams(), finishes.filter(bool))
def test_a_finish_in_the_last_chunk_is_the_same_as_one_of_its_own(
    markers: object, only: bool, condition: Condition, stream: list[Stretch], finish: Delta
) -> None:
    """Where no budget and no clock is: those give way to a natural finish in the same chunk."""
    try:
        check_condition(condition)
    except BadCondition:
        assume(False)
    *rest, (last, now) = whole(stream)
    together = replace(finish, reasoning=last.reasoning, content=last.content, usage=last.usage)
    policy = Policy(markers, ("</s>",), ("</s>",), only, condition)
    alone = played(policy, [*rest, (replace(last, token_ids=()), now)], finish)
    assert story(played(policy, [*rest, (together, now)], None)) == story(alone)


def nothing_is_lost(turn: Turn, uncut: Turn) -> None:
    """The shown text is the whole text up to the cut, where what was seen begins."""
    ending = turn.ending
    assert isinstance(ending, Ending)
    text = {"waiting": "", "thought": turn.thought, "answer": turn.answer}
    assert ending.cut_at == len(text[ending.phase])
    if ending.source != "client" or ending.code == "thought_complete":
        return
    assert uncut.thought.startswith(turn.thought)
    assert ending.code.endswith("timeout") or uncut.answer.startswith(turn.answer)

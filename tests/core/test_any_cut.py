"""However a stream is cut into chunks, the events and the ending are the same, under every condition there is."""

from collections import Counter
from dataclasses import replace

from hypothesis import event, given
from hypothesis import strategies as st

from termination import (
    BadCondition,
    Condition,
    CutBack,
    Delta,
    Duration,
    Ending,
    Markers,
    Policy,
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
from tests.core.cuts import MARKERS, THINK, TOKENS
from tests.core.streams import (
    OFTEN,
    SELDOM,
    SOMETIMES,
    Listening,
    Stretch,
    finishes,
    long_words,
    played,
    recut,
    single,
    story,
    streams,
    whole,
)

# --- Conditions

texts = st.sampled_from(
    ["END", "EN", "ND", "a", "b c", "\n\n", "<", "</think", "四。", "ENDEN", "e", "so.” E", "👩", "x" * 40]
)
limits = st.integers(1, 30) | st.sampled_from([Duration(0.5), Duration(1), Duration(3)])
periods = st.sampled_from([Duration(0.5), Duration(1), Duration(2.5)])
contents = st.one_of(
    st.lists(texts, min_size=1, max_size=3).map(lambda some: stop(*some)),
    st.builds(lambda text, more: stop(text, text + more), texts, texts),
    st.sampled_from(["[a-c]+ ", "b", "D E", "(round ){3}", "^b", "c$", "四|。", "[^a]{30}"]).map(pattern),
    st.just(loop()),
    st.just(circling()),
)
leaves = contents | st.one_of(
    st.lists(st.integers(1, 3), min_size=1, max_size=2).map(lambda some: stop_ids(*some)),
    limits.map(budget),
    st.integers(1, 30).map(tokens),
    st.integers(1, 40).map(max_tokens),
    periods.map(seconds),
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


def is_allowed(condition: Condition) -> bool:
    try:
        check_condition(condition)
    except BadCondition:
        return False
    return True


conditions = st.recursive(leaves, composed, max_leaves=5).filter(is_allowed)
repeats = st.sampled_from([loop(), circling(), loop() | circling(), loop() & tokens(20), circling().after(9)])
with_repeats = st.builds(lambda a, b: a | b, repeats, conditions) | repeats

# --- Any stream


def checked_alike(
    policy: Policy, stream: list[Stretch], finish: Delta | None, data: st.DataObject, recuts: int = 2
) -> Listening:
    """Play the stream by the stretch, by the character and cut at random; return the first of these turns."""
    turn = played(policy, whole(stream), finish)
    assert turn.ending
    event(turn.ending.code)
    for chunks in (single(stream), *(data.draw(recut(stream)) for _ in range(recuts))):
        assert story(played(policy, chunks, finish)) == story(turn)
    return turn


@OFTEN
@given(MARKERS, TOKENS, st.booleans(), conditions, streams(), finishes, st.data())
def test_however_the_text_is_cut_the_events_and_the_ending_are_the_same(
    markers: Markers | None,
    special: tuple[str, ...],
    only: bool,
    condition: Condition,
    stream: list[Stretch],
    finish: Delta | None,
    data: st.DataObject,
) -> None:
    last_words = special if data.draw(st.booleans()) else special[:1]
    policy = Policy(markers, special, last_words, only, condition)
    turn = checked_alike(policy, stream, finish, data)
    nothing_is_lost(turn, played(replace(policy, end=None), whole(stream), finish))


@SELDOM
@given(MARKERS, with_repeats, streams(long_words), finishes, st.data())
def test_a_text_that_repeats_itself_is_judged_alike_in_every_cut(
    markers: Markers | None, condition: Condition, stream: list[Stretch], finish: Delta | None, data: st.DataObject
) -> None:
    checked_alike(Policy(markers, end=condition), stream, finish, data)


def letters_of(turn: Listening) -> Counter[str]:
    return Counter((turn.thought + turn.answer).replace(" ", "").replace("\n", ""))


def nothing_is_lost(turn: Listening, uncut: Listening) -> None:
    """True if the shown text is the whole text up to the cut, which is before what was seen."""
    ending = turn.ending
    assert isinstance(ending, Ending)
    text = {"waiting": "", "thought": turn.thought, "answer": turn.answer}
    assert ending.cut_at == len(text[ending.phase])
    if ending.source != "client" or ending.code == "thought_complete":
        return
    if ending.code.endswith("timeout") or ending.facts.get("unit") == "s":  # what is undecided then is shown as it is
        return
    if any(isinstance(each, CutBack) for each in uncut.events):  # text that came later moved what is shown
        assert not letters_of(turn) - letters_of(uncut)
        return
    assert uncut.thought.startswith(turn.thought)
    assert uncut.answer.startswith(turn.answer)


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
overlapping = st.builds(lambda a, b, c: a | b | c, late_stops, rivals, rivals).filter(is_allowed)
few_letters = st.lists(st.sampled_from("aaabbb\n."), min_size=3, max_size=12).map("".join)


@OFTEN
@given(overlapping, few_letters, finishes, st.data())
def test_matches_that_overlap_are_judged_alike_in_every_cut(
    condition: Condition, text: str, finish: Delta | None, data: st.DataObject
) -> None:
    checked_alike(Policy(end=condition), [Stretch("content", text, 0.0)], finish, data, recuts=1)


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
several = st.lists(mixed, min_size=1, max_size=4).map(lambda some: any_of(*some)).filter(is_allowed)
syllables = st.sampled_from(["a", "a", "b", "b", "\n", ".", "</think>", "<think>", "</s>", "abab", " "])
short_texts = st.lists(syllables, min_size=1, max_size=8).map("".join)


@st.composite
def short_streams(draw: st.DrawFn) -> list[Stretch]:
    now, made = 0.0, []
    for text in draw(st.lists(short_texts, min_size=1, max_size=4)):
        now += draw(st.sampled_from([0, 0, 1, 1.1]))
        field = draw(st.sampled_from(["reasoning", "content"]))
        made.append(Stretch(field, text, now, ids=draw(st.sampled_from([(), (), (1,)]))))
    return made


@OFTEN
@given(several, short_streams(), finishes, st.booleans(), st.data())
def test_matches_that_overlap_are_judged_alike_in_thought_and_answer(
    condition: Condition, stream: list[Stretch], finish: Delta | None, only: bool, data: st.DataObject
) -> None:
    policy = Policy(THINK, ("</s>",), ("</s>",), only, condition)
    checked_alike(policy, stream, finish, data, recuts=1)


# --- The server's end

timeless = st.recursive(contents, composed, max_leaves=4).filter(is_allowed)


@SOMETIMES
@given(MARKERS, st.booleans(), timeless, streams(), finishes.filter(bool))
def test_a_finish_in_the_last_chunk_is_the_same_as_one_of_its_own(
    markers: Markers | None, only: bool, condition: Condition, stream: list[Stretch], finish: Delta
) -> None:
    """Use no budgets and timeouts: those give way to a natural finish in the same chunk."""
    *rest, (last, now) = whole(stream)
    together = finish._replace(reasoning=last.reasoning, content=last.content, usage=last.usage)
    policy = Policy(markers, ("</s>",), ("</s>",), only, condition)
    alone = played(policy, [*rest, (last._replace(token_ids=()), now)], finish)
    assert story(played(policy, [*rest, (together, now)], None)) == story(alone)

"""A turn ends exactly once, for a stated reason, and says the same however its stream is cut into chunks."""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termination import (
    AnswerDelta,
    Clocks,
    Delta,
    Ended,
    EndingCode,
    Event,
    PhaseChanged,
    Policy,
    Seconds,
    ThoughtDelta,
    Tokens,
    Turn,
    Usage,
)
from termination.ending import NEXT_STEPS
from tests.cuts import MARKERS, OPENED, THINK, Run, chunks, runs, tricky

CLOCKS = Clocks(first_token=10, idle=5, total=60)
FULL = Policy(CLOCKS, THINK)
THINK_ONLY = Policy(CLOCKS, THINK, thought_only=True)
NO_THOUGHT = Policy(CLOCKS)

Act = Callable[[Turn], list[Event]]


def says(reasoning: str = "", content: str = "", now: float = 1, tokens: int | None = None) -> Act:
    usage = None if tokens is None else Usage(tokens)
    return lambda turn: turn.feed(Delta(reasoning, content, usage=usage), now)


def finishes(reason: str, stop_reason: int | str | None = None, content: str = "", now: float = 2) -> Act:
    return lambda turn: turn.feed(Delta(content=content, finish_reason=reason, stop_reason=stop_reason), now)


def ticks(now: float) -> Act:
    return lambda turn: turn.tick(now)


def stops(turn: Turn) -> list[Event]:
    return turn.stop(3)


def breaks_off(turn: Turn) -> list[Event]:
    return turn.finish(3)


def fails(code: EndingCode) -> Act:
    return lambda turn: turn.fail(code, "server", "what it said", 3)


def played(policy: Policy, *acts: Act) -> tuple[Turn, list[Event]]:
    turn = Turn(policy, 0)
    return turn, [event for act in acts for event in act(turn)]


T, A = says("T"), says("", "A")

ENDINGS: list[tuple[Policy, list[Act], EndingCode, str, str]] = [
    (FULL, [T, A, finishes("stop")], "complete", "model", "answer"),
    (FULL, [T, A, finishes("stop", 151643)], "complete", "model", "answer"),
    (FULL, [A, finishes("stop")], "complete", "model", "answer"),
    (FULL, [finishes("stop")], "complete", "model", "waiting"),
    (FULL, [T, finishes("stop")], "complete", "model", "answer"),
    (FULL, [says("", "<think>T</think>"), finishes("stop")], "complete", "model", "thought"),
    (FULL, [T, finishes("stop", content="A")], "complete", "model", "answer"),
    (NO_THOUGHT, [A, finishes("stop")], "complete", "model", "answer"),
    (replace(NO_THOUGHT, thought_only=True), [A, finishes("stop")], "complete", "model", "answer"),
    (THINK_ONLY, [T, finishes("stop", 151668)], "thought_complete", "model", "thought"),
    (THINK_ONLY, [T, finishes("stop", "</think>")], "thought_complete", "model", "thought"),
    (THINK_ONLY, [T, A], "thought_complete", "client", "thought"),
    (THINK_ONLY, [says("", "<think>T</think>")], "thought_complete", "client", "thought"),
    (THINK_ONLY, [says("", "<think>T"), finishes("stop", 151668, "</think>")], "thought_complete", "model", "thought"),
    (
        THINK_ONLY,
        [says("", "<think>T"), finishes("length", None, "</think>A")],
        "thought_complete",
        "client",
        "thought",
    ),
    (THINK_ONLY, [A], "thought_complete", "client", "waiting"),
    (FULL, [T, A, finishes("stop", "END")], "stop_text", "server", "answer"),
    (FULL, [T, finishes("stop", "END")], "stop_text", "server", "thought"),
    (FULL, [T, finishes("length")], "length", "server", "thought"),
    (FULL, [T, A, finishes("length", content="B")], "length", "server", "answer"),
    (FULL, [finishes("length")], "length", "server", "waiting"),
    (THINK_ONLY, [T, finishes("length")], "length", "server", "thought"),
    (replace(FULL, budget=2), [T, T], "budget", "client", "thought"),
    (replace(FULL, budget=300), [says("T", tokens=300)], "budget", "client", "thought"),
    (FULL, [T, finishes("repetition", "repetition_detected")], "loop", "server", "thought"),
    (FULL, [ticks(10)], "first_token_timeout", "client", "waiting"),
    (FULL, [T, ticks(6)], "idle_timeout", "client", "thought"),
    (FULL, [*(says("T", now=n) for n in range(58)), ticks(60)], "total_timeout", "client", "thought"),
    (FULL, [stops], "stopped", "person", "waiting"),
    (FULL, [T, A, stops], "stopped", "person", "answer"),
    (FULL, [breaks_off], "disconnected", "network", "waiting"),
    (FULL, [T, breaks_off], "disconnected", "network", "thought"),
    (FULL, [T, A, breaks_off], "disconnected", "network", "answer"),
    (FULL, [T, fails("server_error")], "server_error", "server", "thought"),
    (FULL, [fails("refused")], "refused", "server", "waiting"),
    (FULL, [T, finishes("tool_calls")], "tool_calls", "model", "thought"),
    (FULL, [A, finishes("content_filter")], "content_filter", "server", "answer"),
    (FULL, [T, finishes("abort")], "aborted", "server", "thought"),
    (FULL, [T, finishes("a word of tomorrow")], "aborted", "server", "thought"),
]


@pytest.mark.parametrize(("policy", "acts", "code", "source", "phase"), ENDINGS)
def test_a_turn_ends_for_this_reason(
    policy: Policy, acts: list[Act], code: EndingCode, source: str, phase: str
) -> None:
    turn, events = played(policy, *acts)
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.ending.phase) == (code, source, phase)
    assert [event for event in events if isinstance(event, Ended)] == [Ended(turn.ending)] == events[-1:]
    assert turn.ending.next == NEXT_STEPS.get(code, ())
    assert turn.deadline is None


def test_the_table_has_every_ending() -> None:
    assert {code for _, _, code, _, _ in ENDINGS} == set(get_args(EndingCode))


@pytest.mark.parametrize("after", [T, A, finishes("stop"), ticks(999), stops, breaks_off, fails("refused")])
@pytest.mark.parametrize(("policy", "acts", "code", "source", "phase"), ENDINGS)
def test_nothing_follows_the_end(
    policy: Policy, acts: list[Act], code: EndingCode, source: str, phase: str, after: Act
) -> None:
    turn, _ = played(policy, *acts)
    before = (turn.thought, turn.answer, turn.ending)
    assert after(turn) == []
    assert (turn.thought, turn.answer, turn.ending) == before
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.ending.phase) == (code, source, phase)


@pytest.mark.parametrize(
    ("policy", "acts", "condition", "evidence", "server"),
    [
        (replace(FULL, budget=2), [T, T], "budget", "2", (None, None)),
        (FULL, [ticks(10)], "first_token", "10", (None, None)),
        (Policy(Clocks(idle=0.25)), [A, ticks(1.25)], "idle", "0.25", (None, None)),
        (Policy(Clocks(total=1800)), [ticks(1800)], "total", "1800", (None, None)),
        (FULL, [A, finishes("stop", "END")], None, "END", ("stop", "END")),
        (FULL, [A, finishes("stop", 151643)], None, "", ("stop", 151643)),
        (FULL, [A, finishes("abort")], None, "", ("abort", None)),
        (FULL, [fails("server_error")], None, "what it said", (None, None)),
        (FULL, [stops], None, "", (None, None)),
    ],
)
def test_the_ending_says_what_was_seen(
    policy: Policy, acts: list[Act], condition: str | None, evidence: str, server: tuple[object, object]
) -> None:
    turn, _ = played(policy, *acts)
    assert turn.ending
    assert (turn.ending.condition, turn.ending.evidence) == (condition, evidence)
    assert (turn.ending.finish_reason, turn.ending.stop_reason) == server


# --- However it is cut


def told(events: list[Event]) -> list[tuple[str, str]]:
    """What the page is told, without the cuts between deltas of one kind."""
    plain: list[tuple[str, str]] = []
    for event in events:
        match event:
            case ThoughtDelta(text) | AnswerDelta(text):
                plain.append((type(event).__name__, text))
            case PhaseChanged(phase):
                plain.append(("phase", phase))
            case Ended(ending):
                plain.append(("ended", f"{ending.code} in {ending.phase}"))
    joined = groupby(plain, key=lambda each: each[0])
    return [(kind, "".join(text for _, text in each) if "Delta" in kind else next(each)[1]) for kind, each in joined]


def fed(policy: Policy, stream: list[Run], finish: Delta | None) -> list[tuple[str, str]]:
    turn = Turn(policy, 0)
    events = [event for reasoning, content in stream for event in turn.feed(Delta(reasoning, content), 0)]
    events += turn.feed(finish, 0) if finish else []
    return told(events + turn.finish(0))


finishes_with = st.sampled_from(
    [("stop", None), ("stop", 151668), ("stop", "</think>"), ("length", None), ("repetition", "repetition_detected")]
)


@settings(max_examples=500)
@given(st.booleans(), MARKERS, runs, st.none() | finishes_with, st.data())
def test_however_the_text_is_cut_the_events_and_the_ending_are_the_same(
    only: bool, markers: object, stretches: list[Run], finish: tuple[str, int | str | None] | None, data: st.DataObject
) -> None:
    policy = Policy(markers=markers, thought_only=only)
    end = Delta(finish_reason=finish[0], stop_reason=finish[1]) if finish else None
    whole = fed(policy, [(text, "") if field == "reasoning" else ("", text) for field, text in stretches], end)
    stream = data.draw(chunks(stretches))
    assert fed(policy, stream, end) == whole
    if end and stream:
        *rest, (reasoning, content) = stream
        assert fed(policy, rest, replace(end, reasoning=reasoning, content=content)) == whole


@given(st.sampled_from([THINK, OPENED]), runs, st.none() | finishes_with)
def test_think_only_shows_no_answer(
    markers: object, stretches: list[Run], finish: tuple[str, int | str | None] | None
) -> None:
    end = Delta(finish_reason=finish[0], stop_reason=finish[1]) if finish else None
    stream = [(text, "") if field == "reasoning" else ("", text) for field, text in stretches]
    assert "AnswerDelta" not in {kind for kind, _ in fed(Policy(markers=markers, thought_only=True), stream, end)}


@given(st.booleans(), MARKERS, runs)
def test_a_turn_without_a_finish_is_never_complete(only: bool, markers: object, stretches: list[Run]) -> None:
    events = fed(Policy(markers=markers, thought_only=only), [(text, "") for _, text in stretches], None)
    assert events[-1][1].startswith("disconnected")


@given(MARKERS, tricky)
def test_the_text_that_is_kept_is_the_text_that_was_shown(markers: object, text: str) -> None:
    turn = Turn(Policy(markers=markers), 0)
    events = turn.feed(Delta(content=text), 0) + turn.stop(0)
    assert turn.thought == "".join(event.text for event in events if isinstance(event, ThoughtDelta))
    assert turn.answer == "".join(event.text for event in events if isinstance(event, AnswerDelta))


# --- What is shown


def test_the_text_of_the_last_chunk_comes_before_the_ending() -> None:
    turn, events = played(FULL, says("T", "A"), finishes("length", content=" and B"))
    kinds = [type(event).__name__ for event in events]
    assert kinds == ["PhaseChanged", "ThoughtDelta", "PhaseChanged", "AnswerDelta", "AnswerDelta", "Ended"]
    assert turn.answer == "A and B"


@pytest.mark.parametrize("end", [stops, breaks_off, ticks(99), finishes("length")])
def test_what_was_held_back_is_shown_at_the_end(end: Act) -> None:
    turn, _ = played(FULL, says("", "<think>T </thi"), end)
    assert turn.thought == "T </thi"


def test_a_thought_that_was_the_answer_is_shown_as_the_answer() -> None:
    """A reasoning parser files the answer of a model that leaves the tags out as thought."""
    turn, events = played(FULL, says("2 + 2 = 4."), finishes("stop"))
    assert turn.answer == "2 + 2 = 4."
    assert PhaseChanged("answer") in events


def test_a_thought_cut_short_is_not_taken_for_an_answer() -> None:
    turn, _ = played(FULL, says("2 + 2"), finishes("length"))
    assert (turn.thought, turn.answer) == ("2 + 2", "")


def test_a_closed_thought_without_an_answer_stays_a_thought() -> None:
    turn, _ = played(FULL, says("", "<think>T</think>"), finishes("stop"))
    assert (turn.thought, turn.answer) == ("T", "")


# --- The budget, and the figures


@pytest.mark.parametrize(
    ("acts", "ended"),
    [
        ([T, T], False),
        ([T, T, T], True),
        ([T, T, says("T", "A")], False),
        ([T, T, says("T", "A"), A, A, A], False),
        ([says("", "T"), says("", "A"), says("", "A")], False),
        ([says("T", tokens=2), says("T", tokens=2)], False),
        ([says("T", tokens=2), says("T", tokens=3)], True),
        ([says("T", tokens=64)], True),
        ([T, T, says(), says(tokens=2)], False),
        ([says(tokens=3)], False),
    ],
)
def test_the_budget_is_the_thoughts_alone(acts: list[Act], ended: bool) -> None:
    turn, _ = played(replace(FULL, budget=3), *acts)
    assert (turn.ending is not None and turn.ending.code == "budget") == ended


def test_a_natural_finish_in_the_same_chunk_beats_the_budget() -> None:
    turn, _ = played(replace(FULL, budget=1), lambda turn: turn.feed(Delta("T", finish_reason="stop"), 1))
    assert turn.ending
    assert turn.ending.code == "complete"


@pytest.mark.parametrize(
    ("deltas", "tokens"),
    [
        ([], Tokens()),
        ([Delta("T"), Delta("T"), Delta(), Delta("", "A")], Tokens(2, 1, exact=False)),
        ([Delta("T T", usage=Usage(2)), Delta("", "A A A", usage=Usage(5))], Tokens(2, 3, exact=True)),
        ([Delta("T", usage=Usage(1)), Delta("", "A", usage=Usage(9, 4))], Tokens(1, 8, exact=True)),
        ([Delta("T"), Delta("", "A"), Delta(usage=Usage(9, 4))], Tokens(4, 5, exact=True)),
        ([Delta("T", usage=Usage(1, 0)), Delta("", "A", usage=Usage(9, 0))], Tokens(1, 8, exact=True)),
        ([Delta("", "A", usage=Usage(1)), Delta("", "A", usage=Usage(2))], Tokens(0, 2, exact=True)),
        ([Delta("", "A"), Delta(usage=Usage(7))], Tokens(0, 7, exact=True)),
    ],
)
def test_tokens_are_the_servers_count_where_it_counts(deltas: list[Delta], tokens: Tokens) -> None:
    turn = Turn(FULL, 0)
    for delta in deltas:
        turn.feed(delta, 1)
    turn.stop(2)
    assert turn.ending
    assert turn.ending.tokens == tokens


def test_the_seconds_are_those_of_the_turn() -> None:
    turn = Turn(FULL, 100)
    for delta, now in [(Delta(), 101.0), (Delta("T"), 102.0), (Delta("T"), 103.5), (Delta("", "A"), 105.0)]:
        turn.feed(delta, now)
    turn.feed(Delta(finish_reason="stop"), 109)
    assert turn.ending
    assert turn.ending.seconds == Seconds(total=9, first_token=2, thought=3)


def test_a_phase_change_brings_the_figures_of_the_phase_before() -> None:
    turn = Turn(FULL, 100)
    began, *_ = turn.feed(Delta("T", usage=Usage(1)), 101)
    turn.feed(Delta("T", usage=Usage(20)), 103)
    changed, *_ = turn.feed(Delta("", "A", usage=Usage(21)), 104)
    assert isinstance(began, PhaseChanged)
    assert isinstance(changed, PhaseChanged)
    assert (began.phase, began.seconds) == ("thought", Seconds(1, 1, 0))
    assert (changed.phase, changed.seconds) == ("answer", Seconds(4, 1, 3))
    assert changed.tokens == Tokens(20, 1, exact=True)

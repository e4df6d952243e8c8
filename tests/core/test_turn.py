"""A turn ends exactly once, for a stated reason, and says the same however its stream is cut into chunks."""

from dataclasses import replace
from typing import get_args

import pytest

from termination import (
    Condition,
    Delta,
    Ended,
    EndingCode,
    Phase,
    PhaseChanged,
    Policy,
    Timing,
    TokenCounts,
    Turn,
    Usage,
    budget,
    loop,
    next_steps,
    pattern,
    stop,
    stop_ids,
    timeouts,
    tokens,
)
from tests.core.acts import Act, breaks_off, fails, finishes, played, says, stops, ticks
from tests.core.cuts import THINK

CLOCKS = timeouts(first_token=10, idle=5, total=60)
FULL = Policy(THINK, end=CLOCKS)
THINK_ONLY = replace(FULL, thought_only=True)
NO_THOUGHT = Policy(end=CLOCKS)


def under(condition: Condition, policy: Policy = FULL) -> Policy:
    return replace(policy, end=condition | CLOCKS)


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
    (THINK_ONLY, [says("", "<think>T"), finishes("stop", 151668, "</think>")], "thought_complete", "client", "thought"),
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
    (under(budget(2)), [says("four word"), T], "budget", "client", "thought"),
    (under(budget(300)), [says("T", tokens=300), says("T", tokens=330), T], "budget", "client", "thought"),
    (
        under(tokens(2).during("answer")),
        [says("T", "A", tokens=5), says("", "A", tokens=7), A],
        "budget",
        "client",
        "answer",
    ),
    (under(stop("END")), [T, says("", "A END B")], "stop_text", "client", "answer"),
    (under(stop("END")), [T, says("", "A EN"), says("", "D")], "stop_text", "client", "answer"),
    (under(stop("END").during("thought")), [says("T END U")], "stop_text", "client", "thought"),
    (under(pattern("[0-9]{3}")), [T, says("", "no 1234")], "stop_text", "client", "answer"),
    (under(loop()), [says("round and round " * 50)], "loop", "client", "thought"),
    (under(stop_ids(7)), [T, says("", "A", ids=(3, 7))], "complete", "client", "answer"),
    (under(stop_ids(7), THINK_ONLY), [says("T", ids=(7,))], "thought_complete", "client", "thought"),
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
    assert turn.ending.next == next_steps(turn.ending.code, turn.ending.phase)
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
        (under(budget(2)), [says("four word"), T], "budget(2)", "2 tokens", (None, None)),
        (FULL, [ticks(10)], "first_token(10s)", "10", (None, None)),
        (Policy(end=timeouts(idle=0.25)), [A, ticks(1.25)], "idle(0.25s)", "0.25", (None, None)),
        (Policy(end=timeouts(total=1800)), [ticks(1800)], "total(1800s)", "1800", (None, None)),
        (under(stop("END")), [says("", "A END")], 'stop("END")', "END", (None, None)),
        (FULL, [A, finishes("stop", "END")], 'stop("END")', "END", ("stop", "END")),
        (FULL, [A, finishes("stop", 151643)], "stop_ids(151643)", "151643", ("stop", 151643)),
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


# --- What the person and the request have to say


@pytest.mark.parametrize(
    ("acts", "code", "phase", "action"),
    [
        ([T], "stopped", "thought", "end_thought"),
        ([says("", "<think>T </thi")], "stopped", "thought", "end_thought"),
        ([], None, "", ""),
        ([T, A], None, "", ""),
        ([says("", "<think>T</think>")], None, "", ""),
        ([T, finishes("length")], "length", "thought", "cut"),
    ],
)
def test_a_person_who_wants_the_answer_ends_the_thought(
    acts: list[Act], code: EndingCode | None, phase: str, action: str
) -> None:
    turn, _ = played(FULL, *acts)
    had_ended = turn.ending is not None
    events = turn.end_thought(3)
    if code is None:
        assert (turn.ending, events) == (None, [])
    else:
        assert turn.ending
        assert (turn.ending.code, turn.ending.phase, turn.ending.action) == (code, phase, action)
        assert events[-1:] == ([] if had_ended else [Ended(turn.ending)])


def test_the_answer_may_begin_in_what_was_held_back() -> None:
    turn, _ = played(Policy(THINK), says("", "<think>```\nT\n</think>\nA"))
    turn.end_thought(3)
    assert (turn.answer, turn.ending and turn.ending.action) == ("A", "cut")


@pytest.mark.parametrize(
    ("stop_ids_of_it", "end", "code"),
    [((), None, "stop_text"), ((7,), None, "complete"), ((), tokens(1), "budget"), ((7,), tokens(9), "complete")],
)
def test_conditions_may_take_the_place_of_the_policys(
    stop_ids_of_it: tuple[int, ...], end: Condition | None, code: EndingCode
) -> None:
    turn = Turn(under(stop("END")), 0)
    turn.expect(stop_ids_of_it, end)
    for act in (says("", "A word", ids=(7,)), says("", " END", ids=(8,))):
        act(turn)
    assert turn.ending
    assert turn.ending.code == code


STEPS: dict[EndingCode, tuple[str, str, str]] = {
    # while waiting, in the thought, in the answer
    "complete": ("retry", "answer_now retry", ""),
    "thought_complete": ("answer_now", "answer_now", "answer_now"),
    "stop_text": ("retry", "answer_now continue", "continue"),
    "length": ("retry", "answer_now continue", "continue"),
    "budget": ("retry", "answer_now continue", "continue"),
    "loop": ("retry", "answer_now retry", "retry"),
    "first_token_timeout": ("retry", "retry", "retry"),
    "idle_timeout": ("retry", "answer_now continue retry", "continue retry"),
    "total_timeout": ("retry", "answer_now continue retry", "continue retry"),
    "stopped": ("retry", "answer_now continue", "continue"),
    "disconnected": ("retry", "answer_now continue retry", "continue retry"),
    "server_error": ("retry", "continue retry", "continue retry"),
    "refused": ("retry", "retry", "retry"),
    "tool_calls": ("", "", ""),
    "content_filter": ("retry", "retry", "retry"),
    "aborted": ("retry", "continue retry", "continue retry"),
}


@pytest.mark.parametrize("code", get_args(EndingCode))
def test_there_is_a_way_on_from_every_ending(code: EndingCode) -> None:
    phases: tuple[Phase, ...] = ("waiting", "thought", "answer")
    assert tuple(" ".join(next_steps(code, phase)) for phase in phases) == STEPS[code]


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


@pytest.mark.parametrize("end", [stops, breaks_off, ticks(99), finishes("length"), finishes("stop")])
def test_what_was_held_back_may_be_a_stop_text(end: Act) -> None:
    turn, _ = played(under(stop("</thi").during("thought")), says("", "<think>T </thi"), end)
    assert turn.ending
    assert (turn.ending.code, turn.ending.condition) == ("stop_text", 'stop("</thi").during(thought)')
    assert turn.thought == "T "


ENDS = replace(FULL, special_tokens=("<|user|>",), last_words=("<|user|>",))


@pytest.mark.parametrize("acts", [[says("", "A<|user|>"), says("", "\nB")], [says("", "A<|us"), says("", "er|>B")]])
def test_a_turn_ends_at_the_models_last_word_where_the_server_goes_on(acts: list[Act]) -> None:
    turn, _ = played(ENDS, *acts)
    assert (ending := turn.ending)
    assert (turn.answer, ending.code, ending.source) == ("A", "complete", "client")
    assert (ending.condition, ending.facts) == ('stop("<|user|>")', {"last_word": "<|user|>"})


def test_the_server_has_the_last_word_where_it_does_not_go_on() -> None:
    turn, _ = played(ENDS, says("", "A<|user|>"), says("", "\n"), finishes("stop"))
    assert (ending := turn.ending)
    assert (turn.answer, ending.code, ending.source, ending.facts) == ("A", "complete", "model", {})


def test_a_thought_that_was_the_answer_is_shown_as_the_answer() -> None:
    """Send the answer as a thought, as a reasoning parser does for a model that omits the tags."""
    turn, events = played(FULL, says("2 + 2 = 4."), finishes("stop"))
    assert turn.answer == "2 + 2 = 4."
    assert PhaseChanged("answer") in events


def test_a_thought_cut_short_is_not_taken_for_an_answer() -> None:
    turn, _ = played(FULL, says("2 + 2"), finishes("length"))
    assert (turn.thought, turn.answer) == ("2 + 2", "")


def test_a_closed_thought_without_an_answer_stays_a_thought() -> None:
    turn, _ = played(FULL, says("", "<think>T</think>"), finishes("stop"))
    assert (turn.thought, turn.answer) == ("T", "")


# --- The figures


@pytest.mark.parametrize(
    ("deltas", "tokens"),
    [
        ([], TokenCounts()),
        ([Delta("four"), Delta("word"), Delta(), Delta("", "more")], TokenCounts(2, 1, exact=False)),
        ([Delta("fourword"), Delta("", "more")], TokenCounts(2, 1, exact=False)),
        ([Delta("四个字。"), Delta("", "四")], TokenCounts(3, 1, exact=False)),
        ([Delta("T T", usage=Usage(2)), Delta("", "A A A", usage=Usage(5))], TokenCounts(2, 3, exact=True)),
        ([Delta("T", usage=Usage(1)), Delta("", "A", usage=Usage(9, 4))], TokenCounts(1, 8, exact=True)),
        ([Delta("T"), Delta("", "A"), Delta(usage=Usage(9, 4))], TokenCounts(4, 5, exact=True)),
        ([Delta("T"), Delta("", "A"), Delta(usage=Usage(9))], TokenCounts(4, 5, exact=True)),
        ([Delta("TTT"), Delta("", "A"), Delta(usage=Usage(8))], TokenCounts(6, 2, exact=True)),
        ([Delta("T", usage=Usage(1, 0)), Delta("", "A", usage=Usage(9, 0))], TokenCounts(1, 8, exact=True)),
        ([Delta("", "A", usage=Usage(1)), Delta("", "A", usage=Usage(2))], TokenCounts(0, 2, exact=True)),
        ([Delta("", "A"), Delta(usage=Usage(7))], TokenCounts(0, 7, exact=True)),
        (
            [Delta(usage=Usage(1)), Delta("T", usage=Usage(2)), Delta("", "A", usage=Usage(4))],
            TokenCounts(2, 2, exact=True),
        ),
        ([Delta(usage=Usage(1)), Delta("", "A", usage=Usage(2))], TokenCounts(0, 2, exact=True)),
        ([Delta(usage=Usage(3))], TokenCounts(0, 3, exact=True)),
        ([Delta("T"), Delta("U", usage=Usage(3))], TokenCounts(3, 0, exact=True)),
        ([Delta("T", usage=Usage(5)), Delta("T", usage=Usage(4))], TokenCounts(5, 0, exact=True)),
        ([Delta("T", usage=Usage(1)), Delta("U" * 100)], TokenCounts(26, 0, exact=False)),
        ([Delta("T", usage=Usage(1, prompt=9)), Delta("T", usage=Usage(2))], TokenCounts(2, 0, exact=True, prompt=9)),
        (
            [Delta("T", usage=Usage(1, prompt=9)), Delta(usage=Usage(2, prompt=8))],
            TokenCounts(2, 0, exact=True, prompt=8),
        ),
    ],
)
def test_tokens_are_the_servers_count_where_it_counts(deltas: list[Delta], tokens: TokenCounts) -> None:
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
    assert turn.ending.seconds == Timing(total=9, first_token=2, thought=3)


def test_a_phase_change_brings_the_figures_of_the_phase_before() -> None:
    turn = Turn(FULL, 100)
    began, *_ = turn.feed(Delta("T", usage=Usage(1)), 101)
    turn.feed(Delta("T", usage=Usage(20)), 103)
    changed, *_ = turn.feed(Delta("", "A", usage=Usage(21)), 104)
    assert isinstance(began, PhaseChanged)
    assert isinstance(changed, PhaseChanged)
    assert (began.phase, began.seconds) == ("thought", Timing(1, 1, 0))
    assert (changed.phase, changed.seconds) == ("answer", Timing(4, 1, 3))
    assert changed.tokens == TokenCounts(20, 0, exact=True)


def test_an_empty_finish_reason_ends_nothing() -> None:
    turn = Turn(FULL, 0)
    turn.feed(Delta(content="<th", finish_reason=""), 1)
    turn.feed(Delta(content="ink>T</think>A", finish_reason="stop"), 2)
    assert (turn.thought, turn.answer) == ("T", "A")

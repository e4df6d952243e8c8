"""Conditions work together: `&`, `|`, `~`, `.after()` and `.shadow()` mean what they say, at the place they say it."""

import pytest

from termination import Condition, Nudged, Policy, RunnerUp, circling, parse_condition
from tests.core.acts import Act, answers, breaks_off, finishes, played, says, shown, stops, thinks, ticks, under

WORD = "word"  # one token
Found = tuple[str, str, int] | None  # code, phase, cut_at
IDLE = RunnerUp("idle(5s)", "idle_timeout", "answer", 1, "5")
A_LOOP = "go round, " * 400


def found(notation: str, *acts: Act) -> Found:
    ending = under(parse_condition(notation), *acts).ending
    return None if ending is None else (ending.code, ending.phase, ending.cut_at)


# --- `&` asks what holds now


@pytest.mark.parametrize(
    ("notation", "acts", "expected"),
    [
        ("stop('a') & stop('b')", [answers("xa"), answers("xx")], None),
        ("stop('a') & stop('b')", [answers("xa"), answers("xb!")], ("stop_text", "answer", 3)),
        ("stop('a') & stop('b')", [answers("xb"), answers("xa!")], ("stop_text", "answer", 3)),
        ("stop('ab') & stop('b')", [answers("xab!")], ("stop_text", "answer", 2)),
        ("stop('a') & tokens(2)", [answers("a" + WORD * 3)], ("stop_text", "answer", 8)),
        ("stop('a') & tokens(2)", [answers(WORD * 2 + "xa!")], ("stop_text", "answer", 9)),
        (
            "stop('a').during(any) & loop().during(answer)",
            [thinks("a"), answers(A_LOOP)],
            ("stop_text", "answer", 3072),
        ),
        ("tokens(2) & stop('a')", [answers(WORD * 2 + "xa!")], ("budget", "answer", 9)),
        ("stop('a') & idle(5s)", [answers("a", now=1), ticks(6)], ("stop_text", "answer", 1)),
        ("stop('a') & idle(5s)", [answers("b"), ticks(6), answers("a", now=7), ticks(11)], None),
        ("stop('a') & idle(5s)", [answers("b"), ticks(6), answers("a", now=7), ticks(12)], ("stop_text", "answer", 2)),
        ("seconds(6s) & ~idle(5s)", [answers("a"), ticks(6), answers("b", now=8)], ("budget", "answer", 1)),
        ("tokens(2).during(thought) & stop('a').during(any)", [thinks(WORD * 3), answers("a")], None),
    ],
)
def test_both_have_to_hold_at_once(notation: str, acts: list[Act], expected: Found) -> None:
    assert found(notation, *acts) == expected


@pytest.mark.parametrize(
    ("notation", "acts", "expected"),
    [
        ("stop('a') & ~stop('b')", [answers("xa")], ("stop_text", "answer", 1)),
        ("stop('a') & ~stop('b')", [answers("xba")], None),
        ("stop('a') & ~stop('b').during(thought)", [thinks("b"), answers("a")], ("stop_text", "answer", 0)),
        (
            "stop('a').during(any) & ~stop('b').during(thought)",
            [thinks("bac"), answers("x")],
            ("stop_text", "answer", 0),
        ),
        ("stop('a') & ~tokens(2)", [answers("xa")], ("stop_text", "answer", 1)),
        ("stop('a') & ~tokens(2)", [answers(WORD * 3 + "a")], None),
        ("tokens(2) & ~idle(5s)", [answers("x", now=1), ticks(6), answers(WORD * 3, now=7)], ("budget", "answer", 8)),
        ("stop('a') & (stop('b') | stop('c'))", [answers("xa"), answers("c")], ("stop_text", "answer", 2)),
        ("stop('a') & (stop('a') | stop('b'))", [answers("xa")], ("stop_text", "answer", 1)),
        ("(stop('a') | ~stop('b')) & stop('c')", [answers("xc")], ("stop_text", "answer", 1)),
        ("(stop('a') | ~stop('b')) & stop('c')", [answers("xbc")], None),
        ("(stop('a') | ~stop('b')) & stop('c')", [answers("xbac")], ("stop_text", "answer", 3)),
    ],
)
def test_what_is_negated_must_not_hold(notation: str, acts: list[Act], expected: Found) -> None:
    assert found(notation, *acts) == expected


def test_an_ending_says_what_all_its_parts_have_seen() -> None:
    ending = under(parse_condition("stop('a') & tokens(2) & ~stop('b')"), answers("a" + WORD * 3)).ending
    assert ending
    assert (ending.condition, ending.evidence) == ('stop("a") & tokens(2) & ~stop("b")', "a; 2 tokens")
    assert ending.facts == {"text": "a"}


# --- `.after()` sleeps


@pytest.mark.parametrize(
    ("notation", "acts", "expected"),
    [
        ("stop('a').after(2)", [answers("a" + WORD)], None),
        ("stop('a').after(2)", [answers("a" + WORD * 2 + "xa")], ("stop_text", "answer", 10)),
        ("stop('dab').after(1)", [answers(WORD + "ab")], None),
        ("stop('a').after(2)", [thinks(WORD * 9), answers("a")], None),
        ("stop('a').after(2).during(any)", [thinks(WORD * 2), answers("a")], ("stop_text", "answer", 0)),
        (
            "stop('a').after(9)",
            [answers("a", tokens=5), answers("x", tokens=9), answers("xa")],
            ("stop_text", "answer", 3),
        ),
        ("stop('a').after(5s)", [answers("a", now=1), answers("xa", now=5.9)], None),
        ("stop('a').after(5s)", [answers("a", now=1), answers("xa", now=6)], ("stop_text", "answer", 2)),
        ("stop('a').after(5s)", [thinks("T", now=1), answers("a", now=9)], None),
        ("(stop('a') | stop('b')).after(2)", [answers("ab" + WORD * 2 + "b")], ("stop_text", "answer", 10)),
        ("loop().after(10)", [thinks("go round, " * 70)], ("loop", "thought", 680)),
        ("loop().after(10s)", [ticks(10), thinks("go round, " * 70, now=11)], ("loop", "thought", 640)),
        ("idle(5s).after(10s)", [thinks("T", now=1), ticks(6), ticks(9.9)], None),
        ("idle(5s).after(10s)", [thinks("T", now=1), ticks(10)], ("idle_timeout", "thought", 1)),
        ("tokens(4).after(2)", [answers(WORD * 9)], ("budget", "answer", 16)),
        ("stop_ids(7).after(2)", [says("", WORD, ids=(7,))], None),
        ("stop_ids(7).after(2)", [answers(WORD * 3), says("", WORD, ids=(7,))], ("complete", "answer", 16)),
        ("pattern('a$').after(2)", [answers("wa"), stops], ("stopped", "answer", 2)),
        ("pattern('a$').after(2)", [answers(WORD * 2 + "xa"), stops], ("stop_text", "answer", 10)),
    ],
)
def test_a_condition_knows_nothing_of_what_was_before_it_woke(notation: str, acts: list[Act], expected: Found) -> None:
    assert found(notation, *acts) == expected


@pytest.mark.parametrize(
    ("notation", "acts", "deadline"),
    [
        ("stop('a').after(5s)", [], None),
        ("stop('a').after(5s)", [answers("A", now=1)], 6),
        ("stop('a').after(5s)", [answers("A", now=1), ticks(6)], None),
        ("idle(5s).after(10s)", [], 10),
        ("idle(5s).after(10s)", [answers("A", now=8)], 10),
        ("idle(5s).after(10s)", [answers("A", now=8), ticks(10)], 13),
        ("idle(5s).after(10)", [answers("A", now=8)], None),
        ("idle(5s).after(2)", [answers(WORD * 3, now=8)], 13),
        ("stop('a')", [answers("A", now=1)], None),
    ],
)
def test_it_says_when_it_wants_to_wake(notation: str, acts: list[Act], deadline: float | None) -> None:
    assert under(parse_condition(notation), *acts).deadline == deadline


# --- `.shadow()` is recorded


@pytest.mark.parametrize(
    ("notation", "acts", "shadows"),
    [
        ("stop('a').shadow()", [answers("xa.")], [RunnerUp('stop("a")', "stop_text", "answer", 1, "a")]),
        ("stop('a').shadow()", [answers("xb.")], []),
        (
            "stop('a').shadow()",
            [answers("xy"), thinks("T"), answers("za.")],
            [RunnerUp('stop("a")', "stop_text", "answer", len("xy\n\nz"), "a")],
        ),
        ("(stop('a') & tokens(2)).shadow()", [answers("xa.")], []),
        ("tokens(2).shadow()", [thinks(WORD * 3)], [RunnerUp("tokens(2)", "budget", "thought", 8, "2 tokens")]),
        ("idle(5s).shadow()", [answers("A", now=1), ticks(6)], [IDLE]),
        ("circling().shadow()", [thinks("")], []),
        (
            "(stop('a') | stop('b')).shadow()",
            [thinks("T"), answers("xba.")],
            [
                RunnerUp('stop("b")', "stop_text", "answer", 1, "b"),
                RunnerUp('stop("a")', "stop_text", "answer", 2, "a"),
            ],
        ),
    ],
)
def test_what_is_in_the_shadow_is_recorded_and_never_acts(
    notation: str, acts: list[Act], shadows: list[RunnerUp]
) -> None:
    turn = under(parse_condition(notation), *acts, stops)
    assert turn.ending
    assert (turn.ending.code, turn.ending.shadows, turn.ending.runners_up) == ("stopped", tuple(shadows), ())


def test_what_is_in_the_shadow_holds_no_text_back() -> None:
    assert shown(parse_condition("stop('END').shadow()"), answers("an EN"), answers("D")) == ["an EN", "D"]
    assert shown(parse_condition("stop('END').shadow() | stop('ENV')"), answers("an EN"), answers("D")) == [
        "an ",
        "END",
    ]


def test_the_shadows_after_the_cut_are_not_recorded() -> None:
    ending = under(parse_condition("(stop('b') | stop('c')).shadow() | stop('END')"), answers("ab END c")).ending
    assert ending
    assert [each.condition for each in ending.shadows] == ['stop("b")']


# --- Runners-up


def test_what_held_as_well_is_recorded_the_nearest_first() -> None:
    notation = "tokens(2) | stop('x') | pattern('x') | (stop('d').during(answer) & tokens(99))"
    ending = under(parse_condition(notation), answers(WORD * 2 + "x")).ending
    assert ending
    assert (ending.condition, ending.cut_at) == ("tokens(2)", 8)
    ending = under(parse_condition("pattern('x') | stop('bx') | stop('x')"), answers("abx")).ending
    assert ending
    assert (ending.condition, ending.cut_at) == ('stop("bx")', 1)
    assert ending.runners_up == (
        RunnerUp('stop("x")', "stop_text", "answer", 2, "x"),
        RunnerUp('pattern("x")', "stop_text", "answer", 3, "x"),
    )


@pytest.mark.parametrize(
    ("notation", "acts", "code", "runners_up"),
    [
        ("total(5s) | idle(5s)", [answers("A", now=0), ticks(5)], "total_timeout", ["idle_timeout"]),
        ("idle(5s) | total(5s)", [answers("A", now=0), ticks(5)], "idle_timeout", ["total_timeout"]),
        ("total(5s) | seconds(5s)", [ticks(5)], "budget", ["total_timeout"]),
        ("first_token(5s) | total(5s)", [ticks(5)], "first_token_timeout", ["total_timeout"]),
        ("max_tokens(2) | tokens(2)", [answers(WORD * 3)], "length", ["budget"]),
        ("tokens(2) | pattern('d')", [answers(WORD * 2 + "x")], "stop_text", []),
    ],
)
def test_at_one_place_content_beats_budgets_and_these_beat_clocks(
    notation: str, acts: list[Act], code: str, runners_up: list[str]
) -> None:
    ending = under(parse_condition(notation), *acts).ending
    assert ending
    assert (ending.code, [each.code for each in ending.runners_up]) == (code, runners_up)


# --- Nudges


def test_a_nudge_waits_for_the_text_before_it_and_the_turn_goes_on() -> None:
    again = "But wait, let me check this once more from the very beginning. " * 12
    condition: Condition = circling() | parse_condition(f"stop('{again[1:900]}')").during("thought")
    turn, events = played(Policy(end=condition), *map(thinks, again), breaks_off)
    kinds = [type(event) for event in events]
    assert kinds.count(Nudged) == 1
    assert turn.thought == again.strip()


def test_a_finish_closes_what_is_pending() -> None:
    assert shown(parse_condition("stop('END')"), answers("EN"), finishes("length")) == ["", "EN"]

"""A budget lands at the end of a sentence, within a tenth of its limit; plain counts cut where they are reached."""

import pytest

from termination import Condition, Duration, Policy, budget, max_tokens, seconds, stop, timeouts, tokens
from termination.landing import lands
from tests.core.acts import Act, answers, finishes, played, says, shown, stops, thinks, ticks, under
from tests.core.cuts import THINK

WORD = "word"  # one token where the server does not count
A_MINUTE = Duration(60)
ANSWER = tokens(9).during("answer")


@pytest.mark.parametrize(
    ("before", "following", "landed"),
    [
        ("Done.", " ", True),
        ("Done.", "\n", True),
        ("Done.", "x", False),
        ("It is 3.", "1", False),
        ("e.g.", ",", False),
        ("Really?!", " ", True),
        ("Well…", " ", True),
        ('He said "no."', " ", True),
        ("He said “no.”", " ", True),
        ("(So it is.)", " ", True),
        ("**So it is.**", " ", True),
        ('He said "no', " ", False),
        ("a line\n", "a", True),
        ("a line\n", "\n", True),
        ("好。", "那", True),
        ("好。", "」", False),
        ("他说：“好。”", "那", True),
        ("好！", "！", False),
        ("好，", "那", False),
        ("a word", " ", False),
        ("", "a", False),
    ],
)
def test_a_sentence_or_a_line_has_ended(before: str, following: str, landed: bool) -> None:
    assert lands(before, following) == landed


@pytest.mark.parametrize(
    ("limit", "text", "kept"),
    [
        (10, WORD * 10 + ". And", WORD * 10 + "."),
        (10, WORD * 9 + "e.g. And", WORD * 9 + "e.g."),
        (10, WORD * 10 + "d" * 9, WORD * 10 + "d" * 4),
        (100, WORD * 100 + " 3.14 is it. And", WORD * 100 + " 3.14 is it."),
        (100, WORD * 100 + "\nAnd", WORD * 100 + "\n"),
        (100, WORD * 100 + " so.” And", WORD * 100 + " so.”"),
        (100, WORD * 90 + "And." * 10 + " And", WORD * 90 + "And." * 10),
        (100, WORD * 100 + "d" * 50, WORD * 100 + "d" * 40),
        (100, WORD * 100 + "d" * 39 + ". And", WORD * 100 + "d" * 39 + "."),
        (100, WORD * 100 + "d" * 40 + ". And", WORD * 100 + "d" * 40),
        (100, "二二得四。" * 27, "二二得四。" * 27),
        (100, "二二得四。" * 40, "二二得四。" * 27),
        (5, WORD * 5 + ". And", WORD * 5),
        (5, WORD * 4 + "and. And", WORD * 4 + "and."),
        (1, WORD + ".", WORD),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_budget_lands_at_the_end_of_a_sentence_or_a_tenth_later(limit: int, text: str, kept: str, size: int) -> None:
    turn = under(budget(limit), *(thinks(text[at : at + size]) for at in range(0, len(text), size)))
    assert turn.thought == kept
    assert (turn.ending is not None) == (kept != text)
    if turn.ending:
        assert (turn.ending.code, turn.ending.source) == ("budget", "client")
        assert turn.ending.next == ("answer_now", "continue")
        assert (turn.ending.cut_at, turn.ending.phase) == (len(kept), "thought")
        assert turn.ending.facts == {"limit": str(limit), "unit": "tokens"}
        assert turn.ending.evidence == f"{limit} tokens"


@pytest.mark.parametrize("condition", [budget(10), tokens(10).during("thought"), budget(A_MINUTE)])
@pytest.mark.parametrize("end", [says("", "A", now=60), finishes("stop", now=60), stops])
def test_a_thought_that_ends_by_itself_at_the_limit_is_not_cut(condition: Condition, end: Act) -> None:
    turn = under(condition, thinks(WORD * 9 + "end."), end)
    assert turn.ending is None or turn.ending.code in ("complete", "stopped")
    assert turn.thought == WORD * 9 + "end."


def test_a_budget_is_for_the_thought_unless_it_says_otherwise() -> None:
    assert under(budget(2), answers(WORD * 9)).ending is None
    ending = under(budget(2).during("answer"), thinks(WORD * 9), answers(WORD * 2), answers(WORD)).ending
    assert ending
    assert (ending.code, ending.phase, ending.cut_at) == ("budget", "answer", 8)


def test_two_thoughts_share_one_budget() -> None:
    policy = Policy(THINK, end=budget(4))
    turn, _ = played(policy, answers("<think>wordword</think>A\n<think>\nwordwordword</think>"))
    assert turn.ending
    assert (turn.thought, turn.answer) == ("wordword\n\nwordwo", "A\n")


# --- Seconds


@pytest.mark.parametrize(
    ("acts", "thought"),
    [
        ([thinks("One. Two", now=1), ticks(60.9), thinks(" more", now=60.9)], None),
        ([thinks("One. Two", now=1), thinks(" is. And", now=61)], "One. Two is."),
        ([thinks("One. Two.", now=1), ticks(61)], "One. Two."),
        ([thinks("One. Two", now=1), ticks(61)], None),
        ([thinks("One. Two", now=1), ticks(61), thinks(" is. And", now=62)], "One. Two is."),
        ([thinks("One. Two", now=1), ticks(61), ticks(67)], "One. Two"),
        ([thinks("One. Two", now=1), thinks(" and more", now=67)], "One. Two"),
        ([thinks("One. Two.", now=1), thinks("5 is it", now=61)], None),
    ],
)
def test_a_budget_in_seconds_lands_too(acts: list[Act], thought: str | None) -> None:
    turn = under(budget(A_MINUTE), *acts)
    assert (turn.thought if turn.ending else None) == thought
    if turn.ending:
        assert (turn.ending.code, turn.ending.evidence) == ("budget", "60 s")
        assert turn.ending.facts == {"limit": "60", "unit": "s"}


def test_a_budget_in_seconds_wakes_at_its_limit_and_at_its_leeways_end() -> None:
    turn = under(budget(A_MINUTE), thinks("One", now=1))
    assert turn.deadline == 61
    turn.tick(61)
    assert turn.deadline == 67
    assert under(budget(60), thinks("One")).deadline is None
    assert under(budget(A_MINUTE), answers("One", now=1)).deadline is None


@pytest.mark.parametrize(
    ("condition", "acts", "ending"),
    [
        (seconds(A_MINUTE), [thinks("T", now=1), ticks(59.9)], None),
        (seconds(A_MINUTE), [thinks("T", now=1), ticks(60)], ("thought", 1)),
        (seconds(A_MINUTE), [ticks(60)], ("waiting", 0)),
        (seconds(A_MINUTE), [thinks("T", now=1), thinks("U", now=60)], ("thought", 1)),
        (seconds(A_MINUTE).during("answer"), [thinks("T", now=1), answers("A", now=50), ticks(109)], None),
        (seconds(A_MINUTE).during("answer"), [thinks("T", now=1), answers("A", now=50), ticks(110)], ("answer", 1)),
        (seconds(A_MINUTE).during("thought"), [thinks("T", now=1), answers("A", now=50), ticks(500)], None),
        (seconds(A_MINUTE).during("thought"), [thinks("T", now=1), thinks("U", now=61)], ("thought", 1)),
    ],
)
def test_seconds_cut_wherever_the_text_is(
    condition: Condition, acts: list[Act], ending: tuple[str, int] | None
) -> None:
    found = under(condition, *acts).ending
    assert (found and (found.phase, found.cut_at)) == ending
    assert found is None or (found.code, found.evidence) == ("budget", "60 s")


def test_seconds_say_when_they_are_over() -> None:
    condition = seconds(A_MINUTE).during("thought")
    assert under(condition).deadline is None
    assert under(condition, thinks("T", now=5)).deadline == 65
    assert under(condition, thinks("T", now=5), answers("A", now=10)).deadline is None
    assert under(seconds(A_MINUTE)).deadline == 60


# --- Tokens


@pytest.mark.parametrize(
    ("condition", "acts", "ending"),
    [
        (tokens(2), [thinks(WORD * 2)], None),
        (tokens(2), [thinks(WORD * 2), thinks("x")], ("budget", "thought", 8)),
        (tokens(2), [thinks(WORD), answers(WORD * 2)], ("budget", "answer", 4)),
        (tokens(2), [thinks("四个字。" * 2)], ("budget", "thought", 3)),
        (tokens(2).during("answer"), [thinks(WORD * 9), answers(WORD * 3)], ("budget", "answer", 8)),
        (tokens(2).during("thought"), [answers(WORD * 9)], None),
        (max_tokens(3), [thinks(WORD * 2), answers(WORD)], None),
        (max_tokens(3), [thinks(WORD * 2), answers(WORD * 2)], ("length", "answer", 4)),
        # Where the server counts
        (tokens(100), [thinks(WORD, tokens=50), thinks(WORD, tokens=100)], None),
        (tokens(100), [thinks(WORD, tokens=50), thinks(WORD, tokens=100), thinks("x")], ("budget", "thought", 8)),
        (tokens(100), [thinks(WORD * 200, tokens=50), thinks("x", tokens=51)], ("budget", "thought", 400)),
        (tokens(9), [thinks("x", tokens=4), thinks("y", tokens=8), thinks("z")], None),
        (max_tokens(9), [thinks("x", tokens=5), answers("y", tokens=9), answers("z")], ("length", "answer", 1)),
        (ANSWER, [thinks("x", tokens=50), answers("y", tokens=58), answers("z")], None),
        (ANSWER, [thinks("x", tokens=50), answers("y", tokens=59), answers("z")], ("budget", "answer", 1)),
        # A server whose count lags: the text counts from 16 tokens behind on
        (tokens(10), [thinks("x", tokens=1), thinks(WORD * 25)], None),
        (tokens(10), [thinks("x", tokens=1), thinks(WORD * 26)], ("budget", "thought", 101)),
    ],
)
def test_tokens_cut_where_the_text_goes_on_after_the_last(
    condition: Condition, acts: list[Act], ending: tuple[str, str, int] | None
) -> None:
    found = under(condition, *acts).ending
    assert (found and (found.code, found.phase, found.cut_at)) == ending


# --- Against other endings


@pytest.mark.parametrize(
    ("condition", "code", "runner_up"),
    [
        (tokens(2), "complete", "budget"),
        (budget(2).during("answer"), "complete", "budget"),
        (max_tokens(2), "complete", "length"),
        (timeouts(total=5), "complete", "total_timeout"),
        (stop("x"), "stop_text", None),
    ],
)
def test_a_natural_finish_in_the_same_chunk_beats_budgets_and_clocks(
    condition: Condition, code: str, runner_up: str | None
) -> None:
    turn = under(condition, finishes("stop", content=WORD * 3 + "x", now=9))
    assert turn.ending
    assert turn.ending.code == code
    assert [each.code for each in turn.ending.runners_up] == ([runner_up] if runner_up else [])
    assert turn.answer == WORD * 3 + ("" if code == "stop_text" else "x")


@pytest.mark.parametrize(("condition", "code"), [(tokens(2), "budget"), (timeouts(total=5), "total_timeout")])
@pytest.mark.parametrize("reason", ["length", "abort", "tool_calls"])
def test_any_other_finish_does_not(condition: Condition, code: str, reason: str) -> None:
    ending = under(condition, finishes(reason, content=WORD * 3, now=9)).ending
    assert ending
    assert (ending.code, ending.source, ending.finish_reason) == (code, "client", None)


def test_a_budget_holds_no_text_back() -> None:
    assert shown(budget(2), thinks(WORD), thinks(WORD), thinks("x")) == [WORD, WORD, ""]

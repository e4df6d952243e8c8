"""What only the text after it shows has the same place, rank and ending in every cut of that text."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from termination import Delta, Ending, Policy, Turn, parse_condition, pattern, stop
from tests.core.acts import Act, answers, breaks_off, finishes, played, under
from tests.core.cuts import THINK

Found = tuple[str, list[str], list[str]]  # the condition that ended the turn, the runners-up, the shadows

EN, END = 'stop("EN", "ENDEN")', 'stop("END")'


def every_cut(text: str) -> Iterator[list[str]]:
    """Yield the text in one piece, in two pieces, and so on up to one piece for each character."""
    for count in range(len(text)):
        for places in combinations(range(1, len(text)), count):
            yield [text[start:end] for start, end in zip((0, *places), (*places, len(text)), strict=True)]


def ending_of(notation: str, acts: list[Act]) -> Ending:
    ending = under(parse_condition(notation), *acts, finishes("length")).ending
    assert ending
    return ending


def found(notation: str, acts: list[Act]) -> Found:
    ending = ending_of(notation, acts)
    runners_up = [each.condition for each in ending.runners_up]
    return ending.condition or "", runners_up, [each.condition for each in ending.shadows]


@pytest.mark.parametrize(
    ("notation", "text", "expected"),
    [
        (f"{EN} | {END}", "END x", (END, [], [])),
        (f"{END} | {EN}", "END x", (END, [], [])),
        (f"{EN} | {END}", "ENDEN", (EN, [END], [])),
        (f"{EN} | {END}", "END", (END, [EN], [])),
        ('stop("ab", "abcd") | stop("ab")', "abx", ('stop("ab", "abcd")', ['stop("ab")'], [])),
        ('stop("a", "abc") | stop("b") | stop("bx")', "abx.", ('stop("a", "abc")', ['stop("bx")', 'stop("b")'], [])),
    ],
)
def test_the_longest_match_wins_also_if_a_shorter_one_is_certain_later(
    notation: str, text: str, expected: Found
) -> None:
    for chunks in every_cut(text):
        assert found(notation, [answers(chunk) for chunk in chunks]) == expected, chunks


@pytest.mark.parametrize(
    ("notation", "text", "shadows"),
    [
        (f"({EN} | {END}).after(1).shadow()", "wordEND x", [f"{END}.after(1)", f"{EN}.after(1)"]),
        (f"({EN} | {END}).shadow()", "ENDEN", [END, EN]),
        (f"{EN}.shadow() | {END}", "END x", []),
        (f"{END}.shadow() | {EN}", "END x", [END]),
        ("tokens(1).shadow() | stop('D')", "abcD.", []),
        ("tokens(1).shadow() | pattern('d')", "abcde", []),
        ("pattern('c$').shadow() | pattern('c')", "abc\n.", []),
    ],
)
def test_the_shadows_stand_in_the_order_in_which_they_were_certain(
    notation: str, text: str, shadows: list[str]
) -> None:
    for chunks in every_cut(text):
        assert found(notation, [answers(chunk) for chunk in chunks])[2] == shadows, chunks


@pytest.mark.parametrize("over", ["</s>b", "</think>b"])
def test_what_is_certain_only_at_the_end_of_the_turn_comes_too_late_for_one_that_is_cut_before(over: str) -> None:
    policy = Policy(
        THINK, ("</s>",), ("</s>",), True, parse_condition("stop('a', 'aaa').during(any).shadow() | pattern('aa')")
    )
    for chunks in ([f"aa{over}"], ["aa", over], ["a", "a", *over]):
        ending = played(policy, answers("<think>"), *map(answers, chunks), breaks_off)[0].ending
        assert ending
        assert (ending.condition, ending.shadows) == ('pattern("aa")', ()), chunks


@pytest.mark.parametrize(
    ("notation", "text", "evidence", "cut_at"),
    [
        (f"({EN} | {END}) & pattern('E')", "END x", "END; E", 0),
        (f"pattern('D') & ~{EN}", "END x", "D", 3),
        (f"pattern(' ') & ~{EN}", "END x", "", 5),
        ("stop('a') & ~pattern('a$')", "a\n.", "a", 0),
        ("stop('d') & ~tokens(1)", "abcde", "d", 3),
        ("stop('e') & ~tokens(1)", "abcde", "", 5),
        ("pattern('d') & ~budget(1).during(answer)", "abc.de", "", 6),
        ("tokens(1) & pattern('d')", "abcde", "1 tokens; d", 4),
        ("pattern('c$') & tokens(1)", "abc\nde", "c$; 1 tokens", 4),
    ],
)
def test_a_rule_asks_what_is_certain_at_its_place(notation: str, text: str, evidence: str, cut_at: int) -> None:
    for chunks in every_cut(text):
        ending = ending_of(notation, [answers(chunk) for chunk in chunks])
        assert (ending.evidence, ending.cut_at) == (evidence, cut_at), chunks


@pytest.mark.parametrize(
    ("notation", "text", "winner"),
    [
        ("pattern('c$') | pattern('c')", "abc\n.", 'pattern("c")'),
        ("tokens(1) | pattern('d')", "abcde", 'pattern("d")'),
        ("tokens(1) | stop('e')", "abcde", "tokens(1)"),
        ("budget(1).during(answer) | tokens(1)", "abcde", "budget(1).during(answer)"),
    ],
)
def test_at_one_place_what_was_certain_there_goes_before_what_the_next_character_showed(
    notation: str, text: str, winner: str
) -> None:
    for chunks in every_cut(text):
        assert found(notation, [answers(chunk) for chunk in chunks])[0] == winner, chunks


def test_a_loop_that_is_complete_where_a_budget_ends_goes_first() -> None:
    text = "go round, " * 400
    for chunks in ([text], list(text)):
        ending = ending_of("tokens(768) | loop()", [answers(chunk) for chunk in chunks])
        assert (ending.code, [each.code for each in ending.runners_up]) == ("loop", [])


@pytest.mark.parametrize("chunks", [["ab"], ["a", "b"]])
def test_what_begins_at_a_cut_does_not_delay_it(chunks: list[str]) -> None:
    turn = Turn(end=pattern("a") | stop("b", "ba"), now=0.0)
    for chunk in chunks:
        turn.feed(Delta("", chunk), 0.0)
    assert turn.ending
    assert (turn.ending.condition, turn.answer) == ('pattern("a")', "a")

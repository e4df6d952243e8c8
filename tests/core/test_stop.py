"""A stop text, id or pattern ends the turn at its place, and no more of the text is held back than may be one."""

import pytest

from termination import Condition, Policy, Turn, pattern, stop, stop_ids, timeouts
from tests.core.acts import Act, answers, breaks_off, finishes, played, says, shown, stops, thinks, ticks, under
from tests.core.cuts import THINK

END, END_OF = stop("END"), stop("END", "END OF")


# --- Stop texts


@pytest.mark.parametrize(
    ("condition", "chunks", "expected"),
    [
        (END, ["the end", "EN", "OUGH"], ["the end", "", "ENOUGH"]),
        (END, ["E", "N", "D", "!"], ["", "", "", ""]),
        (END, ["an E", "EN", "D!"], ["an ", "E", ""]),
        (END, ["it ENDS"], ["it "]),
        (END_OF, ["END", " OUT", "!"], ["", "", ""]),
        (END_OF, ["END", " O", "F it"], ["", "", ""]),
        (END_OF, ["an EN", " END O", "!"], ["an ", "EN ", ""]),
        (stop("aab"), ["aa", "a", "a", "b"], ["", "a", "a", ""]),
        (stop("END", "D x"), ["END x"], [""]),
        (stop("\n\n"), ["a\n", "b\n", "\nc"], ["a", "\nb", ""]),
        (stop("四。"), ["二二得", "四", "五四", "。"], ["二二得", "", "四五", ""]),
        (END | stop("Q:"), ["EN", "Q", ":"], ["", "EN", ""]),
        (END.during("thought"), ["END", "EN"], ["END", "EN"]),
    ],
)
def test_exactly_what_may_still_become_a_stop_text_is_held_back(
    condition: Condition, chunks: list[str], expected: list[str]
) -> None:
    assert shown(condition, *map(answers, chunks)) == expected


@pytest.mark.parametrize(
    ("condition", "acts", "evidence", "phase", "cut_at"),
    [
        (END, [answers("an END.")], "END", "answer", 3),
        (END, [thinks("an END."), answers("an"), answers(" END")], "END", "answer", 3),
        (END.during("thought"), [thinks("an END.")], "END", "thought", 3),
        (END.during("any"), [thinks("an END.")], "END", "thought", 3),
        (END.during("any"), [thinks("an"), answers("END")], "END", "answer", 0),
        (END_OF, [answers("the END OF it")], "END OF", "answer", 4),
        (END_OF, [answers("the END o")], "END", "answer", 4),
        (stop("END OF", "D X"), [answers("the END X")], "D X", "answer", 6),
    ],
)
def test_a_stop_text_cuts_before_itself(
    condition: Condition, acts: list[Act], evidence: str, phase: str, cut_at: int
) -> None:
    ending = under(condition, *acts).ending
    assert ending
    assert (ending.code, ending.source, ending.phase) == ("stop_text", "client", phase)
    assert (ending.evidence, ending.facts, ending.cut_at) == (evidence, {"text": evidence}, cut_at)
    assert ending.condition == str(condition)


@pytest.mark.parametrize(
    ("condition", "text", "evidence", "cut_at"),
    [
        (stop("b") | stop("a"), "a b", "a", 0),
        (stop("bc") | stop("abcd"), "abcd", "abcd", 0),
        (stop("bc") | stop("abcd"), "abcx", "bc", 1),
        (stop("ab") | stop("abc"), "abc", "abc", 0),
        (stop("ab") | stop("abc"), "abx", "ab", 0),
        (stop("ab") | stop("abc"), "ab", "ab", 0),
        (stop("ab", "x") | stop("ab", "y"), "ab.", "ab", 0),
        (pattern("b") | stop("ab"), "ab", "ab", 0),
        (pattern("b") | stop("c"), "abc", "b", 2),
        (pattern("b") | stop("c"), "ab", "b", 2),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_the_earliest_cut_wins_then_the_longest_match_then_the_declared_order(
    condition: Condition, text: str, evidence: str, cut_at: int, whole: bool
) -> None:
    chunks = [text] if whole else list(text)
    ending = under(condition, *map(answers, chunks), finishes("length")).ending
    assert ending
    assert (ending.code, ending.evidence, ending.cut_at) == ("stop_text", evidence, cut_at)
    assert ending.condition == next(str(part) for part in condition.parts if evidence in str(part))


HALF = [answers("an EN"), answers("D O")]


@pytest.mark.parametrize("over", [finishes("stop"), finishes("length"), stops, breaks_off])
def test_a_match_that_waits_for_a_longer_one_counts_when_the_turn_is_over(over: Act) -> None:
    turn = under(END_OF, *HALF, over)
    assert turn.ending
    assert (turn.ending.code, turn.ending.evidence, turn.answer) == ("stop_text", "END", "an ")


def test_a_match_that_waits_for_a_longer_one_counts_when_the_phase_is_over() -> None:
    turn = under(END_OF.during("thought"), thinks("an END O"), answers("F"))
    assert turn.ending
    assert (turn.ending.phase, turn.ending.evidence, turn.ending.cut_at) == ("thought", "END", 3)
    assert (turn.thought, turn.answer) == ("an ", "")


def test_a_match_that_waits_for_a_longer_one_counts_when_a_clock_runs_out() -> None:
    ending = under(END_OF | timeouts(idle=5), *HALF, ticks(6)).ending
    assert ending
    assert (ending.code, ending.cut_at) == ("stop_text", 3)
    assert [each.code for each in ending.runners_up] == ["idle_timeout"]


@pytest.mark.parametrize(
    ("over", "code"),
    [(finishes("stop"), "complete"), (stops, "stopped"), (breaks_off, "disconnected"), (finishes("length"), "length")],
)
def test_a_stop_text_that_has_only_begun_is_shown_when_the_turn_is_over(over: Act, code: str) -> None:
    turn = under(END, answers("an EN"), over)
    assert turn.ending
    assert (turn.ending.code, turn.answer) == (code, "an EN")


def test_a_stop_text_that_has_only_begun_is_shown_when_the_phase_is_over() -> None:
    turn = under(END.during("any"), thinks("an EN"), answers("D of it"))
    assert (turn.thought, turn.answer, turn.ending) == ("an EN", "D of it", None)


def test_a_stop_text_in_the_last_chunk_beats_what_the_server_says() -> None:
    turn = under(END, finishes("stop", content="an END"))
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.ending.finish_reason) == ("stop_text", "client", None)


# --- Stop ids


@pytest.mark.parametrize(
    ("acts", "ending"),
    [
        ([says("", "A", ids=(3, 7)), says("", "B")], ("complete", "answer", "7", 1)),
        ([says("", "A", ids=(3,)), says("", "B", ids=(8, 7))], ("complete", "answer", "8", 2)),
        ([says("T", ids=(7,))], ("complete", "thought", "7", 1)),
        ([says(ids=(7,))], ("complete", "waiting", "7", 0)),
        ([says("", "A", ids=(3,)), says("", "7")], None),
    ],
)
def test_a_stop_id_cuts_after_its_chunk(acts: list[Act], ending: tuple[str, str, str, int] | None) -> None:
    found = under(stop_ids(7, 8), *acts).ending
    assert (found and (found.code, found.phase, found.evidence, found.cut_at)) == ending
    assert found is None or found.facts == {"id": found.evidence}


@pytest.mark.parametrize(("acts", "code"), [([], "thought_complete"), ([says("", "</think>A")], "thought_complete")])
def test_in_think_only_a_stop_id_means_that_the_thought_is_complete(acts: list[Act], code: str) -> None:
    turn, _ = played(Policy(THINK, thought_only=True, end=stop_ids(7)), says("", "<think>T", ids=(7,)), *acts)
    assert turn.ending
    assert (turn.ending.code, turn.thought, turn.answer) == (code, "T", "")


def test_the_stop_ids_of_the_request_count_beside_the_conditions() -> None:
    for ids, code in [((7,), "complete"), ((), None)]:
        turn = Turn(Policy(end=END), 0)
        turn.expect(ids)
        says("", "A", ids=(7,))(turn)
        assert (turn.ending.code if turn.ending else None) == code
    turn = Turn(Policy(), 0)
    turn.expect((7,))
    says("", "A", ids=(7,))(turn)
    assert turn.ending
    assert turn.ending.condition == "stop_ids(7)"


# --- Patterns


@pytest.mark.parametrize(
    ("condition", "acts", "phase", "shown_text"),
    [
        (pattern("[0-9]{3}"), [answers("no 12"), answers("345")], "answer", "no 123"),
        (pattern("[0-9]{3}").during("answer"), [thinks("123"), answers("1234")], "answer", "123"),
        (pattern("[0-9]{3}"), [thinks("12"), answers("3"), thinks("456")], "thought", "12\n\n456"),
        (pattern("a$"), [answers("ba"), answers("a\n")], "answer", "baa"),
        (pattern("a$").during("thought"), [thinks("ba"), answers("b")], "thought", "ba"),
        (pattern("a$"), [answers("ba"), stops], "answer", "ba"),
    ],
)
def test_a_pattern_cuts_after_its_first_match(
    condition: Condition, acts: list[Act], phase: str, shown_text: str
) -> None:
    turn = under(condition, *acts)
    assert turn.ending
    assert (turn.ending.code, turn.ending.phase) == ("stop_text", phase)
    assert (turn.thought if phase == "thought" else turn.answer) == shown_text
    assert turn.ending.evidence == turn.ending.facts["text"] == str(condition).split('"')[1]


def test_a_pattern_holds_no_text_back() -> None:
    assert shown(pattern("abc"), answers("a"), answers("b"), answers("cd")) == ["a", "b", "c"]

"""A reply that continues in another turn reads as if it had never been cut: nothing is missing or repeated."""

from dataclasses import replace

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from termination import (
    Begun,
    CutBack,
    Delta,
    Markers,
    PhaseChanged,
    Policy,
    Turn,
    budget,
    loop,
    stop,
    stop_ids,
    timeouts,
)
from tests.core.acts import Act, answers, breaks_off, finishes, says, stops, thinks, ticks
from tests.core.cuts import MARKERS, OPENED, SPECIAL, THINK, TOKENS
from tests.core.streams import SOMETIMES, Chunks, Listening, Stretch, recut, story, streams

FULL = Policy(THINK, SPECIAL)
ONLY = replace(FULL, thought_only=True)


def after(policy: Policy, begun: Begun | None, *acts: Act) -> Turn:
    turn = Turn(policy, 0, begun)
    for act in acts:
        act(turn)
    return turn


# --- What there is so far


@pytest.mark.parametrize(
    ("policy", "acts", "so_far"),
    [
        # In the thought
        (FULL, [answers("<think>\nT"), stops], Begun("thought", "T")),
        (FULL, [answers("<think>\nT.\n "), stops], Begun("thought", "T.", space="\n ")),
        (FULL, [answers("<think>\nT.\n\n"), finishes("length")], Begun("thought", "T.", space="\n\n")),
        (FULL, [thinks("T "), breaks_off], Begun("thought", "T", space=" ")),
        (FULL, [answers("<think>T</thi"), stops], Begun("thought", "T</thi")),
        (FULL, [answers("<think>"), stops], Begun("thought")),
        # In the answer
        (FULL, [answers("<think>T</think>"), stops], Begun("answer", "T")),
        (FULL, [answers("<think>T</think>\n  "), stops], Begun("answer", "T", space="  ")),
        (FULL, [answers("<think>T</think>\n\nA \n"), stops], Begun("answer", "T", "A \n")),
        (FULL, [answers("A"), stops], Begun("answer", "", "A")),
        # The second of several
        (FULL, [answers("<think>T</think><think>"), stops], Begun("thought", "T", since=1)),
        (FULL, [answers("<think>T</think><think>U "), stops], Begun("thought", "T\n\nU", space=" ", since=1)),
        (FULL, [answers("<think>T</think>A\n<think>\nU"), stops], Begun("thought", "T\n\nU", "A\n", since=1)),
        (FULL, [answers("A\n<think>\nU</think>"), stops], Begun("answer", "U", "A\n", since=2)),
        # Nothing has come
        (FULL, [stops], Begun("answer")),
        (FULL, [answers(" \n"), stops], Begun("answer", space=" \n")),
        (Policy(OPENED), [stops], Begun("thought")),
        (Policy(OPENED), [answers("T"), stops], Begun("thought", "T")),
        # The thought is over
        (ONLY, [answers("<think>T</think>A"), stops], Begun("answer", "T")),
        (ONLY, [answers("<think>T\n"), finishes("stop", 151668)], Begun("answer", "T")),
        (ONLY, [thinks("T"), says("T", "A")], Begun("answer", "TT")),
        # The model has ended its turn
        (FULL, [thinks("A"), finishes("stop")], Begun("answer", "A", "A")),
        (FULL, [answers("<think>T\n"), finishes("stop")], Begun("thought", "T")),
        # A condition has cut
        (replace(FULL, end=stop("END")), [answers("A END\n<think>\nU")], Begun("answer", "", "A ")),
        (replace(FULL, end=stop("ND").during("thought")), [answers("<think>T END</think>A")], Begun("thought", "T E")),
        (replace(FULL, end=budget(1)), [answers("<think>Two. Three")], Begun("thought", "Two.")),
        (replace(FULL, end=timeouts(idle=9)), [answers("<think>T\n"), ticks(10)], Begun("thought", "T", space="\n")),
        (replace(FULL, end=stop_ids(7)), [says("", "", ids=(7,))], Begun("answer")),
    ],
)
def test_what_there_is_so_far(policy: Policy, acts: list[Act], so_far: Begun) -> None:
    turn = after(policy, None, *acts)
    assert turn.so_far == so_far
    if so_far.space or so_far.text:
        assert Turn(policy, 0, so_far).so_far == so_far


@pytest.mark.parametrize(
    ("begun", "acts", "so_far"),
    [
        (Begun("thought", "T", space="\n"), [answers("U\n\n"), stops], Begun("thought", "T\nU", space="\n\n")),
        (Begun("thought", "T"), [answers("U</think>"), stops], Begun("answer", "TU")),
        (Begun("answer", "T", "A"), [answers(" B"), stops], Begun("answer", "T", "A B")),
        (Begun("answer", "T", "A"), [stops], Begun("answer", "T", "A")),
        (Begun("answer", "T", space=" "), [answers("\n"), stops], Begun("answer", "T", space=" \n")),
        (Begun("thought", "T\n\nU", "A", since=1), [answers("V"), stops], Begun("thought", "T\n\nUV", "A", since=1)),
        (Begun("thought", "T", "A", since=1), [answers("V"), stops], Begun("thought", "T\n\nV", "A", since=1)),
        (Begun("thought", "T", "A"), [answers("U</think>B"), stops], Begun("answer", "TU", "A\n\nB", since=1)),
    ],
)
def test_a_reply_can_continue_more_than_once(begun: Begun, acts: list[Act], so_far: Begun) -> None:
    assert after(FULL, begun, *acts).so_far == so_far


@pytest.mark.parametrize(
    ("begun", "stands"),
    [
        (Begun("thought"), "waiting"),
        (Begun("answer", space="\n"), "waiting"),
        (Begun("thought", "T"), "thought"),
        (Begun("answer", "T"), "thought"),
        (Begun("answer", "T", "A"), "answer"),
        (Begun("thought", "", "A"), "answer"),
        (Begun("thought", "T", "A"), "thought"),
    ],
)
def test_a_reply_stands_where_its_last_words_are(begun: Begun, stands: str) -> None:
    assert begun.reached == stands


# --- How it continues


@pytest.mark.parametrize(
    ("begun", "acts", "ends"),
    [
        (Begun("thought", "T"), [], True),
        (Begun("thought", "T\n\nU", "A", since=1), [], True),
        (Begun("thought", "T"), [answers(" U")], True),
        (Begun("thought", "T"), [answers("</think>")], False),
        (Begun("thought"), [], False),
        (Begun("answer", "T"), [], False),
        (Begun("answer", "T", "A"), [], False),
    ],
)
def test_the_person_may_end_a_thought_before_it_has_another_word(begun: Begun, acts: list[Act], ends: bool) -> None:
    turn = after(FULL, begun, *acts)
    events = turn.end_thought(5)
    assert bool(turn.ending) == bool(events) == ends
    if turn.ending:
        assert (turn.ending.code, turn.ending.source) == ("stopped", "person")
        assert (turn.ending.phase, turn.ending.action) == ("thought", "end_thought")
        assert turn.so_far == replace(begun, thought=begun.thought + turn.thought)


@pytest.mark.parametrize(
    ("begun", "acts", "thought", "answer"),
    [
        (Begun("thought", "T"), [answers(" U")], " U", ""),
        (Begun("thought", "T", space="\n"), [answers("U</think>\n\nA")], "\nU", "A"),
        (Begun("thought", "T", space="\n"), [answers("</think>\n\nA")], "", "A"),
        (Begun("thought", "T"), [thinks("U"), answers("\n\nA")], "U", "A"),
        (Begun("thought", "T"), [answers("U <think> V")], "U <think> V", ""),
        (Begun("answer", "T"), [answers("\n\nA")], "", "A"),
        (Begun("answer", "T"), [answers("</think>\n\nA")], "", "A"),
        (Begun("answer", "T", "A"), [answers("\n\nB")], "", "\n\nB"),
        (Begun("answer", "", "A\n"), [answers("<think>\nU</think>B")], "U", "\n\nB"),
        (Begun("answer", "T", "A\n"), [answers("<think>\nU</think>B")], "\n\nU", "\n\nB"),
        # Code is known
        (Begun("answer", "", "```\n"), [answers("<think>\nU\n```\n")], "", "<think>\nU\n```\n"),
        (Begun("answer", "", "`"), [answers("</s>` ends it")], "", "</s>` ends it"),
        (Begun("answer", "", "```\nA\n```\nB\n", since=9), [answers("<think>\nU")], "U", ""),
        # Nothing of it was there
        (Begun("thought"), [answers("<think>T</think>A")], "T", "A"),
        (Begun("answer", space=" \n"), [answers("A")], "", " \nA"),
        (Begun("thought", answer="A", space="\n"), [answers("T")], "T", ""),
        (Begun("thought", "T", space="\n", since=1), [answers("U")], "\n\nU", ""),
        (Begun("answer"), [answers("<think>T</think>A")], "T", "A"),
        (Begun("answer"), [thinks("T"), answers("A")], "T", "A"),
        # A reasoning parser that misses that the thought is over
        (Begun("answer", "T"), [thinks("A"), thinks(" B")], "", "A B"),
        (Begun("answer", "T", "A"), [thinks(" B"), answers(" C"), thinks(" D")], "", " B C D"),
        (Begun("answer", "T", "A"), [says(" B", " C")], "", " B C"),
        (Begun("answer", "T"), [thinks("<think>U</think>"), answers("A")], "\n\nU", "A"),
        # A reasoning parser that notices it
        (Begun("answer", "T", "A"), [answers(" B"), thinks("U"), answers("C")], "\n\nU", " B\n\nC"),
    ],
)
def test_the_new_text_is_what_the_turn_has(begun: Begun, acts: list[Act], thought: str, answer: str) -> None:
    turn = after(FULL, begun, *acts, stops)
    assert (turn.thought, turn.answer) == (thought, answer)


def test_without_a_marker_to_close_it_a_thought_ends_with_the_field() -> None:
    turn = after(Policy(), Begun("thought", "T"), thinks("U"), answers("A"))
    assert (turn.thought, turn.answer) == ("U", "A")
    assert after(Policy(), Begun("thought", "T"), answers("A")).answer == "A"


def test_the_phase_comes_with_the_first_text() -> None:
    turn = Turn(FULL, 0, Begun("answer", "T", "A"))
    assert turn.feed(Delta(), 1) == []
    assert [type(each).__name__ for each in turn.feed(Delta("", " B"), 1)] == ["PhaseChanged", "AnswerDelta"]
    assert Turn(FULL, 0, Begun("thought", "T")).feed(Delta("", " B"), 1)[0] == PhaseChanged("thought")


def test_an_opened_template_is_not_opened_again() -> None:
    turn = after(Policy(OPENED), Begun("answer", "T"), answers("A"), finishes("stop"))
    assert (turn.thought, turn.answer) == ("", "A")
    assert turn.ending
    assert turn.ending.code == "complete"


def test_a_thought_that_continues_is_no_answer() -> None:
    turn = after(FULL, Begun("thought", "T"), thinks("U"), finishes("stop"))
    assert (turn.thought, turn.answer) == ("U", "")
    assert turn.ending
    assert turn.ending.next == ("answer_now", "retry")


def test_think_only_ends_a_thought_and_not_an_answer() -> None:
    thinking = after(ONLY, Begun("thought", "T"), answers("U</think>A"))
    assert thinking.ending
    assert (thinking.ending.code, thinking.so_far) == ("thought_complete", Begun("answer", "TU"))
    answering = after(ONLY, Begun("answer", "T"), answers("A"), finishes("stop"))
    assert answering.ending
    assert (answering.ending.code, answering.answer) == ("complete", "A")


def test_a_budget_lands_where_the_sentence_has_ended_before() -> None:
    policy = replace(FULL, end=budget(1))
    turn = after(policy, Begun("thought", "All of it is so."), answers("    But no, not all"))
    assert (turn.ending is not None, turn.thought) == (True, "    ")
    turn = after(policy, Begun("thought", "All of it is so."), answers(" But no, not all"))
    assert turn.thought == " But"


@pytest.mark.parametrize(
    ("begun", "next_steps"),
    [
        (Begun("thought", "T"), ("answer_now", "continue")),
        (Begun("answer", "T"), ("answer_now", "continue")),
        (Begun("answer", "T", "A"), ("continue",)),
        (Begun("answer"), ("retry",)),
    ],
)
def test_what_can_be_done_next_is_for_the_whole_reply(begun: Begun, next_steps: tuple[str, ...]) -> None:
    turn = after(FULL, begun, stops)
    assert turn.ending
    assert (turn.ending.phase, turn.ending.next) == ("waiting", next_steps)


def test_a_loop_is_looked_for_in_the_new_text() -> None:
    again = "and so we go round and round, "
    turn = after(replace(FULL, end=loop()), Begun("answer", "", again * 90), answers(again * 90))
    assert turn.ending is None


# --- Wherever it is cut


def play(policy: Policy, begun: Begun | None, chunks: Chunks) -> Listening:
    """Return a turn that was fed those chunks."""
    turn = Listening(policy, 0, begun)
    for delta, now in chunks:
        turn.feed(delta, now)
    return turn


def stop_turn(turn: Listening) -> Listening:
    turn.stop(20)
    return turn


def split_at(stream: list[Stretch], place: int) -> tuple[list[Stretch], list[Stretch]]:
    """Return the stream up to that character, and the rest."""
    first, rest = [], []
    for each in stream:
        at = min(max(place, 0), len(each.text))
        place -= len(each.text)
        first += [replace(each, text=each.text[:at])] if at else []
        rest += [replace(each, text=each.text[at:])] if each.text[at:] else []
    return first, rest


def is_plain(turn: Turn, first: list[Stretch], rest: list[Stretch]) -> bool:
    """True if the cut is in the reply's own text: not in a marker, and not known from a parser's field alone."""
    so_far = turn.so_far
    filed = first[-1].field == "reasoning" if first else False
    hidden = (
        so_far.reached != "waiting"
        and bool(rest)
        and (
            (so_far.phase == "thought" and filed and rest[0].field == "content")
            or (so_far.phase == "answer" and rest[0].field == "reasoning")
        )
    )
    splitter = turn._text.splitter
    return not hidden and not (splitter.undecided.strip() if splitter.phase == "waiting" else splitter.undecided)


@SOMETIMES
@given(MARKERS, TOKENS, streams(), st.data())
def test_a_reply_that_is_cut_anywhere_continues_as_if_it_were_not(
    markers: Markers | None, special: tuple[str, ...], stream: list[Stretch], data: st.DataObject
) -> None:
    policy = Policy(markers, special)
    first, rest = split_at(stream, data.draw(st.integers(0, sum(len(each.text) for each in stream))))
    turn = play(policy, None, data.draw(recut(first)))
    plain = is_plain(turn, first, rest)
    begun = stop_turn(turn).so_far
    assume(plain)
    event(f"{begun.phase}{' again' if begun.since else ''}{' with space' if begun.space else ''}")
    more = stop_turn(play(policy, begun, data.draw(recut(rest))))
    uncut = stop_turn(play(policy, None, data.draw(recut(stream))))
    assume(not any(isinstance(each, CutBack) for each in uncut.events))  # what was shown before is not taken back
    assume(markers is None or not any(each in begun.thought for each in markers.open))  # nested thoughts are forgotten
    assert (begun.thought + more.thought, begun.answer + more.answer) == (uncut.thought, uncut.answer)
    assert more.so_far == uncut.so_far


THOUGHTS, ANSWERS = st.sampled_from(["", "T", "```\nT", "T\n\nU"]), st.sampled_from(["", "A", "A\n", "```\nA\n", "`"])
SPACES = st.sampled_from(["", " ", "\n\n"])
begun_replies = st.one_of(
    st.builds(lambda thought, answer, space: Begun("thought", thought, answer, space), THOUGHTS, ANSWERS, SPACES),
    st.builds(lambda thought, answer: Begun("answer", thought, answer), THOUGHTS, ANSWERS),
    st.builds(lambda thought, space: Begun("answer", thought, "", space), THOUGHTS, SPACES),
)


@SOMETIMES
@given(MARKERS, TOKENS, begun_replies, streams(), st.data())
def test_however_the_rest_is_cut_into_chunks_it_reads_the_same(
    markers: Markers | None, special: tuple[str, ...], begun: Begun, stream: list[Stretch], data: st.DataObject
) -> None:
    policy = Policy(markers, special, special[:1], end=loop() | stop("END"))
    one = stop_turn(play(policy, begun, data.draw(recut(stream))))
    other = stop_turn(play(policy, begun, data.draw(recut(stream))))
    assert story(one) == story(other)
    assert one.so_far == other.so_far


# --- White space around the markers


@pytest.mark.parametrize(
    ("acts", "around"),
    [
        ([answers("<think>\n\nT"), stops], ("\n\n", None, None)),
        ([answers("<think> \n"), answers(" T \n</think>\n\nA"), stops], (" \n ", " \n", "\n\n")),
        ([answers("<think>T</think>"), stops], ("", "", None)),
        ([answers("<think>T</think>"), answers("\n"), answers("A"), stops], ("", "", "\n")),
        ([answers("<think>T</think>  A"), stops], ("", "", "")),
        ([answers("A"), stops], (None, None, None)),
        ([thinks("\nT\n"), answers("\n\nA"), stops], (None, None, None)),
        ([answers("<think>T</think><think>U</think>A"), stops], (None, None, None)),
    ],
)
def test_the_white_space_around_the_markers_is_kept(
    acts: list[Act], around: tuple[str | None, str | None, str | None]
) -> None:
    assert after(FULL, None, *acts).so_far.around == around


@pytest.mark.parametrize(
    ("first", "then", "around"),
    [
        ("<think>\nT", " U\n</think>\n\nA", ("\n", "\n", "\n\n")),
        ("<think>\nT", " U", ("\n", None, None)),
        ("<think>\nT</think>A", " B", ("\n", "", "")),
    ],
)
def test_a_reply_that_continues_keeps_it(
    first: str, then: str, around: tuple[str | None, str | None, str | None]
) -> None:
    so_far = after(FULL, None, answers(first), finishes("length")).so_far
    assert after(FULL, so_far, answers(then), finishes("length")).so_far.around == around

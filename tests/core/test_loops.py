"""A text that loops ends the turn, sooner in the thought than in the answer; one that circles is reported once."""

import random

import pytest

from termination import (
    AnswerDelta,
    Condition,
    CutBack,
    Ended,
    Event,
    Nudged,
    Policy,
    Turn,
    circling,
    loop,
    pattern,
    stop,
    tokens,
)
from termination.landing import landed
from tests.core.acts import Act, answers, played, thinks, under
from tests.core.cuts import THINK

ROUND = "and so we go round and round, "  # 30 characters
WRITTEN = "".join(random.Random(0).choices("abcdefghij klmnop,.\n", k=2000))


@pytest.mark.parametrize(
    ("says", "copies", "ended"),
    [(thinks, 18, False), (thinks, 24, True), (answers, 24, False), (answers, 99, False), (answers, 104, True)],
)
def test_the_answer_may_loop_longer_than_the_thought(says: Act, copies: int, ended: bool) -> None:
    assert (under(loop(), says("x" + ROUND * copies)).ending is not None) == ended


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_the_ending_says_which_text_loops(size: int) -> None:
    text = WRITTEN + ROUND * 99
    turn = under(loop(), *(thinks(text[at : at + size]) for at in range(0, len(text), size)))
    ending = turn.ending
    assert ending
    assert (ending.code, ending.source, ending.phase, ending.condition) == ("loop", "client", "thought", "loop()")
    assert ending.next == ("answer_now", "retry")
    assert ending.facts["period"] == "30"
    onset = int(ending.facts["onset"])
    assert 2000 - 64 <= onset <= 2000 + 64
    assert float(ending.facts["copies"]) == round((ending.cut_at - onset) / 30, 1) >= 20
    assert ending.evidence == f"{ending.facts['copies']} x 30 characters"
    assert turn.thought == text[: ending.cut_at]


def test_a_loop_is_looked_for_in_each_phase_by_itself() -> None:
    turn = under(loop(), thinks(ROUND * 15), answers(ROUND * 15), thinks(ROUND * 15))
    assert turn.ending is None
    assert under(loop().during("answer"), thinks(ROUND * 99)).ending is None
    policy = Policy(THINK, end=loop())
    turn, _ = played(policy, answers(f"<think>{ROUND * 15}</think>A\n<think>\n{ROUND * 15}</think>B"))
    assert (turn.ending, turn.answer) == (None, "A\n\n\nB")


# --- Cut back

SENTENCES = "The sum is four. That is so "  # 28 characters


@pytest.mark.parametrize(
    ("text", "enough", "kept"),
    [
        ("One. Two. One. Two. One. Two. ", 10, "One. Two."),
        ("One. Two. One. Two. One. Two. ", 7, "One. Two."),
        ("One\ntwo\none\ntwo\none", 5, "One\ntwo"),
        ("一二三。四五六。一二三。四五六。", 6, "一二三。四五六。"),
        ("on and on and on and on", 7, "on and"),
        ("on and on " * 40 + "End. More", 20, "on and on on and on"),  # too far away
        ("x" * 9, 3, "xxx"),
        (" " * 9, 3, ""),
        ("Never.", 9, "Never."),
        # What belongs together stays so
        ("e\u0301" * 9, 3, "e\u0301" * 2),
        ("👩\u200d🚀" * 9, 1, "👩\u200d🚀"),
        ("👩\u200d🚀" * 9, 2, "👩\u200d🚀"),
        ("👍\U0001f3fd" * 9, 1, "👍\U0001f3fd"),
        ("❤\ufe0f" * 9, 1, "❤\ufe0f"),
        ("\ud83d\ude00" * 9, 1, "\ud83d\ude00"),
        ("\ud83d\ud83d" * 9, 1, "\ud83d"),
    ],
)
def test_a_text_that_loops_is_cut_at_the_end_of_a_sentence(text: str, enough: int, kept: str) -> None:
    assert landed(text, enough) == kept


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("condition", [loop(), loop() | stop("END"), loop().during("answer"), loop() & tokens(1)])
def test_the_first_copy_stays_in_an_answer_that_loops(condition: Condition, size: int) -> None:
    text = "Well: " + SENTENCES * 200
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    turn, events = played(Policy(end=condition), thinks("T"), *map(answers, chunks))
    kept = "Well: The sum is four. That is so The sum is four."
    assert turn.answer == kept == turn.so_far.answer
    assert (ending := turn.ending)
    assert (ending.code, ending.action, ending.cut_at) == ("loop", "cut", len(kept))
    assert (ending.facts["onset"], ending.facts["period"], ending.facts["kept"]) == ("5", "28", str(len(kept)))
    assert events[-2:] == [CutBack("answer", len(kept)), Ended(ending)]
    shown = "".join(event.text for event in events if isinstance(event, AnswerDelta))
    assert len(shown) == 3072
    assert text.startswith(shown)
    assert ending.tokens.answer == 768  # what was written counts


def test_a_second_answer_is_cut_back_in_its_place() -> None:
    policy = Policy(THINK, end=loop().after(5))
    turn, events = played(policy, answers("First.\n<think>\nT</think>Second. " + SENTENCES * 200))
    assert turn.answer == "First.\n\n\nSecond. The sum is four. That is so The sum is four."
    assert CutBack("answer", len(turn.answer)) in events


@pytest.mark.parametrize(
    "condition", [tokens(700), tokens(700) & loop(), loop().shadow() | tokens(900), stop("END") | circling()]
)
def test_only_the_verdict_of_a_loop_cuts_back(condition: Condition) -> None:
    turn, events = played(Policy(end=condition), answers(SENTENCES * 200 + "END"))
    assert CutBack not in map(type, events)
    assert "".join(event.text for event in events if isinstance(event, AnswerDelta)) == turn.answer


def test_a_thought_is_not_cut_back() -> None:
    turn, events = played(Policy(end=loop()), thinks(SENTENCES * 200))
    assert turn.ending
    assert (turn.ending.code, turn.ending.cut_at, len(turn.thought)) == ("loop", 640, 640)
    assert CutBack not in map(type, events)


@pytest.mark.parametrize("rest", ["<think>\nWell END", "<think>\nT</think>Well END"])
def test_a_loop_of_another_answer_than_the_last_is_left_alone(rest: str) -> None:
    policy = Policy(THINK, end=(loop() & pattern("END")).during("any"))
    turn, events = played(policy, answers(f"{SENTENCES * 200}\n{rest}"))
    assert (turn.ending and turn.ending.code) == "loop"
    assert CutBack not in map(type, events)


# --- Circling


def refrain(times: int) -> str:
    """Return the same words several times, with others between them."""
    again = "But wait, let me check this once more from the very beginning. "
    return "".join(again + WRITTEN[at * 60 : at * 60 + 60] for at in range(times)).strip()


def circle(size: int, text: str) -> tuple[Turn, list[Event]]:
    policy = Policy(end=circling())
    return played(policy, *(thinks(text[at : at + size]) for at in range(0, len(text), size)))


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_circling_is_reported_once_at_its_place_and_cuts_nothing(size: int) -> None:
    text = refrain(30)
    turn, events = circle(size, text)
    nudges = [event for event in events if isinstance(event, Nudged)]
    assert [nudge.condition for nudge in nudges] == ["circling()"]
    assert (nudges[0].evidence, nudges[0].facts) == (f"{nudges[0].facts['times']} times", nudges[0].facts)
    assert (turn.thought, turn.ending) == (text, None)
    before = sum(len(event.text) for event in events[: events.index(nudges[0])] if hasattr(event, "text"))
    assert before == nudge_place(text)


def nudge_place(text: str) -> int:
    """Return the number of characters after which the nudge comes, character by character."""
    turn = Turn(Policy(end=circling()), 0)
    return next(at for at, letter in enumerate(text, 1) if any(isinstance(e, Nudged) for e in thinks(letter)(turn)))


def test_a_text_that_does_not_circle_is_not_reported() -> None:
    _, events = circle(100, WRITTEN)
    assert not [event for event in events if isinstance(event, Nudged)]


def test_circling_is_looked_for_in_each_phase_by_itself() -> None:
    _, events = played(Policy(end=circling()), thinks(refrain(11)), answers(refrain(11)))
    assert Nudged not in map(type, events)
    assert Nudged in map(type, circle(100, refrain(22))[1])

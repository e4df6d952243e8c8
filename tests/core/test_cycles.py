"""Loops are found after few copies, however the text is cut, and nothing is found where nothing goes round."""

import random
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termination.loops.checkpoints import STEP, Checkpoints
from termination.loops.circling import CirclingSearch, Refrain
from termination.loops.cycles import ANSWER, FAR, LONGEST, THOUGHT, Cycle, CycleSearch, Tier

LATIN = "abcdefghijklmnopqrstuvwxyz      .,\n"
CHINESE = (
    "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过，。"
)
EMOJI = "😂😭🎉🚀 abc"
TIERS = st.sampled_from([THOUGHT, ANSWER])
SEEDS = st.integers(0, 2**32)
PERIODS = st.integers(1, 40) | st.integers(41, 450) | st.integers(451, 2_000) | st.integers(2_001, LONGEST)


def written(length: int, seed: int = 0, letters: str = LATIN) -> str:
    """Return a text that does not repeat itself."""
    return "".join(random.Random(seed).choices(letters, k=length))


def chunks(text: str, seed: int) -> list[str]:
    """Return the text in pieces; some are empty, as some chunks of a server are."""
    draw, places = random.Random(seed), [0]
    longest = draw.choice([1, 4, 70, 500, 20_000])
    while places[-1] < len(text):
        places.append(min(len(text), places[-1] + draw.randint(0, longest)))
    return [text[begin:end] for begin, end in pairwise(places)]


def due(tier: Tier, period: int) -> float:
    """Return after how many repeating characters the text is a loop."""
    band = next(band for band in tier.bands if period <= band.longest)
    return max(band.least, band.copies * period)


def found(tier: Tier, text: str) -> Cycle:
    cycle = CycleSearch(tier).feed(text)
    assert cycle is not None
    return cycle


def differs_in_numbers(count: int) -> str:
    return "".join(f"Case {case}: {written(300)}\n" for case in range(count))


@st.composite
def roundabouts(draw: st.DrawFn) -> str:
    """Draw texts that repeat themselves now and then."""
    text = ""
    for seed in draw(st.lists(SEEDS, min_size=1, max_size=4)):
        letters = draw(st.sampled_from([LATIN, CHINESE, EMOJI, "-"]))
        part = written(draw(st.integers(1, 900)), seed, letters)
        text += part * draw(st.integers(1, 6)) + written(draw(st.integers(0, 300)), seed + 1)
    return text


@settings(max_examples=60)
@given(
    roundabouts(), SEEDS, st.sampled_from([lambda: CycleSearch(THOUGHT), lambda: CycleSearch(ANSWER), CirclingSearch])
)
def test_any_cut_sees_the_same(text: str, seed: int, stream: type[Checkpoints[Cycle | Refrain]]) -> None:
    by_letter, by_chunk, at = stream(), stream(), 0
    every = [seen for seen in map(by_letter.feed, text) if seen]
    for chunk in chunks(text, seed):
        before, at = at, at + len(chunk)
        assert by_chunk.feed(chunk) == next((seen for seen in every if before < seen.at <= at), None)


@settings(max_examples=150)
@given(TIERS, PERIODS, st.integers(0, 20_000), SEEDS, st.sampled_from([LATIN, CHINESE, EMOJI]))
def test_a_loop_is_found_as_soon_as_it_is_one(tier: Tier, period: int, before: int, seed: int, letters: str) -> None:
    once = "x" + written(period - 1, seed, letters)
    period = (once + once).find(once, 1)  # a short one may itself be copies of a shorter
    cycle = found(tier, written(before, seed + 1, letters) + once * (40_000 // len(once)))
    assert cycle.period == period
    assert before - STEP <= cycle.onset <= before  # what stood before may by chance be the same as the cycle's end
    assert cycle.run >= due(tier, period)
    assert cycle.at <= before + due(tier, period) + (STEP if period <= 2_000 else FAR)


@pytest.mark.parametrize("tier", [THOUGHT, ANSWER])
@pytest.mark.parametrize("line", ["so it is 4.\n", "wait, no\n"])
@pytest.mark.parametrize(
    "between", ["!", "Let me try again.\n", written(90), written(500), written(2_212), written(7_000)]
)
def test_a_cycle_may_have_a_refrain_in_it(tier: Tier, line: str, between: str) -> None:
    once = line * 30 + between
    cycle = found(tier, written(1_000, 1) + once * 12)
    assert cycle.period == len(once)
    assert 1_000 - STEP <= cycle.onset <= 1_000
    assert cycle.run <= due(tier, cycle.period) + 30 * len(line) + 5 * STEP


def test_a_cycle_may_be_made_of_parts_that_differ_in_a_number() -> None:
    once = differs_in_numbers(20)
    assert found(THOUGHT, written(500, 1) + once * 3).period == len(once)


@pytest.mark.parametrize(
    "text",
    [
        "",
        written(60_000),
        written(60_000, letters=CHINESE),
        written(60_000, letters=EMOJI),
        written(60_000, letters="01"),
        differs_in_numbers(100),
        "\n".join(f"| {row} | 0 | 0 |" for row in range(3_000)),
        written(100) + "-" * 1_200 + written(100),
        (" " * 79 + "\n") * 20,
        "0, " * 500,
        written(9_000) * 3,
    ],
)
@pytest.mark.parametrize("tier", [THOUGHT, ANSWER])
def test_what_does_not_go_round_is_no_loop(tier: Tier, text: str) -> None:
    assert CycleSearch(tier).feed(text) is None


@pytest.mark.parametrize(
    ("once", "run", "thought", "answer"),
    [
        ("ha", 599, False, False),
        ("ha", 600, True, False),
        ("ha", 3_000, True, True),
        ("哈", 600, True, False),
        ("-", 1_799, False, False),
        ("-", 1_800, True, False),
        ("0, ", 8_999, True, False),
        ("0, ", 9_000, True, True),
        ("x" * 450, 1_349, False, False),
        ("x" * 450, 1_350, True, False),
        ("x" * 600, 1_499, False, False),
        ("x" * 2_000, 4_100, False, False),
        ("x" * 2_000, 4_200, True, False),
        ("x" * 2_000, 7_999, True, False),
        ("x" * 2_000, 8_000, True, True),
    ],
)
def test_an_answer_may_repeat_more_than_a_thought(once: str, run: int, thought: bool, answer: bool) -> None:
    assert (THOUGHT.loops(once, run), ANSWER.loops(once, run)) == (thought, answer)


def test_a_passage_said_twice_is_no_loop_and_begun_again_it_is() -> None:
    passage = written(3_000)
    assert CycleSearch(THOUGHT).feed(passage * 2 + written(3_000, 1)) is None
    assert found(THOUGHT, passage * 2 + passage[:600]).period == 3_000


def test_the_first_loop_of_the_new_text_is_reported_and_a_loop_may_be_left() -> None:
    rounds = CycleSearch(THOUGHT)
    assert rounds.feed("no no " * 200 + "yes yes " * 200) == Cycle(at=640, period=3, run=640)
    assert rounds.feed("yes yes " * 8) == Cycle(at=2_816, period=4, run=1_617)
    assert rounds.feed(written(5_000)) is None


@pytest.mark.parametrize("letters", [LATIN, CHINESE, EMOJI])
def test_a_long_stream_takes_no_more_room_than_a_short_one(letters: str) -> None:
    rounds, circling = CycleSearch(THOUGHT), CirclingSearch()
    for chunk in chunks(written(40_000, 1, letters) + written(500, 2, letters) * 40, seed=3):
        rounds.feed(chunk)
        circling.feed(chunk)
        assert sum(map(sys.getsizeof, vars(rounds).values())) <= 35 * 1024
        assert sum(map(sys.getsizeof, vars(circling).values())) <= 18 * 1024


@pytest.mark.parametrize("letters", [LATIN, CHINESE])
def test_the_same_words_for_the_third_time_are_a_hint(letters: str) -> None:
    words, circling = written(400, 1, letters), CirclingSearch()
    assert circling.feed(words + written(900, 2, letters) + words + written(1_500, 3, letters)) is None
    hint = circling.feed(words)
    assert hint is not None
    assert hint.times == 3
    assert 3_200 < hint.at <= 3_600
    assert circling.feed(written(900, 4, letters)) is None


@pytest.mark.parametrize(
    "text",
    [
        written(60_000),
        written(60_000, letters=CHINESE),
        "ha" * 2_000,
        "-" * 2_000,
        (written(110, 1) + written(3_000, 2)) * 2,
        "".join(written(5_000, seed) + written(400) for seed in range(1, 5)),
    ],
)
def test_what_comes_back_seldom_or_says_little_is_no_hint(text: str) -> None:
    assert CirclingSearch().feed(text) is None


def test_one_phrase_that_comes_back_is_a_manner_of_speaking() -> None:
    phrase = "Alternatively, perhaps I can think of the problem in terms of "
    assert CirclingSearch().feed("".join(phrase + written(1_218, seed) for seed in range(6))) is None

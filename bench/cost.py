"""What the text stage costs a token, beside plain checks and beside `list.append`, and what room it takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import process_time

from bench.naive import Naive
from bench.room import import_milliseconds, kibibytes
from bench.table import Figure
from bench.texts import CHINESE, EMOJI, code, letters, prose
from termination import Delta, Markers, Policy, Turn, Usage, budget, circling, loop, stop, timeouts

TOKENS, STRETCH, ROUNDS, PER_SECOND = 32_000, 1_000, 9, 100
FIRST_TOKEN, IDLE, TOTAL = 120.0, 60.0, 1800.0
STOP_TEXTS = ("\n\nQuestion:", "\nUser:", "END", "###", "<|eot|>", "Observation:", "STOP", "</answer>")
POLICY = Policy(
    Markers(("<think>",), ("</think>",)),
    ("<|im_end|>", "<|endoftext|>", "<|im_start|>", "</s>", "<s>"),
    end=timeouts(FIRST_TOKEN, IDLE, TOTAL)
    | stop(*STOP_TEXTS)
    | (loop() | circling()).during("thought")
    | loop().during("answer")
    | budget(2 * TOKENS),
)
HOW = (
    f"`Turn.feed` and `Turn.deadline` for each of {TOKENS:,} tokens of about four characters, from chunks that are "
    "there already; with markers, 5 special tokens, 8 stop texts, the loop guard, a budget and three clocks; processor "
    f"time, garbage collector on, the median of {ROUNDS} rounds, all ways in turns. Plain checks are bench/naive.py. "
    f"Growth is the cost of the last {STRETCH:,} tokens in that of the first. State is what a turn holds at the end "
    "beside the text shown. "
)
Times = list[float]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take a text in; `times` gives the processor seconds of each stretch of one run."""

    name: str
    times: Callable[[], Times]
    most: float | None = None
    most_growth: float | None = None


def measure() -> list[Figure]:
    """All figures; half a minute."""
    ways = [*_ours("prose", prose(TOKENS), most=2.0), *_ours("code with many `<`", code(TOKENS)), *_blank(), *_others()]
    rounds = [[way.times() for way in ways] for _ in range(ROUNDS + 1)][1:]  # the first one warms up
    measured = list(zip(ways, zip(*rounds, strict=True), strict=True))
    costs = [Figure(way.name, microseconds(times), "µs a token", most=way.most) for way, times in measured]
    growth = [Figure(f"growth, {way.name}", grown(times), most=way.most_growth) for way, times in measured]
    return [*costs, *growth, *_rooms(), Figure("import of `termination`", import_milliseconds(), "ms", most=50)]


def microseconds(rounds: Sequence[Times]) -> float:
    """Of a token."""
    return 1e6 * median(map(sum, rounds)) / (STRETCH * len(rounds[0]))


def grown(rounds: Sequence[Times]) -> float:
    """How many times the first stretch the last one costs."""
    return median(times[-1] for times in rounds) / median(times[0] for times in rounds)


def deltas(pieces: Sequence[str], field: str, usage: bool = True) -> list[Delta]:
    """A chunk for each token, with the server's count in each, as vLLM's `continuous_usage_stats` has it."""
    return [
        Delta(**{field: piece}, usage=Usage(number) if usage else None)  # type: ignore[arg-type]
        for number, piece in enumerate(pieces, 1)
    ]


def _ours(text: str, pieces: Sequence[str], most: float | None = None) -> list[Way]:
    return [
        Way(
            f"{phase}, {text}{', usage in each chunk' * usage}",
            partial(_turn_times, deltas(pieces, field, usage)),
            most,
            most_growth=most and 1.25,
        )
        for phase, field in (("thought", "reasoning"), ("answer", "content"))
        for usage in (False, True)
    ]


def _blank() -> list[Way]:
    """White space waits for a word, however much of it comes."""
    pieces = ["\n \n\n"] * TOKENS
    return [
        Way(f"{phase}, white space", partial(_turn_times, deltas(pieces, field, usage=False)), most_growth=1.25)
        for phase, field in (("thought", "reasoning"), ("answer", "content"))
    ]


def _others() -> list[Way]:
    pieces = prose(TOKENS)
    return [
        Way("plain checks, prose", partial(_naive_times, pieces)),
        Way("`list.append`", partial(_append_times, pieces)),
    ]


def _turn_times(chunks: Sequence[Delta]) -> Times:
    turn, times = Turn(POLICY, 0.0), Times()
    for begin in range(0, len(chunks), STRETCH):
        stretch, now, before = chunks[begin : begin + STRETCH], begin / PER_SECOND, process_time()
        for delta in stretch:
            turn.feed(delta, now)
            _ = turn.deadline
        times.append(process_time() - before)
    assert turn.ending is None
    return times


def _naive_times(pieces: Sequence[str]) -> Times:
    return _times(Naive((*STOP_TEXTS, "</think>"), TOTAL, 2 * TOKENS).feed, pieces)


def _append_times(pieces: Sequence[str]) -> Times:
    return _times(list[str]().append, pieces)


def _times(feed: Callable[[str], object], pieces: Sequence[str]) -> Times:
    times = Times()
    for begin in range(0, len(pieces), STRETCH):
        stretch, before = pieces[begin : begin + STRETCH], process_time()
        for piece in stretch:
            feed(piece)
        times.append(process_time() - before)
    return times


def _rooms() -> list[Figure]:
    texts = {"English": prose(TOKENS), "Chinese": letters(CHINESE, TOKENS), "emoji": letters(EMOJI, TOKENS)}
    return [
        Figure(f"state, {name}, {phase}", kibibytes(POLICY, chunks), "KiB", most=64)
        for name, pieces in texts.items()
        for phase, chunks in (("thought", deltas(pieces, "reasoning")), ("answer", both_phases(pieces)))
    ]


def both_phases(pieces: Sequence[str]) -> list[Delta]:
    """The first half as the thought, the second as the answer."""
    half = len(pieces) // 2
    return deltas(pieces[:half], "reasoning", usage=False) + deltas(pieces[half:], "content", usage=False)

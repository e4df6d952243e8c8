"""The cost of the text stage per token, compared with plain checks and `list.append`, and its memory."""

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
    "there already; with markers, 5 special tokens, 8 stop texts, the loop guard, a budget and timeouts. Times are "
    f"processor times with garbage collector, the median of {ROUNDS} rounds, all ways alternately. Plain checks are "
    f"bench/naive.py. Growth is the cost of the last {STRETCH:,} tokens divided by that of the first. State is the "
    "memory of a turn at its end, without the shown text. "
)
Times = list[float]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to process a text. `times` returns the processor seconds of each stretch of one run."""

    name: str
    times: Callable[[], Times]
    most: float | None = None
    most_growth: float | None = None


def measure() -> list[Figure]:
    """Measure all figures. This takes half a minute."""
    ways = [*_ours("prose", prose(TOKENS), most=4.0), *_ours("code with many `<`", code(TOKENS)), *_blank(), *_others()]
    rounds = [[way.times() for way in ways] for _ in range(ROUNDS + 1)][1:]  # the first one warms up
    measured = list(zip(ways, zip(*rounds, strict=True), strict=True))
    costs = [Figure(way.name, microseconds(times), "µs a token", most=way.most) for way, times in measured]
    increases = [Figure(f"growth, {way.name}", growth(times), most=way.most_growth) for way, times in measured]
    return [*costs, *increases, *_memory(), Figure("import of `termination`", import_milliseconds(), "ms", most=50)]


def microseconds(rounds: Sequence[Times]) -> float:
    """Return the microseconds per token."""
    return 1e6 * median(map(sum, rounds)) / (STRETCH * len(rounds[0]))


def growth(rounds: Sequence[Times]) -> float:
    """Return the cost of the last stretch divided by that of the first."""
    return median(times[-1] for times in rounds) / median(times[0] for times in rounds)


def deltas(pieces: Sequence[str], field: str, usage: bool = True) -> list[Delta]:
    """Return a chunk for each token. With `usage`, each has the server's count, as vLLM can send it."""
    counts = [Usage(number) if usage else None for number in range(1, len(pieces) + 1)]
    return [
        Delta(**{field: piece}, usage=count)  # type: ignore[arg-type]
        for piece, count in zip(pieces, counts, strict=True)
    ]


def _ours(text: str, pieces: Sequence[str], most: float | None = None) -> list[Way]:
    return [
        Way(
            f"{phase}, {text}{', usage in each chunk' * usage}",
            partial(_time_turn, deltas(pieces, field, usage)),
            most,
            most_growth=most and 1.25,
        )
        for phase, field in (("thought", "reasoning"), ("answer", "content"))
        for usage in (False, True)
    ]


def _blank() -> list[Way]:
    """Return the ways for white space, which is held back until a word comes."""
    pieces = ["\n \n\n"] * TOKENS
    return [
        Way(f"{phase}, white space", partial(_time_turn, deltas(pieces, field, usage=False)), most_growth=1.25)
        for phase, field in (("thought", "reasoning"), ("answer", "content"))
    ]


def _others() -> list[Way]:
    pieces = prose(TOKENS)
    return [
        Way("plain checks, prose", partial(_time_naive, pieces)),
        Way("`list.append`", partial(_time_append, pieces)),
    ]


def _time_turn(chunks: Sequence[Delta]) -> Times:
    turn, times = Turn(POLICY, 0.0), Times()
    for begin in range(0, len(chunks), STRETCH):
        stretch, now, before = chunks[begin : begin + STRETCH], begin / PER_SECOND, process_time()
        for delta in stretch:
            turn.feed(delta, now)
            _ = turn.deadline
        times.append(process_time() - before)
    assert turn.ending is None
    return times


def _time_naive(pieces: Sequence[str]) -> Times:
    return _time(Naive((*STOP_TEXTS, "</think>"), TOTAL, 2 * TOKENS).feed, pieces)


def _time_append(pieces: Sequence[str]) -> Times:
    return _time(list[str]().append, pieces)


def _time(feed: Callable[[str], object], pieces: Sequence[str]) -> Times:
    times = Times()
    for begin in range(0, len(pieces), STRETCH):
        stretch, before = pieces[begin : begin + STRETCH], process_time()
        for piece in stretch:
            feed(piece)
        times.append(process_time() - before)
    return times


def _memory() -> list[Figure]:
    texts = {"English": prose(TOKENS), "Chinese": letters(CHINESE, TOKENS), "emoji": letters(EMOJI, TOKENS)}
    return [
        Figure(f"state, {name}, {phase}", kibibytes(POLICY, chunks), "KiB", most=64)
        for name, pieces in texts.items()
        for phase, chunks in (("thought", deltas(pieces, "reasoning")), ("answer", both_phases(pieces)))
    ]


def both_phases(pieces: Sequence[str]) -> list[Delta]:
    """Return chunks with the first half as the thought, and the second half as the answer."""
    half = len(pieces) // 2
    return deltas(pieces[:half], "reasoning", usage=False) + deltas(pieces[half:], "content", usage=False)

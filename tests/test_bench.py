"""The arithmetic, the texts and the tables of the measurements are right."""

import math
import os
from collections.abc import Callable
from itertools import pairwise

import pytest

from bench.client import MODELS, OURS, RAW, figures_of
from bench.cost import growth, microseconds
from bench.model import END, burst_question, burst_turn, code_question, code_turn, pieces, question, turn
from bench.naive import Naive, is_repeating
from bench.room import kibibytes
from bench.server_cpu import cpu_seconds
from bench.stream_server import frames
from bench.table import Figure, Row, figures, notes, section, table
from bench.texts import code, javascript, prose
from bench.watched import lags_between
from chat.process.limits import read_limits
from chat.server.stream.decoder import Decoder
from termination import Delta, Policy
from tests.scripted_server import Content, Finish, Pause, Raw, Reasoning


def row(ours: list[float], cookbook: list[float], cap: float = math.inf) -> Row:
    return Row("a thing", "s", ours, cookbook, "with a clock.", cap)


@pytest.mark.parametrize(
    ("measured", "line"),
    [
        (row([0.1], [0.25]), "| a thing | 0.1 s | 0.25 s | 2.5 |"),
        (row([140, 150, 145], [290, 292.4, 291]), "| a thing | 145 s (140–150) | 291 s (290–292) | 2 |"),
        (row([0.5], [math.inf], 150), "| a thing | 0.5 s | > 150 s | > 300 |"),
    ],
)
def test_a_line_has_medians_spreads_and_a_ratio(measured: Row, line: str) -> None:
    assert table([measured]).splitlines()[2:] == [line]
    assert notes([measured]) == "- **a thing**: with a clock."


@pytest.mark.parametrize(
    ("figure", "line"),
    [
        (Figure("a token", 1.834, "µs", most=2), "| a token | 1.8 µs | at most 2 µs |"),
        (Figure("state", 58.94, "KiB", most=64), "| state | 58.9 KiB | at most 64 KiB |"),
        (Figure("files", 12_345, least=2_000), "| files | 12,345 | at least 2000 |"),
        (Figure("files", 1_999, least=2_000), "| files | 1,999 | at least 2000: not met |"),
        (Figure("a share", 3, "%", least=1, most=4.5), "| a share | 3 % | at least 1 %, at most 4.5 % |"),
        (Figure("plain checks", 67.7, "µs"), "| plain checks | 67.7 µs | – |"),
    ],
)
def test_a_figure_has_its_bound_beside_it(figure: Figure, line: str) -> None:
    assert figures([figure]).splitlines()[2:] == [line]


@pytest.mark.parametrize(("value", "kept"), [(0.9, False), (1, True), (2, True), (2.1, False)])
def test_a_bound_includes_its_value(value: float, kept: bool) -> None:
    assert Figure("a thing", value, least=1, most=2).kept is kept


def test_a_section_says_what_is_missing() -> None:
    whole, lacking = section([], "with a clock."), section([], "with a clock.", "No texts here.")
    assert whole.split("\n\n") == [figures([]), "How it was measured: with a clock."]
    assert lacking.split("\n\n") == [figures([]), "No texts here.", "How it was measured: with a clock."]


def test_microseconds_are_the_median_of_the_rounds() -> None:
    assert microseconds([[0.001, 0.003], [0.002, 0.004], [0.1, 0.1]]) == pytest.approx(3)


def test_growth_is_the_last_stretch_divided_by_the_first() -> None:
    assert growth([[1, 9, 2], [1, 9, 3], [1, 9, 2]]) == 2


def test_plain_checks_hold_back_a_stop_text_and_find_a_repetition() -> None:
    naive = Naive(["END"], seconds=60, most_tokens=100)
    assert [naive.feed(token) for token in ("a ", "E", "N", "x", "EN", "D")] == ["a ", "", "", "ENx", "", None]
    assert is_repeating("abcabcabc")
    assert not is_repeating("abcabcab")


@pytest.mark.parametrize("text", [prose, code, javascript])
def test_a_text_has_as_many_tokens_as_requested_and_is_the_same_each_time(text: Callable[[int], list[str]]) -> None:
    assert len(text(1_000)) == 1_000
    assert text(1_000) == text(1_000)
    assert 3 <= len("".join(text(1_000))) / 1_000 <= 5


def test_the_model_sends_as_much_as_the_question_says() -> None:
    steps = turn({"messages": [{"role": "user", "content": question(300, 400, 100)}]})
    answer = [step.text for step in steps if isinstance(step, Content)]
    assert sum(isinstance(step, Reasoning) for step in steps) == 300
    assert (len(answer), answer[-1], "".join(answer).count(END)) == (400, END, 1)
    assert sum(isinstance(step, Pause) for step in steps) == 701
    assert sum(isinstance(step, Finish) for step in steps) == 1


def test_the_model_streams_code_in_a_fence_without_an_end() -> None:
    steps = code_turn({"messages": [{"role": "user", "content": code_question(200, 100)}]})
    answer = [step.text for step in steps if isinstance(step, Content)]
    assert (len(answer), answer[0], answer[-1]) == (200, "```javascript\n", END)
    assert "".join(answer).count("```") == 1


def test_a_burst_has_as_many_chunks_as_requested_in_few_writes() -> None:
    steps = burst_turn({"messages": [{"role": "user", "content": burst_question(12_000)}]})
    writes = [step.data for step in steps if isinstance(step, Raw)]
    assert (len(writes), b"".join(writes).count(b"data: ")) == (3, 12_000)
    assert b"".join(writes).endswith(b'{"content":"\\u220e"}}]}\n\n')


def test_the_stream_server_sends_a_chunk_for_each_token_in_a_chunk_of_http() -> None:
    sent = frames(50)
    decoder, deltas = Decoder(read_limits()), []
    for frame in sent:
        size, _, rest = frame.partition(b"\r\n")
        assert (int(size, 16), rest[-2:]) == (len(rest) - 2, b"\r\n")
        deltas += decoder.feed(rest[:-2])
    texts = [delta for delta in deltas if isinstance(delta, Delta) and delta.content]
    assert "".join(delta.content for delta in texts) == "".join(prose(50))
    assert [delta.usage.completion for delta in texts if delta.usage] == list(range(1, 51))
    assert decoder.is_over


def test_the_cost_of_the_client_stage_is_compared_with_raw_bytes_and_with_models() -> None:
    blast = {RAW: [2, 1, 9], OURS: [4, 3, 5], MODELS: [50, 60, 70]}
    paced = {RAW: [30, 20], OURS: [50, 50], "tokens in one read": [1, 1]}
    figures = {each.what: each for each in figures_of({"blast": blast, "paced": paced})}
    assert figures["blast, ours divided by raw bytes"].value == 2
    assert figures["blast, models divided by ours"].value == 15
    assert figures["lock step, ours divided by raw bytes"].value == 2
    assert all(figure.kept for figure in figures.values())


def test_lags_are_those_of_the_timers_due_in_a_time_with_and_without_waits_and_as_work() -> None:
    rows = [(10.0, 0.5, 0.5, 0.1), (11.0, 0.2, 0.15, 0.04), (11.5, 0, 0.1, 0), (13.0, 1.2, 0, 1.1), (14.0, 0.1, 0, 0)]
    found = lags_between(rows, 10.5, 12.0)
    assert found.all == pytest.approx([200, 0, 1200])
    assert found.own == pytest.approx([50, 0, 1200])
    assert found.work == pytest.approx([40, 0, 1100])
    assert (found.longest(), found.share_below(0.5)) == pytest.approx((1200, 200))


def test_a_timer_that_has_not_run_yet_counts_as_a_lag() -> None:
    assert lags_between([(10.0, 0.0, 0.0, 0.0), (11.0, 0.0, 0.0, 0.0)], 10.5, 41.0).longest() == pytest.approx(30_000)


def test_a_long_text_does_not_repeat_itself() -> None:
    parts = "".join(pieces("one two three", 500)).split("\n\n")
    assert len(parts) > 50
    assert all(one != other for one, other in pairwise(parts))


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs Linux's /proc")
def test_processor_time_is_that_of_the_process() -> None:
    assert cpu_seconds(os.getpid()) == pytest.approx(sum(os.times()[:2]), abs=0.05)


def test_the_memory_of_a_turn_is_without_its_text() -> None:
    chunks = [Delta(content=f"{number:4} ") for number in range(5_000)]  # a list of them takes 40 KiB
    assert 0 < kibibytes(Policy(), chunks) < 32

"""The measurements' own arithmetic: what they say, count and write down."""

import math
import os
from itertools import pairwise

import pytest

from bench.model import END, pieces, question, turn
from bench.server_cpu import cpu_seconds
from bench.table import Row, notes, table
from tests.scripted_server import Content, Finish, Pause, Reasoning


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


def test_the_model_says_as_much_as_the_question_asks_for() -> None:
    said = turn({"messages": [{"role": "user", "content": question(300, 400, 100)}]})
    answer = [step.text for step in said if isinstance(step, Content)]
    assert sum(isinstance(step, Reasoning) for step in said) == 300
    assert (len(answer), answer[-1], "".join(answer).count(END)) == (400, END, 1)
    assert sum(isinstance(step, Pause) for step in said) == 701
    assert sum(isinstance(step, Finish) for step in said) == 1


def test_a_long_text_does_not_repeat_itself() -> None:
    parts = "".join(pieces("one two three", 500)).split("\n\n")
    assert len(parts) > 50
    assert all(one != other for one, other in pairwise(parts))


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs Linux's /proc")
def test_processor_time_is_that_of_the_process() -> None:
    assert cpu_seconds(os.getpid()) == pytest.approx(sum(os.times()[:2]), abs=0.05)

"""How far the page falls behind a fast server: a long answer full of formulas, in a browser."""

import math

from bench.model import START_SECONDS, question
from bench.tab import browser, seen_at
from bench.table import Row
from bench.ways import both_ways

THOUGHT, ANSWER, PER_SECOND, ROUNDS, CAP_SECONDS = 400, 3600, 500, 3, 150
HOW = (
    f"{THOUGHT} tokens of thought and {ANSWER} of answer with formulas, tables and code at {PER_SECOND} a second; "
    f"from the server's writing of the last text to that text on the page; {ROUNDS} rounds. "
    f"We wait for {CAP_SECONDS} s at most, and only once."
)


def measure() -> Row:
    text, seconds = question(THOUGHT, ANSWER, PER_SECOND), START_SECONDS + (THOUGHT + ANSWER) / PER_SECOND
    ours: list[float] = []
    cookbook: list[float] = []
    with both_ways() as ways, browser() as chromium:
        for _ in range(ROUNDS):
            for app, samples in ((ways.ours, ours), (ways.cookbook, cookbook)):
                if math.inf in samples:
                    continue
                at = seen_at(chromium, app.url, text, "said", seconds + CAP_SECONDS)
                samples.append(at - ways.model.said_at())
    return Row("last text of 4,000 tokens to that text on the page", "s", ours, cookbook, HOW, CAP_SECONDS)

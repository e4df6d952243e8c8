"""The delay of the page behind a fast server, in a browser, with a long answer full of formulas."""

import math

from bench.model import START_SECONDS, question
from bench.tab import browser, wait_until_seen
from bench.table import Row
from bench.ways import both_ways

THOUGHT, ANSWER, PER_SECOND, ROUNDS, CAP_SECONDS = 400, 3600, 500, 3, 150
HOW = (
    f"{THOUGHT} tokens of thought and {ANSWER} of answer with formulas, tables and code at {PER_SECOND} a second; "
    f"from the server's writing of the last text to that text on the page; {ROUNDS} rounds. "
    f"We wait for {CAP_SECONDS} s at most, and only once."
)


def measure() -> Row:
    """Measure both apps."""
    text, seconds = question(THOUGHT, ANSWER, PER_SECOND), START_SECONDS + (THOUGHT + ANSWER) / PER_SECOND
    ours: list[float] = []
    cookbook: list[float] = []
    with both_ways() as ways, browser() as chromium:
        for _ in range(ROUNDS):
            for app, samples in ((ways.ours, ours), (ways.cookbook, cookbook)):
                if math.inf in samples:
                    continue
                at = wait_until_seen(chromium, app.url, text, "said", seconds + CAP_SECONDS)
                samples.append(at - ways.model.read_end_time())
    return Row("last text of 4,000 tokens to that text on the page", "s", ours, cookbook, HOW, CAP_SECONDS)

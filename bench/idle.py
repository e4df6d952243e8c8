"""From the server's finish chunk to the page at rest, in a browser, after a turn of ordinary length."""

from bench.model import START_SECONDS, question
from bench.tab import browser, seen_at
from bench.table import Row
from bench.ways import both_ways

THOUGHT, ANSWER, PER_SECOND, TURNS, CAP_SECONDS = 300, 300, 100, 10, 60
HOW = (
    f"{THOUGHT} tokens of thought and {ANSWER} of answer at {PER_SECOND} a second, in a fresh tab each time; "
    f"from the server's writing of the chunk with `finish_reason` to the Stop button gone, so with all that "
    f"the page had still to draw; {TURNS} turns."
)


def measure() -> Row:
    text, seconds = question(THOUGHT, ANSWER, PER_SECOND), START_SECONDS + (THOUGHT + ANSWER) / PER_SECOND
    ours: list[float] = []
    cookbook: list[float] = []
    with both_ways() as ways, browser() as chromium:
        for _ in range(TURNS):
            for app, samples in ((ways.ours, ours), (ways.cookbook, cookbook)):
                at = seen_at(chromium, app.url, text, "idle", seconds + CAP_SECONDS)
                samples.append(at - ways.model.said_at())
    return Row("finish chunk to idle page", "s", ours, cookbook, HOW, CAP_SECONDS)

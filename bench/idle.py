"""The time from the server's finish chunk to the idle page, in a browser, after a turn of ordinary length."""

from bench.model import START_SECONDS, question
from bench.tab import browser, wait_until_seen
from bench.table import Row
from bench.ways import both_ways

THOUGHT, ANSWER, PER_SECOND, TURNS, CAP_SECONDS = 300, 300, 100, 10, 60
HOW = (
    f"{THOUGHT} tokens of thought and {ANSWER} of answer at {PER_SECOND} a second, in a fresh tab each time; "
    f"from the server's writing of the chunk with `finish_reason` to the Stop button gone, so with all that "
    f"the page had still to draw; {TURNS} turns."
)


def measure() -> Row:
    """Measure both apps."""
    text, seconds = question(THOUGHT, ANSWER, PER_SECOND), START_SECONDS + (THOUGHT + ANSWER) / PER_SECOND
    ours: list[float] = []
    cookbook: list[float] = []
    with both_ways() as ways, browser() as chromium:
        for _ in range(TURNS):
            for app, samples in ((ways.ours, ours), (ways.cookbook, cookbook)):
                at = wait_until_seen(chromium, app.url, text, "idle", seconds + CAP_SECONDS)
                samples.append(at - ways.model.read_end_time())
    return Row("finish chunk to idle page", "s", ours, cookbook, HOW, CAP_SECONDS)

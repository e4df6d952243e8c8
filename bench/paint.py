"""The cost of drawing a reply on the page, by kind of text and by length."""

import asyncio
import importlib
import warnings
from collections.abc import Sequence
from time import process_time
from typing import Any

from bench.table import Figure
from termination import AnswerDelta, PhaseChanged, TextPhase, ThoughtDelta
from tests.page.nasty_markdown import KINDS
from tests.page.session import Session

TITLE = "Cost of the page's text"
TOKEN, TOKENS_A_FRAME, ROUNDS = 4, 5, 5
SHORT, MIDDLE, LONG = 2_000, 20_000, 200_000
REPEATS = {SHORT: 20, MIDDLE: 4, LONG: 1}  # in one round, for the short ones take no time
MEASURED = (
    "prose",
    "code in backticks",
    "code in tildes",
    "a table",
    "a table of formulas",
    "formulas",
    "formulas on one line",
    "a list",
    "nested lists",
    "one long line",
)
HOW = (
    f"tokens of {TOKEN} characters through the page's `ReplyView` in a real Chainlit session that sends nothing, with "
    f"a frame for each {TOKENS_A_FRAME}, as at 100 tokens a second; processor time, the least of {ROUNDS} rounds, all "
    "kinds alternately. Growth is the cost of a character in the longer text divided by that in the text of 2 KB. "
)
DELTAS = {"thought": ThoughtDelta, "answer": AnswerDelta}


def measure() -> list[Figure]:
    """Measure all figures. This takes a minute or two."""
    with warnings.catch_warnings(action="ignore"):
        sockets, sessions = map(importlib.import_module, ("chainlit.socket", "chainlit.session"))
    session = _Silent(sockets, sessions)
    return asyncio.run(_measure(session))


class _Silent(Session):
    """A session that drops its events."""

    async def _emit(self, event: str, data: Any, *_: object) -> None:
        pass


async def _measure(session: Session) -> list[Figure]:
    importlib.import_module("chainlit.context").init_ws_context(session.real)
    phases: Sequence[TextPhase] = ("thought", "answer")
    measured = [(phase, kind) for phase in phases for kind in MEASURED]
    rounds = [[await _measure_costs(phase, kind) for phase, kind in measured] for _ in range(ROUNDS)]
    await session.real.delete()
    figures = []
    for (phase, kind), costs in zip(measured, zip(*rounds, strict=True), strict=True):
        short, middle, long = map(min, zip(*costs, strict=True))
        what = f"{phase}, {kind}"
        figures.append(Figure(f"{what}, 2 KB", short, "µs a character"))
        figures.append(Figure(f"{what}, growth to 20 KB", middle / short, most=1.3))
        figures.append(Figure(f"{what}, growth to 200 KB", long / short, most=1.3))
    return figures


async def _measure_costs(phase: TextPhase, kind: str) -> list[float]:
    """Return the microseconds per character at each length."""
    costs = []
    for length, repeats in REPEATS.items():
        text = KINDS[kind](length)
        seconds = [await _measure_seconds(phase, text) for _ in range(repeats)]
        costs.append(1e6 * sum(seconds) / repeats / length)
    return costs


async def _measure_seconds(phase: TextPhase, text: str) -> float:
    delta, frame = DELTAS[phase], TOKEN * TOKENS_A_FRAME
    view = importlib.import_module("chat.page.view.reply_view").ReplyView("live", "en", True)
    async with view.open_round() as opened:
        view.show(PhaseChanged(phase))
        await opened.paint()
        before = process_time()
        for start in range(0, len(text), frame):
            for token in range(start, min(start + frame, len(text)), TOKEN):
                view.show(delta(text[token : token + TOKEN]))
            await opened.paint()
        return process_time() - before

"""The processor time of the whole app per token, with our decoder and with the models of the client library."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from statistics import median

from bench.model import model
from bench.server_cpu import ANSWER, ROUNDS, THOUGHT, measure_microseconds
from bench.server_cpu import HOW as LOAD
from bench.table import Figure
from tests.browser.running_app import ROOT, RunningApp, copy_of_the_house, running_app

TITLE = "The app with the client library's models"
HOW = (
    "The same app twice, alternately. In the second one, each chunk becomes an object of the openai client "
    f"(bench/model_deltas.py), then a delta; all else is ours. Load and time: {LOAD} "
)
_HOOK = "\n\nimport model_deltas\n\nmodel_deltas.install()\n"


def measure() -> list[Figure]:
    """Measure both apps."""
    with tempfile.TemporaryDirectory() as folder, model() as served:
        ours, theirs = copy_of_the_house(Path(folder, "ours")), make_models_app(Path(folder, "models"))
        with running_app(ours, served.base_url) as our_app, running_app(theirs, served.base_url) as models_app:
            measured = asyncio.run(_measure_rounds(our_app, models_app))
    ours_median, models_median = map(median, measured)
    return [
        Figure("the app, our decoder", ours_median, "µs a token"),
        Figure("the app, the client library's models", models_median, "µs a token"),
        Figure("models divided by ours", models_median / ours_median),
    ]


def make_models_app(root: Path) -> Path:
    """Write the folder of our app with the client library's models, and return it."""
    copy_of_the_house(root)
    shutil.copy(ROOT / "bench/model_deltas.py", root)
    with (root / "app.py").open("a") as app:
        app.write(_HOOK)
    return root


async def _measure_rounds(*apps: RunningApp) -> list[list[float]]:
    """Return the microseconds of each app in each round."""
    for app in apps:
        await measure_microseconds(app, 10, 10)  # the first turn of a process imports modules
    rounds = [[await measure_microseconds(app, THOUGHT, ANSWER) for app in apps] for _ in range(ROUNDS)]
    return [list(each) for each in zip(*rounds, strict=True)]

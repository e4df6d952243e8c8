"""The command `python -m bench`. A run of all parts is written to bench/results.md, a run of some is printed."""

import argparse
import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import burst, client, cost, hostile, idle, lag, loops, models, paint, server_cpu, stall
from bench.tab import BROWSERS
from bench.table import Figure, Row, figures, notes, section, table

WAYS = {"server_cpu": server_cpu, "idle": idle, "lag": lag}  # ours and the cookbook's
CORE = {"loops": loops, "cost": cost}  # the core by itself
APP = {
    "stall": stall,
    "burst": burst,
    "client": client,
    "models": models,
    "paint": paint,
    "hostile": hostile,
}  # our app under load
PARTS = [*WAYS, *APP, *CORE]
RESULTS = Path(__file__).with_name("results.md")

PAGE = """# Measurements

Written by `make bench` on {date}. Ours is `app.py`; cookbook style is `bench/cookbook_app.py`, a chat as in
Chainlit's cookbook, which sends every token to the page on its own. Each figure is a median, with the smallest and the
largest in brackets. The ratio is theirs divided by ours.

{table}

How it was measured: both apps in the same run, alternately, each under `chainlit run`, with a scripted model server in
a third process.

{notes}

{app}

## The loop guard

{loops}

## Cost of the text stage

{cost}

With {versions}, on {machine}. Another machine, or a busier one, gives other figures.
"""


def main() -> None:
    """Measure the chosen parts, and report the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; by default all")
    chosen = parser.parse_args().parts or PARTS
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    rows = [_measure_row(name) for name in WAYS if name in chosen]
    measured = {name: _measure_figures(name) for name in (*APP, *CORE) if name in chosen}
    tables = [*map(figures, measured.values())]
    if rows:
        tables.insert(0, table(rows))
    print(*tables, sep="\n\n")
    if set(chosen) == set(PARTS):
        RESULTS.write_text(_page(rows, measured))
        print("Written to bench/results.md")


def _measure_row(name: str) -> Row:
    print(f"{name}: {WAYS[name].HOW}", flush=True)
    return WAYS[name].measure()


def _measure_figures(name: str) -> list[Figure]:
    part = {**APP, **CORE}[name]
    print(f"{name}: {part.HOW}", flush=True)
    return part.measure()


def _page(rows: list[Row], measured: dict[str, list[Figure]]) -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("chainlit", "openai"))
    return PAGE.format(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        table=table(rows),
        notes=notes(rows),
        app="\n\n".join(f"## {part.TITLE}\n\n{section(measured[name], part.HOW)}" for name, part in APP.items()),
        loops=section(measured["loops"], loops.HOW, loops.missing_texts()),
        cost=section(measured["cost"], cost.HOW),
        versions=f"Python {platform.python_version()}, {libraries}, {_browser()}",
        machine=f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
    )


def _browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)))
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
    return " ".join(said.split()[:2])


if __name__ == "__main__":
    main()

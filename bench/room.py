"""The memory of a turn besides its text, and the time to import the core."""

import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from termination import Delta, Policy, Turn

STARTS = 15
ROOT = Path(__file__).parents[1]
TAKEN = "from time import perf_counter as now; begun = now(); import termination; print(now() - begun)"


def kibibytes(policy: Policy, chunks: Sequence[Delta]) -> float:
    """Return the memory of a turn after these chunks, without the list of shown texts and the texts in it."""
    gc.collect()
    tracemalloc.start()
    turn = Turn(policy, 0.0)
    for delta in chunks:
        turn.feed(delta, 0.0)
    assert turn.ending is None
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    theirs = {id(text) for delta in chunks for text in (delta.reasoning, delta.content)}
    for shown in turn._transcript._texts.values():  # the lists are nowhere public
        held -= sys.getsizeof(shown) + sum(sys.getsizeof(text) for text in shown if id(text) not in theirs)
    return held / 1024


def import_milliseconds() -> float:
    """Return the time to import the core and its imports, in a new interpreter."""
    return 1000 * median(_import_seconds() for _ in range(STARTS))


def _import_seconds() -> float:
    done = subprocess.run([sys.executable, "-c", TAKEN], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)

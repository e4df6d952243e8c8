"""What a turn holds in memory beside the text, and what the import of the core takes."""

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
    """What a turn holds after these chunks, less the list of what it has shown and the texts in it."""
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
    for shown in vars(turn)["_texts"].values():
        held -= sys.getsizeof(shown) + sum(sys.getsizeof(text) for text in shown if id(text) not in theirs)
    return held / 1024


def import_milliseconds() -> float:
    """In a fresh interpreter, from its start-up on, with what the core itself imports."""
    return 1000 * median(_import_seconds() for _ in range(STARTS))


def _import_seconds() -> float:
    done = subprocess.run([sys.executable, "-c", TAKEN], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)

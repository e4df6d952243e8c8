"""The start of a process: its imports, before the first chat or command, so that none waits longer than it must."""

import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager

# The openai client loads these modules at the first question.
_LOADED_LATE = (
    "openai.resources.chat.chat",
    "openai.resources.chat.completions.completions",
    "openai.resources.completions",
)


@contextmanager
def importing() -> Iterator[None]:
    """Turn off garbage collection while the block imports, and exclude its objects from later collections.

    Imports make many objects that stay. Collecting them takes a tenth of the start of a command.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def prepare() -> None:
    """Import what the first question would import, then exclude all objects so far from garbage collection.

    A full collection visits a quarter of a million objects of the libraries, and meanwhile every chat waits.
    """
    for name in _LOADED_LATE:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()

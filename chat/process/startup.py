"""The preparation of the app before its first chat, so that no chat waits for it."""

import gc
import importlib

# The openai client loads these modules at the first question.
_LOADED_LATE = (
    "openai.resources.chat.chat",
    "openai.resources.chat.completions.completions",
    "openai.resources.completions",
)


def prepare() -> None:
    """Import what the first question would import, then exclude all objects so far from garbage collection.

    A full collection visits a quarter of a million objects of the libraries, and meanwhile every chat waits.
    """
    for name in _LOADED_LATE:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()

"""What the app does before its first chat, so that no chat waits for it."""

import gc
import importlib

# The client loads the resources that an app uses when they are used.
_LOADED_LATE = (
    "openai.resources.chat.chat",
    "openai.resources.chat.completions.completions",
    "openai.resources.completions",
)


def prepare() -> None:
    """Load what the first question would load, then let the garbage collector skip all that is loaded.

    A full collection visits a quarter of a million objects of the libraries, and all chats stand still meanwhile.
    """
    for name in _LOADED_LATE:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()

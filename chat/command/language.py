"""The language of a command's sentences: that of the shell's locale."""

import os

from chat.words.texts import Language, language

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first one that is set counts, as POSIX says


def shell_language() -> Language:
    """Return Chinese for every kind of Chinese locale, else English."""
    return language(next(filter(None, map(os.environ.get, _VARIABLES)), None))

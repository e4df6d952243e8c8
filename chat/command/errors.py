"""Errors of the command line, on standard error."""

import sys


def show_error(text: str) -> None:
    """Print one sentence, with the program's name before it."""
    print(f"fullstop: {text}", file=sys.stderr)

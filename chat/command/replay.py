"""The command `fullstop replay`: a profile, a mode, and file after file."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from chat.command.errors import show_error
from chat.command.profiles import find_mode, find_profile
from chat.launch.house import ROOT, read_environment
from chat.profiles.modes import choose, policy
from chat.replay.replay import replay
from chat.replay.report import as_json, as_text


def replay_files(files: Sequence[str], profile_name: str | None, mode_name: str | None, in_json: bool) -> bool:
    """Print how each recorded response ends. True if all files could be read; `-` is standard input.

    Raises:
        Trouble: if there is no such profile or mode.
    """
    os.environ.update(read_environment(ROOT))  # a profile may use variables of .env, as in `fullstop chat`
    profile = find_profile(profile_name or os.environ.get("FULLSTOP_PROFILE") or "")
    mode = choose("", None, profile).mode if mode_name is None else find_mode(mode_name, profile)
    limits = policy(profile, mode)
    report = as_json if in_json else as_text
    all_read = True
    for file in files:
        try:
            recorded = read_response(file)
        except OSError as error:
            show_error(f"{file}: {error.strerror or error}")
            all_read = False
        else:
            print(report(file, replay(recorded, limits)), flush=True)
    return all_read


def read_response(file: str) -> bytes:
    """Return the bytes of a recorded response."""
    if file == "-":
        return sys.stdin.buffer.read()
    return Path(file).read_bytes()

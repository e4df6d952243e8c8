"""The command `fullstop replay`: which profile, which mode, and then file by file."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from chat.launch.house import ROOT, settings
from chat.launch.trouble import Trouble
from chat.profiles.modes import choose, policy
from chat.profiles.profile import Profile
from chat.profiles.read import read_profile
from chat.profiles.yaml_file import ProfileError
from chat.replay.replay import replay
from chat.replay.report import as_json, as_text
from chat.words.texts import profile_text

PROFILES = ROOT / "profiles"
NEUTRAL = {
    "name": "neutral",
    "model": "any",
    "endpoint": {"base_url": "http://localhost:8000/v1"},
    "thinking": {"open": "<think>", "close": "</think>"},
    "modes": {"FULL": {}, "THINK_ONLY": {}},
    "end": {"clocks": {"first_token": "off", "idle": "off", "total": "off"}},
}


@dataclass(frozen=True, slots=True)
class Replay:
    """What the command line says; a file called `-` is standard input."""

    files: tuple[str, ...]
    profile: str | None
    mode: str | None
    json: bool


def replay_files(chosen: Replay) -> bool:
    """Prints how each file ended, and whether all could be read. Raises Trouble for the profile and the mode."""
    os.environ.update(settings(ROOT))  # a profile may name variables that stand in .env, as in `fullstop chat`
    profile = chosen_profile(chosen.profile or os.environ.get("FULLSTOP_PROFILE"))
    held_to = policy(profile, chosen_mode(chosen.mode, profile))
    all_read = True
    for file in chosen.files:
        try:
            recorded = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            print(f"fullstop: {file}: {error.strerror or error}", file=sys.stderr)
            all_read = False
        else:
            played = replay(recorded, held_to)
            print(as_json(file, played) if chosen.json else as_text(file, played), flush=True)
    return all_read


def chosen_profile(named: str | None) -> Profile:
    """A profile of the app's folder by its name, any other by its path, without either a neutral one."""
    if not named:
        return Profile.model_validate(NEUTRAL)
    ours = {path.stem: path for path in sorted(PROFILES.glob("[!._]*.yaml"))}
    path = ours.get(named, Path(named))
    if named not in ours and not path.exists():
        raise Trouble(f"There is no profile {named}. Write the path of a YAML file, or one of: {listed(ours)}.")
    try:
        return read_profile(path)
    except ProfileError as problem:
        text = profile_text(problem, "en").replace("`", "")
        place = f"profiles/{problem.file}" if named in ours else named
        raise Trouble(" ".join(text.replace(f"profiles/{problem.file}", place, 1).split())) from None


def chosen_mode(named: str | None, profile: Profile) -> str:
    """The mode of that name, however written; without a name the one that a chat starts in."""
    if named is None:
        return choose("", None, profile).mode
    wanted = plain(named)
    found = next((name for name in profile.modes if plain(name) == wanted), None)
    if found is None:
        raise Trouble(f"There is no mode {named}. The modes of this profile are: {listed(profile.modes)}.")
    return found


def plain(mode: str) -> str:
    return mode.strip().upper().replace("-", "_").replace(" ", "_")


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)

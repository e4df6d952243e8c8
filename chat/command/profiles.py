"""The profile that a command names, read from the app's folder or from a path."""

from collections.abc import Iterable
from pathlib import Path

from chat.launch.house import ROOT
from chat.launch.trouble import Trouble
from chat.profiles.profile import Profile
from chat.profiles.read import read_profile
from chat.profiles.shelf import Profiles, Shelf
from chat.profiles.yaml_file import ProfileError
from chat.words.texts import say

PROFILES = ROOT / "profiles"
NEUTRAL = {
    "name": "neutral",
    "model": "any",
    "endpoint": {"base_url": "http://localhost:8000/v1"},
    "thinking": {"open": "<think>", "close": "</think>"},
    "modes": {"FULL": {}, "THINK_ONLY": {}},
    "end": {"clocks": {"first_token": "off", "idle": "off", "total": "off"}},
}


def find_profile(name: str) -> Profile:
    """Return the profile of that name in the app's folder, or else the one at that path; for "" a neutral one.

    Raises:
        Trouble: if there is no such profile, or if it cannot be read.
    """
    if not name:
        return Profile.model_validate(NEUTRAL)
    ours = {path.stem: path for path in sorted(PROFILES.glob("[!._]*.yaml"))}
    path = ours.get(name, Path(name))
    if name not in ours and not path.exists():
        raise Trouble(f"There is no profile {name}. Write the path of a YAML file, or one of: {join_names(ours)}.")
    try:
        return read_profile(path)
    except ProfileError as problem:
        shown = f"profiles/{problem.file}"
        sentence = profile_problem(problem)
        if name not in ours:
            sentence = sentence.replace(shown, name, 1)
        raise Trouble(" ".join(sentence.split())) from None


def read_folder() -> Shelf:
    """Return the profiles of the app's folder, and the problems of those that cannot be read."""
    return Profiles(PROFILES).read()


def profile_problem(problem: ProfileError) -> str:
    """Return the sentence for a profile that cannot be read, without Markdown."""
    return say(problem.sentence, "en").replace("`", "")


def join_names(names: Iterable[str]) -> str:
    """Return names for a sentence, separated by commas."""
    return ", ".join(names)

"""The profile that a command names, read from the app's folder or from a path."""

from collections.abc import Iterable
from pathlib import Path

from chat.command.errors import show_error
from chat.launch.house import ROOT
from chat.launch.trouble import Trouble
from chat.profiles.folders import Folders, find_folders
from chat.profiles.profile import Profile
from chat.profiles.read import read_profile
from chat.profiles.shelf import Profiles, Shelf, list_files
from chat.profiles.yaml_file import ProfileError
from chat.words.texts import Language, plain, say

PROFILES = ROOT / "profiles"
NEUTRAL = {
    "name": "neutral",
    "model": "any",
    "endpoint": {"base_url": "http://localhost:8000/v1"},
    "thinking": {"open": "<think>", "close": "</think>"},
    "modes": {"FULL": {}, "THINK_ONLY": {}},
    "end": {"clocks": {"first_token": "off", "idle": "off", "total": "off"}},
}


def find_profile(name: str, lang: Language = "en") -> Profile:
    """Return the profile of that name in the app's folder, or else the one at that path; for "" a neutral one.

    Raises:
        Trouble: if there is no such profile, or if it cannot be read.
    """
    if not name:
        return Profile.model_validate(NEUTRAL)
    folders = find_folders(PROFILES)
    _report_folder(folders, lang)
    ours = {path.stem: path for folder in folders.all for path in list_files(folder) if path.stem[0] != "_"}
    path = ours.get(name, Path(name))
    if name not in ours and not path.exists():
        raise Trouble(plain("command.no_profile", lang, name=name, known=join_names(ours)))
    try:
        return read_profile(path, folders.all)
    except ProfileError as problem:
        raise Trouble(" ".join(profile_problem(problem, lang).split())) from None


def read_folder() -> Shelf:
    """Return the profiles of the shipped and of the owner's folder, and the problems of those that cannot be read."""
    folders = find_folders(PROFILES)
    _report_folder(folders, "en")
    return Profiles(folders).read()


def _report_folder(folders: Folders, lang: Language) -> None:
    if problem := folders.problem():
        show_error(plain(problem, lang))


def profile_problem(problem: ProfileError, lang: Language = "en") -> str:
    """Return the sentence for a profile that cannot be read, without Markdown."""
    return say(problem.sentence, lang).replace("`", "")


def find_mode(name: str, profile: Profile, lang: Language = "en") -> str:
    """Return the mode of that name, in any spelling.

    Raises:
        Trouble: if the profile has no such mode.
    """
    for mode in profile.modes:
        if _spelling(mode) == _spelling(name):
            return mode
    raise no_mode(name, profile, lang)


def no_mode(name: str, profile: Profile, lang: Language = "en") -> Trouble:
    """Return the problem that the profile has no such mode."""
    return Trouble(plain("command.no_mode", lang, name=name, known=join_names(profile.modes)))


def _spelling(mode: str) -> str:
    return mode.strip().upper().replace("-", "_").replace(" ", "_")


def join_names(names: Iterable[str]) -> str:
    """Return names for a sentence, separated by commas."""
    return ", ".join(names)

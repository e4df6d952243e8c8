"""The folder of profiles: read afresh each turn, the last good one of each kept."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from chat.profiles.profile import Profile
from chat.profiles.read import read_profile
from chat.profiles.yaml_file import ProfileError

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The profiles there are now, by file name without ending, and what is wrong with the others."""

    profiles: dict[str, Profile]
    problems: dict[str, ProfileError]


class Profiles:
    """Reads the folder again when a file in it has changed; a broken edit never replaces the last good profile.

    A file whose name begins with `_` is a base that others extend, and is not offered itself.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamps: dict[str, Stamp] = {}
        self._good: dict[str, Profile] = {}
        self._problems: dict[str, ProfileError] = {}

    def read(self) -> Shelf:
        """What the folder holds at this moment."""
        found = sorted(self._folder.glob("[!.]*.yaml"))  # not an editor's own, such as Emacs's dangling .#name.yaml
        files = {path.stem: path for path in found if path.is_file()}
        stamps = {name: _stamp(path) for name, path in files.items()}
        if stamps != self._stamps:
            self._stamps = stamps
            self._read({name: path for name, path in files.items() if not name.startswith("_")})
        return Shelf(dict(self._good), dict(self._problems))

    def _read(self, files: dict[str, Path]) -> None:
        good, self._problems = self._good, {}
        self._good = {}
        for name, path in files.items():
            try:
                self._good[name] = read_profile(path)
            except ProfileError as problem:
                self._problems[name] = problem
                if name in good:
                    self._good[name] = good[name]


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def first_profile(shelf: Shelf, served: Collection[str]) -> str:
    """The profile a chat starts with: FULLSTOP_PROFILE, else one of the `served`, else the first."""
    if (named := os.environ.get("FULLSTOP_PROFILE", "")) in shelf.profiles:
        return named
    known = [name for name in shelf.profiles if name in served]
    return max(known, key=lambda name: _likeness(name, shelf.profiles[name]), default=next(iter(shelf.profiles), ""))


def _likeness(name: str, profile: Profile) -> int:
    """How much of the model's name the file's name is: with VLLM_MODEL every shipped profile has the same model."""
    return len(name) if profile.model.rpartition("/")[2].lower().startswith(name.lower()) else 0

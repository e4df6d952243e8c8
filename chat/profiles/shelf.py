"""The folders of profiles. They are read again for each turn, and the last good version of each profile is kept."""

from dataclasses import dataclass
from pathlib import Path

from chat.profiles.folders import Folders
from chat.profiles.profile import Profile
from chat.profiles.read import read_profile
from chat.profiles.sentence import Sentence
from chat.profiles.yaml_file import ProfileError

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The usable profiles, by file name without ending, and the problems of the other files.

    `folder_problem` says why the owner's folder cannot be read.
    """

    profiles: dict[str, Profile]
    problems: dict[str, ProfileError]
    folder_problem: Sentence | None = None


class Profiles:
    """Folders of profiles, read again when a file in them has changed. A broken edit keeps the last good profile.

    A file whose name begins with `_` is a base for others, and is not offered itself.
    """

    def __init__(self, folders: Folders | Path) -> None:
        self._folders = Folders(folders) if isinstance(folders, Path) else folders
        self._stamps: dict[Path, Stamp] = {}
        self._good: dict[str, Profile] = {}
        self._problems: dict[str, ProfileError] = {}

    def read(self) -> Shelf:
        """Return the profiles that are in the folders now."""
        found = [path for folder in self._folders.all for path in list_files(folder)]
        stamps = {path: _stamp(path) for path in found}
        if stamps != self._stamps:
            self._stamps = stamps
            files = {path.stem: path for path in found}
            self._read({name: files[name] for name in sorted(files) if not name.startswith("_")})
        return Shelf(dict(self._good), dict(self._problems), self._folders.problem())

    def _read(self, files: dict[str, Path]) -> None:
        good, self._problems = self._good, {}
        self._good = {}
        for name, path in files.items():
            try:
                self._good[name] = read_profile(path, self._folders.all)
            except ProfileError as problem:
                self._problems[name] = problem
                if name in good:
                    self._good[name] = good[name]


def list_files(folder: Path) -> list[Path]:
    """Return the files of a folder that may be profiles or bases; none if it cannot be read."""
    try:  # files of editors begin with a dot, such as the dangling link .#name.yaml of Emacs
        return [path for path in sorted(folder.glob("[!.]*.yaml")) if path.is_file()]
    except OSError:
        return []


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return status.st_mtime_ns, status.st_size

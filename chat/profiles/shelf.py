"""The folder of profiles. It is read again for each turn, and the last good version of each profile is kept."""

from dataclasses import dataclass
from pathlib import Path

from chat.profiles.profile import Profile
from chat.profiles.read import read_profile
from chat.profiles.yaml_file import ProfileError

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The usable profiles, by file name without ending, and the problems of the other files."""

    profiles: dict[str, Profile]
    problems: dict[str, ProfileError]


class Profiles:
    """A folder of profiles, read again when a file in it has changed. A broken edit keeps the last good profile.

    A file whose name begins with `_` is a base for others, and is not offered itself.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamps: dict[str, Stamp] = {}
        self._good: dict[str, Profile] = {}
        self._problems: dict[str, ProfileError] = {}

    def read(self) -> Shelf:
        """Return the profiles that are in the folder now."""
        found = sorted(
            self._folder.glob("[!.]*.yaml")
        )  # files of editors begin with a dot, such as the dangling link .#name.yaml of Emacs
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

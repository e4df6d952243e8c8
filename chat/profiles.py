"""The folder of profiles: read afresh each turn, the last good one of each kept."""

from dataclasses import dataclass
from pathlib import Path

from chat.profile import Profile
from chat.profile_file import ProfileError, read_profile

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The profiles there are now, by file name without ending, and what is wrong with the others."""

    profiles: dict[str, Profile]
    problems: dict[str, ProfileError]


class Profiles:
    """Reads again what changed on disk; a broken edit never replaces the last good profile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamps: dict[str, Stamp] = {}
        self._good: dict[str, Profile] = {}
        self._problems: dict[str, ProfileError] = {}

    def read(self) -> Shelf:
        """What the folder holds at this moment."""
        found = sorted(self._folder.glob("[!.]*.yaml"))  # not an editor's own, such as Emacs's dangling .#name.yaml
        files = {path.stem: path for path in found if path.is_file()}
        for gone in set(self._stamps) - set(files):
            del self._stamps[gone]
            self._good.pop(gone, None)
            self._problems.pop(gone, None)
        for name, path in files.items():
            self._refresh(name, path)
        return Shelf({name: self._good[name] for name in files if name in self._good}, dict(self._problems))

    def _refresh(self, name: str, path: Path) -> None:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        if self._stamps.get(name) == stamp:
            return
        self._stamps[name] = stamp
        try:
            self._good[name] = read_profile(path)
            self._problems.pop(name, None)
        except ProfileError as problem:
            self._problems[name] = problem

"""The folders of profiles: the shipped ones, and those of the person who runs the page."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from chat.profiles.sentence import Sentence

VARIABLE = "FULLSTOP_PROFILES"
_INSTALLED = Path(__file__).absolute().parents[1] / "house" / "profiles"  # in a wheel


@dataclass(frozen=True, slots=True)
class Folders:
    """The folder of the `shipped` profiles and the owner's `own`; None if that is the same one.

    `is_named` is true if the environment names the owner's folder.
    """

    shipped: Path
    own: Path | None = None
    is_named: bool = False

    @property
    def all(self) -> tuple[Path, ...]:
        """Return the folders; of two files with the same name, that in the later one wins."""
        return (self.shipped, self.own) if self.own else (self.shipped,)

    @property
    def writable(self) -> Path:
        """Return the folder that a new profile is written to."""
        return self.own or self.shipped

    def find(self, name: str) -> Path | None:
        """Return the file of that name, the owner's first; None if there is none."""
        return next((path for each in reversed(self.all) if os.path.lexists(path := each / name)), None)

    def problem(self) -> Sentence | None:
        """Return the sentence for a named folder that does not exist or cannot be read."""
        if not self.is_named or self.own is None:
            return None
        try:
            next(self.own.iterdir(), None)
        except OSError as error:
            facts = {"folder": short_path(self.own), "problem": error.strerror or str(error)}
            return Sentence("profile.folder", facts)
        return None


def find_folders(shipped: Path, environment: Mapping[str, str] = os.environ) -> Folders:
    """Return the folders of an app: the owner's one is FULLSTOP_PROFILES, or the default one."""
    if named := environment.get(VARIABLE, "").strip():
        return Folders(shipped, Path(named).expanduser().absolute(), is_named=True)
    if shipped.absolute() == _INSTALLED:
        return Folders(shipped, _configuration(environment) / "fullstop" / "profiles")
    return Folders(shipped)


def short_path(path: Path) -> str:
    """Return the path as a person writes it: from the working directory, from `~`, or else the whole one."""
    full = path.absolute()
    with suppress(OSError):  # the working directory is gone
        if full.is_relative_to(Path.cwd()):
            return str(full.relative_to(Path.cwd()))
    with suppress(RuntimeError):  # the user has no home
        if full.is_relative_to(Path.home()):
            return str("~" / full.relative_to(Path.home()))
    return str(full)


def _configuration(environment: Mapping[str, str]) -> Path:
    """Return the folder for configuration of the user, as the platform has it."""
    if folder := environment.get("XDG_CONFIG_HOME"):
        return Path(folder)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path.home() / ".config"

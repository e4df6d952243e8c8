"""Writes a profile that was made by asking to the owner's folder, in a file of its own."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chat.discover.discover import Discovered
from chat.discover.yaml_text import to_yaml
from chat.profiles.folders import Folders, short_path
from chat.profiles.match import last_name
from chat.profiles.read import read_profile
from chat.profiles.sentence import Sentence
from chat.profiles.yaml_file import ProfileError

_MOST_CHARACTERS = 60
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")  # names that Windows reserves


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a profile was written, and whether the file `replaced` another one."""

    path: Path
    replaced: bool = False

    @property
    def sentence(self) -> Sentence:
        """Return the sentence that says so."""
        return Sentence("saving.replaced" if self.replaced else "saving.saved", {"path": short_path(self.path)})


class NotSaved(Exception):
    """A profile was not written; `sentence` says why. The model has the profile at `path` already, if there is one."""

    def __init__(self, sentence: Sentence, path: Path | None = None) -> None:
        super().__init__(sentence.key)
        self.sentence, self.path = sentence, path


def save_profile(found: Discovered, folders: Folders, say: Callable[[Sentence], str], replace: bool = False) -> Saved:
    """Write the profile to the owner's folder, in a file whose name no other profile has.

    A file of the same model is replaced only if `replace`; then one that cannot be read is replaced, too.

    Raises:
        NotSaved: if the model has another profile under that name, or if the file cannot be written.
    """
    folder, model, text = folders.writable, found.profile.model, to_yaml(found, say)
    _make_folder(folder)
    number = 1
    while True:
        path = folder / _numbered(file_name(model), number)
        taken = folders.find(path.name)
        if taken is None:
            if _write(path, text, "x"):
                return Saved(path)
        elif taken == path and _content(path) == text:
            return Saved(path)
        elif (known := _model(taken, folders)) == model or (replace and known is None):
            if not replace:
                raise NotSaved(Sentence("saving.exists", {"path": short_path(taken)}), taken)
            _write(path, text, "w")
            return Saved(path, replaced=taken == path)
        number += 1


def file_name(model: str) -> str:
    """Return a safe name for the file of a model's profile: letters and digits of any language, `.` and `-`."""
    name = re.sub(r"[^\w.-]+|_+", "-", last_name(unicodedata.normalize("NFC", model)))
    name = name.strip("-.")[:_MOST_CHARACTERS].strip("-.")
    return f"model-{name}" if _DEVICES.match(name) else name or "model"


def _numbered(name: str, number: int) -> str:
    return f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        facts = {"folder": short_path(folder), "problem": error.strerror or str(error)}
        raise NotSaved(Sentence("saving.no_folder", facts)) from None


def _write(path: Path, text: str, how: str) -> bool:
    """Write the file, and return False if it has appeared meanwhile and may not be replaced."""
    try:
        with path.open(how, encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        facts = {"path": short_path(path), "problem": error.strerror or str(error)}
        raise NotSaved(Sentence("saving.unwritable", facts)) from None
    return True


def _content(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _model(path: Path, folders: Folders) -> str | None:
    """Return the model of the profile in that file; None if it cannot be read."""
    try:
        return read_profile(path, folders.all).model
    except ProfileError:
        return None

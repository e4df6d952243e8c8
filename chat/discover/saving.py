"""Writes a profile that was made by asking to a folder."""

import re
from collections.abc import Callable
from pathlib import Path

from chat.discover.discover import Discovered
from chat.discover.yaml_text import to_yaml
from chat.profiles.match import base_name
from chat.profiles.sentence import Sentence

_MOST_CHARACTERS = 60


def save_profile(found: Discovered, folder: Path, say: Callable[[Sentence], str]) -> Path:
    """Write the profile to a new file in that folder, and return its path. An existing file stays as it is.

    Raises:
        OSError: if it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text, name, number = to_yaml(found, say), file_name(found.profile.model), 1
    while True:
        path = folder / (f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            return path
        except FileExistsError:
            if path.read_text(encoding="utf-8") == text:
                return path
            number += 1


def file_name(model: str) -> str:
    """Return a name for the file of a model's profile: letters and digits of any language, `.` and `-`."""
    name = re.sub(r"[^\w.-]+|_+", "-", base_name(model)).strip("-.")
    return name[:_MOST_CHARACTERS] or "model"

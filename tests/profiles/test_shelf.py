"""The folder of profiles is read again after an edit, and a broken edit never replaces the last good profile."""

import os
from pathlib import Path

import pytest

from chat.profiles.shelf import Profiles, Shelf

GOOD = """\
name: {name}
model: m
endpoint: {{base_url: "http://localhost/v1"}}
modes: {{FULL: {{}}, THINK_ONLY: {{}}}}
"""
BROKEN = "name: [\n"


class Folder:
    """A folder in which each edit has another time, like edits by hand."""

    def __init__(self, path: Path) -> None:
        self.path, self._edits = path, 0
        self.profiles = Profiles(path)

    def write(self, file: str, text: str) -> None:
        (self.path / file).write_text(text)
        self._edits += 1
        os.utime(self.path / file, (self._edits, self._edits))

    def read(self) -> tuple[dict[str, str], dict[str, str]]:
        shelf = self.profiles.read()
        names = {key: each.name for key, each in shelf.profiles.items()}
        return names, {key: each.problem.key for key, each in shelf.problems.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_an_empty_folder_has_no_profiles(folder: Folder) -> None:
    assert folder.read() == ({}, {})


def test_a_folder_that_is_not_there_has_no_profiles(tmp_path: Path) -> None:
    assert Profiles(tmp_path / "nowhere").read() == Shelf({}, {})


def test_an_edit_applies_from_the_next_reading_on(folder: Folder) -> None:
    folder.write("a.yaml", GOOD.format(name="One"))
    assert folder.read() == ({"a": "One"}, {})
    folder.write("a.yaml", GOOD.format(name="Two"))
    assert folder.read() == ({"a": "Two"}, {})


def test_a_broken_edit_keeps_the_last_good_one_and_is_reported(folder: Folder) -> None:
    folder.write("a.yaml", GOOD.format(name="One"))
    folder.read()
    folder.write("a.yaml", BROKEN)
    for _ in range(2):
        assert folder.read() == ({"a": "One"}, {"a": "profile.syntax"})
    folder.write("a.yaml", GOOD.format(name="Two"))
    assert folder.read() == ({"a": "Two"}, {})


def test_another_error_is_reported_instead_of_the_first(folder: Folder) -> None:
    folder.write("a.yaml", BROKEN)
    assert folder.read() == ({}, {"a": "profile.syntax"})
    folder.write("a.yaml", "- a\n")
    assert folder.read() == ({}, {"a": "profile.not_a_mapping"})


def test_a_broken_profile_does_not_hurt_the_others(folder: Folder) -> None:
    folder.write("a.yaml", BROKEN)
    folder.write("b.yaml", GOOD.format(name="B"))
    assert folder.read() == ({"b": "B"}, {"a": "profile.syntax"})


def test_a_new_file_appears_and_a_removed_one_goes(folder: Folder) -> None:
    folder.write("b.yaml", GOOD.format(name="B"))
    folder.read()
    folder.write("a.yaml", GOOD.format(name="A"))
    profiles, _ = folder.read()
    assert list(profiles) == ["a", "b"]
    (folder.path / "b.yaml").unlink()
    assert folder.read() == ({"a": "A"}, {})


@pytest.mark.parametrize("text", [BROKEN, GOOD.format(name="A")])
def test_a_removed_file_takes_its_problem_along(folder: Folder, text: str) -> None:
    folder.write("a.yaml", GOOD.format(name="A"))
    folder.read()
    folder.write("a.yaml", text)
    folder.read()
    (folder.path / "a.yaml").unlink()
    assert folder.read() == ({}, {})
    folder.write("a.yaml", BROKEN)
    assert folder.read() == ({}, {"a": "profile.syntax"})


def test_what_is_not_a_profile_is_left_alone(folder: Folder) -> None:
    """Check also the dangling link `.#a.yaml` that Emacs makes for a file with unsaved changes."""
    folder.write("a.yaml", GOOD.format(name="A"))
    folder.write("notes.txt", "-")
    folder.write("a.yaml~", BROKEN)
    folder.write(".a.yaml", BROKEN)
    (folder.path / ".#a.yaml").symlink_to("person@machine.4711")
    (folder.path / "folder.yaml").mkdir()
    assert folder.read() == ({"a": "A"}, {})


def test_what_was_read_stays_as_it_was(folder: Folder) -> None:
    folder.write("a.yaml", GOOD.format(name="One"))
    before = folder.profiles.read()
    folder.write("a.yaml", BROKEN)
    folder.read()
    assert before.problems == {}
    assert before.profiles["a"].name == "One"

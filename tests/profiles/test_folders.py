"""A person's own profiles are read besides the shipped ones; of two files with the same name, the person's wins."""

from pathlib import Path

import pytest

from chat.command.profiles import find_profile, read_folder
from chat.profiles.folders import Folders, find_folders, short_path
from chat.profiles.read import read_profile
from chat.profiles.shelf import Profiles, Shelf
from chat.profiles.yaml_file import ProfileError
from chat.words.texts import Language, say
from tests.sentences import sentence

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "chat" / "house" / "profiles"
SHIPPED = ROOT / "profiles"


def read(own: Path) -> Shelf:
    return Profiles(Folders(SHIPPED, own, is_named=True)).read()


def test_a_checkout_has_one_folder() -> None:
    assert find_folders(SHIPPED, {}) == Folders(SHIPPED)
    assert find_folders(SHIPPED, {}).writable == SHIPPED


def test_an_installed_app_has_a_folder_in_the_configuration_of_its_user(tmp_path: Path) -> None:
    found = find_folders(HOUSE, {"XDG_CONFIG_HOME": str(tmp_path)})
    assert found == Folders(HOUSE, tmp_path / "fullstop" / "profiles")
    assert found.writable == tmp_path / "fullstop" / "profiles"
    assert found.problem() is None
    assert find_folders(HOUSE, {}).own != found.own


@pytest.mark.parametrize("shipped", [SHIPPED, HOUSE])
def test_the_environment_names_another_folder(shipped: Path, tmp_path: Path) -> None:
    assert find_folders(shipped, {"FULLSTOP_PROFILES": str(tmp_path)}).all == (shipped, tmp_path)


def test_own_profiles_stand_beside_the_shipped_ones_and_may_extend_them(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: glm-4.7\nname: Mine\n")
    shelf = read(tmp_path)
    assert (shelf.profiles["mine"].name, shelf.profiles["glm-4.7"].name) == ("Mine", "GLM-4.7")
    assert shelf.profiles["mine"].modes == shelf.profiles["glm-4.7"].modes
    assert (shelf.problems, shelf.folder_problem) == ({}, None)


def test_an_own_file_wins_and_may_extend_the_shipped_one_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "qwen3.yaml").write_text("extends: qwen3\nsampling: {temperature: 0.1}\n")
    profile = read(tmp_path).profiles["qwen3"]
    assert (profile.name, profile.sampling.temperature, profile.sampling.top_k) == ("Qwen3", 0.1, 20)


def test_an_own_base_is_used_by_the_shipped_profiles_too(tmp_path: Path) -> None:
    (tmp_path / "_vllm.yaml").write_text("extends: _vllm\nend: {clocks: {total: 7m}}\n")
    assert read(tmp_path).profiles["qwen3"].end.clocks.total == 420


def test_own_profiles_that_extend_each_other_are_reported(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: b\n")
    (tmp_path / "b.yaml").write_text("extends: a\n")
    shelf = read(tmp_path)
    assert {name: each.problem.key for name, each in shelf.problems.items()} == dict.fromkeys(
        "ab", "profile.extends_circle"
    )
    assert "qwen3" in shelf.profiles


def test_a_removed_own_file_gives_the_shipped_one_back(tmp_path: Path) -> None:
    profiles = Profiles(Folders(SHIPPED, tmp_path))
    (tmp_path / "qwen3.yaml").write_text("extends: qwen3\nname: Mine\n")
    assert profiles.read().profiles["qwen3"].name == "Mine"
    (tmp_path / "qwen3.yaml").unlink()
    assert profiles.read().profiles["qwen3"].name == "Qwen3"


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_a_folder_that_cannot_be_read_is_a_sentence_if_it_was_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    own = tmp_path / name
    shelf = read(own)
    assert shelf.folder_problem
    assert shelf.folder_problem.key == "profile.folder"
    assert "qwen3" in shelf.profiles
    assert Profiles(Folders(SHIPPED, own)).read().folder_problem is None


def test_the_commands_use_both_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.yaml").write_text("extends: glm-4.7\nname: Mine\n")
    monkeypatch.setenv("FULLSTOP_PROFILES", str(tmp_path))
    assert find_profile("mine").name == "Mine"
    assert find_profile(str(tmp_path / "mine.yaml")).name == "Mine"
    assert {"mine", "qwen3"} <= read_folder().profiles.keys()
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("FULLSTOP_PROFILES", str(tmp_path / "nowhere"))
    assert find_profile("qwen3").name == "Qwen3"
    assert sentence("profile.folder", folder=tmp_path / "nowhere") in capsys.readouterr().err


def test_a_file_outside_of_the_folders_may_extend_a_profile_in_them(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.yaml"
    file.write_text("extends: qwen3\nname: Elsewhere\n")
    assert read_profile(file, (SHIPPED,)).name == "Elsewhere"
    with pytest.raises(ProfileError):
        read_profile(file)


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("work/profiles/a.yaml", "profiles/a.yaml"),
        ("home/own/a.yaml", "~/own/a.yaml"),
        ("else/a.yaml", "{root}/else/a.yaml"),
        ("work-2/a.yaml", "{root}/work-2/a.yaml"),
    ],
)
def test_a_path_is_shown_from_the_working_directory_or_from_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, shown: str
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert short_path(tmp_path / place) == shown.format(root=tmp_path)


def test_a_path_is_shown_whole_if_the_working_directory_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert short_path(tmp_path / "a.yaml") == str(tmp_path / "a.yaml")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("text", ["name: [", "extends: qwen3\nsampling: {temperature: hot}\n", "extends: _base\n"])
def test_a_problem_names_the_file_in_the_folder_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: Language, text: str
) -> None:
    monkeypatch.chdir(ROOT)
    (tmp_path / "mine.yaml").write_text(text)
    (tmp_path / "_base.yaml").write_text("extends: qwen3\nmodes: 7\n")
    file = "_base.yaml" if "_base" in text else "mine.yaml"
    said = say(read(tmp_path).problems["mine"].sentence, lang)
    assert said.startswith(f"`{tmp_path / file}:")
    assert "profiles/" not in said

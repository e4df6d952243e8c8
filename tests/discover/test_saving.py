"""A made profile is saved under a safe name of its own, and no file is replaced unless that is wanted."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.discover.discover import Discovered
from chat.discover.saving import NotSaved, Saved, file_name, save_profile
from chat.profiles.folders import Folders
from chat.profiles.profile import Profile
from chat.profiles.read import read_profile
from chat.profiles.shelf import list_files
from chat.words.texts import plain
from tests.browser.running_app import ROOT

SHIPPED = ROOT / "profiles"
MODES = {"FULL": {}, "THINK_ONLY": {}}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("VLLM_MODEL", raising=False)
    return tmp_path / "own"


def made(model: str, url: str = "http://127.0.0.1:9/v1") -> Discovered:
    values = {"name": "Made", "model": model, "endpoint": {"base_url": url}, "modes": MODES}
    return Discovered(Profile.model_validate(values), ())


def save(found: Discovered, own: Path, replace: bool = False) -> Saved:
    return save_profile(found, Folders(SHIPPED, own), lambda sentence: plain(sentence, "en"), replace)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("Qwen/Qwen3-32B-AWQ", "qwen3-32b-awq"),
        ("/models/a/b/c", "c"),
        ("/cache/models--Org--My-Model/snapshots/0123abc", "my-model"),
        ("my model (v2)", "my-model-v2"),
        ("公司 内部/我的 模型", "我的-模型"),
        ("C:\\models\\Qwen.gguf", "qwen.gguf"),
        ("m" * 300, "m" * 60),
        ("a" * 59 + "-b", "a" * 59),
        ("_base", "base"),
        (".hidden", "hidden"),
        ("..", "model"),
        ("../../etc/passwd", "passwd"),
        ("a/..", "model"),
        ("/", "model"),
        ("???", "model"),
        ("CON", "model-con"),
        ("nul.txt", "model-nul.txt"),
        ("console", "console"),
        ("cafe\u0301", "caf\u00e9"),
        ("line\nbreak\x00", "line-break"),
    ],
)
def test_the_name_of_the_file_is_safe_and_says_the_model(own: Path, model: str, name: str) -> None:
    assert file_name(model) == name
    saved = save(made(model), own)
    assert saved == Saved(own / f"{name}.yaml")
    assert read_profile(saved.path).model == model


@given(st.text(min_size=1, max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_name_is_a_file_in_the_folder_that_is_offered(own: Path, model: str) -> None:
    saved = save(made(model), own)
    assert saved.path.parent == own
    assert saved.path in list_files(own)
    assert read_profile(saved.path).model == model
    assert len(os.fsencode(saved.path.name)) <= 255


def test_models_with_one_name_have_a_file_each(own: Path) -> None:
    paths = [save(made(f"{team}/Model"), own).path.name for team in ("one", "two", "three", "two")]
    assert paths == ["model.yaml", "model-2.yaml", "model-3.yaml", "model-2.yaml"]
    assert [read_profile(own / name).model for name in paths[:3]] == ["one/Model", "two/Model", "three/Model"]


def test_the_file_of_a_model_is_replaced_only_if_that_is_wanted(own: Path) -> None:
    first = save(made("one/Model"), own)
    text = first.path.read_text()
    assert save(made("one/Model"), own) == first
    with pytest.raises(NotSaved) as caught:
        save(made("one/Model", "http://127.0.0.1:10/v1"), own)
    assert (caught.value.sentence.key, caught.value.path) == ("saving.exists", first.path)
    assert first.path.read_text() == text
    saved = save(made("one/Model", "http://127.0.0.1:10/v1"), own, replace=True)
    assert (saved.path, saved.replaced, saved.sentence.key) == (first.path, True, "saving.replaced")
    assert first.path.read_text() != text


@pytest.mark.parametrize("replace", [False, True])
def test_the_file_of_another_model_is_never_replaced(own: Path, replace: bool) -> None:
    save(made("one/Model"), own)
    saved = save(made("two/Model"), own, replace)
    assert (saved.path.name, saved.replaced) == ("model-2.yaml", False)
    assert read_profile(own / "model.yaml").model == "one/Model"


def test_a_file_that_is_no_profile_is_replaced_only_if_that_is_wanted(own: Path) -> None:
    own.mkdir()
    (own / "model.yaml").write_text("mine")
    assert save(made("one/Model"), own).path.name == "model-2.yaml"
    assert (own / "model.yaml").read_text() == "mine"
    assert save(made("one/Model"), own, replace=True) == Saved(own / "model.yaml", replaced=True)


def test_a_folder_or_a_dangling_link_in_the_place_of_a_file_stays(own: Path) -> None:
    (own / "model.yaml").mkdir(parents=True)
    (own / "model-2.yaml").symlink_to(own / "nowhere")
    assert save(made("one/Model"), own).path.name == "model-3.yaml"
    assert not (own / "nowhere").exists()


def test_a_shipped_profile_keeps_its_name_unless_its_model_is_to_have_another_one(own: Path) -> None:
    """Avoid a file of the same name: it would replace the shipped one for all its models."""
    assert save(made("someone/qwen3"), own).path.name == "qwen3-2.yaml"
    with pytest.raises(NotSaved) as caught:
        save(made("zai-org/GLM-4.7"), own)
    assert caught.value.path == SHIPPED / "glm-4.7.yaml"
    assert save(made("zai-org/GLM-4.7"), own, replace=True) == Saved(own / "glm-4.7.yaml")


def test_a_folder_that_does_not_exist_is_made(own: Path) -> None:
    assert save(made("one/Model"), own / "a" / "b").path == own / "a" / "b" / "model.yaml"


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_folder_that_cannot_be_made_is_a_sentence(own: Path, below: str) -> None:
    own.write_text("a file")
    with pytest.raises(NotSaved) as caught:
        save(made("one/Model"), own / below)
    assert caught.value.sentence.key == "saving.no_folder"
    assert caught.value.sentence.facts["folder"] == str(own / below)
    assert caught.value.path is None


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_may_not_be_written_is_a_sentence(own: Path) -> None:
    own.mkdir(mode=0o500)
    with pytest.raises(NotSaved) as caught:
        save(made("one/Model"), own)
    assert caught.value.sentence.key == "saving.unwritable"


def test_a_file_that_cannot_be_written_is_a_sentence(own: Path) -> None:
    (own / "model.yaml").mkdir(parents=True)
    with pytest.raises(NotSaved) as caught:
        save(made("one/Model"), own, replace=True)
    assert caught.value.sentence.key == "saving.unwritable"
    assert caught.value.sentence.facts["path"] == str(own / "model.yaml")

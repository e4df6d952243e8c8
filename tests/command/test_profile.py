"""`fullstop profile` makes a profile by asking the server, and prints or writes it."""

import os
from pathlib import Path

import pytest

from chat.command.cli import main
from chat.profiles.profile import Profile
from chat.profiles.read import read_profile
from tests.discover.models import CASES
from tests.discover.test_servers import BY_MODEL
from tests.patience import PATIENT, PATIENT_DOCTOR
from tests.scripted_server import Content, ScriptedServer
from tests.sentences import sentence
from tests.shapes.server import VllmServer

Printed = pytest.CaptureFixture[str]
CASE = BY_MODEL["Qwen/Qwen3-8B"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of own profiles that does not exist yet, without the settings of this machine."""
    own = tmp_path / "own" / "profiles"
    settings = {"CHAINLIT_ENV_FILE": os.devnull, "FULLSTOP_PROFILES": str(own), "LC_ALL": "C", "VLLM_API_KEY": ""}
    monkeypatch.setattr(os, "environ", {**os.environ, **settings, **PATIENT, **PATIENT_DOCTOR})
    return own


def test_the_profile_is_printed(capsys: Printed, tmp_path: Path) -> None:
    with VllmServer(CASE.shape) as server:
        assert main(["profile", "--base-url", server.base_url]) == 0
    (tmp_path / "made.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert read_profile(tmp_path / "made.yaml") == Profile.model_validate(CASE.profile(server.base_url))


def test_the_profile_is_written_once(capsys: Printed, folder: Path) -> None:
    with VllmServer(CASE.shape) as server:
        assert main(["profile", CASE.model, "--base-url", server.base_url, "--write"]) == 0
        path = folder / "qwen3-8b.yaml"
        assert capsys.readouterr().out.splitlines()[-1] == sentence("saving.saved", path=path)
        edited = path.read_text(encoding="utf-8").replace("name: ", "name: My ")
        path.write_text(edited, encoding="utf-8")
        assert main(["profile", "--base-url", server.base_url, "--write"]) == 2
        said = f"{sentence('saving.exists', path=path)} {sentence('saving.force')}"
        assert capsys.readouterr().err == f"fullstop: {said}\n"
        assert path.read_text(encoding="utf-8") == edited
        assert main(["profile", "--base-url", server.base_url, "--write", "--force"]) == 0
        assert capsys.readouterr().out.splitlines()[-1] == sentence("saving.replaced", path=path)
    assert read_profile(path).name == CASE.profile("")["name"]


def test_models_with_one_name_are_written_to_a_file_each(folder: Path) -> None:
    with ScriptedServer() as server:
        server.by_message({"": [Content("Two.")]})
        server.serves = ["one/model", "two/model"]
        for model in server.serves:
            assert main(["profile", model, "--base-url", server.base_url, "--write"]) == 0
    assert {path.name: read_profile(path).model for path in folder.iterdir()} == {
        "model.yaml": "one/model",
        "model-2.yaml": "two/model",
    }


def test_of_several_models_the_first_is_asked_and_the_others_are_named(capsys: Printed) -> None:
    with ScriptedServer() as server:
        server.by_message({"": [Content("Two.")]})
        server.serves = [f"model-{number}" for number in range(40)]
        assert main(["profile", "--base-url", server.base_url]) == 0
        printed = capsys.readouterr()
        assert "model: model-0\n" in printed.out
        assert "model-19 … (40)" in printed.err
        assert "model-20" not in printed.err
        assert main(["profile", "model-39", "--base-url", server.base_url]) == 0
        assert "model: model-39\n" in capsys.readouterr().out


def test_a_model_that_is_not_served(capsys: Printed) -> None:
    with ScriptedServer(model="served") as server:
        assert main(["profile", "other", "--base-url", server.base_url]) == 2
    assert capsys.readouterr().err == f"fullstop: {sentence('discover.not_served', model='other', served='served')}\n"


def test_no_server_no_list_and_a_wrong_key(capsys: Printed) -> None:
    assert main(["profile", "--base-url", "http://127.0.0.1:9/v1"]) == 2
    assert sentence("fault.unreachable", url="http://127.0.0.1:9/v1") in capsys.readouterr().err
    with ScriptedServer() as server:
        server.serves = []
        assert main(["profile", "--base-url", server.base_url]) == 2
        assert sentence("discover.no_model", url=server.base_url) in capsys.readouterr().err
        server.key = "secret"
        assert main(["profile", "--base-url", server.base_url]) == 2
        assert sentence("fault.key", url=server.base_url) in capsys.readouterr().err


@pytest.mark.parametrize("base_url", ["nonsense", "http://user:pass@host/v1"])
def test_a_malformed_address(capsys: Printed, base_url: str) -> None:
    assert main(["profile", "--base-url", base_url]) == 2
    assert "--base-url" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written(capsys: Printed, folder: Path) -> None:
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.write_text("a file", encoding="utf-8")
    with VllmServer(CASE.shape) as server:
        assert main(["profile", "--base-url", server.base_url, "--write"]) == 2
    said = sentence("saving.no_folder", folder=folder, problem="Not a directory")
    assert capsys.readouterr().err == f"fullstop: {said}\n"


def test_the_findings_are_in_the_language_of_the_shell(capsys: Printed) -> None:
    os.environ["LC_ALL"] = "zh_CN.UTF-8"
    with VllmServer(CASES[0].shape) as server:
        assert main(["profile", "--base-url", server.base_url]) == 0
    assert sentence("discover.opened.no", "zh", open="<think>")[:8] in capsys.readouterr().out

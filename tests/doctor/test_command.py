"""`fullstop doctor` examines the named profiles, or those whose model is served, and returns an exit code."""

import json
import os
from pathlib import Path

import pytest

from chat.command import profiles as command
from chat.command.cli import main
from chat.doctor.finding import good, info, problem
from chat.doctor.report import as_text
from tests.discover.test_servers import BY_MODEL
from tests.doctor.patient import Vllm, other_names
from tests.scripted_server import ScriptedServer
from tests.sentences import sentence
from tests.shapes.server import VllmServer

GOOD = sentence("doctor.summary_good").partition(".")[0]
Printed = pytest.CaptureFixture[str]
PROFILE = """
name: Mine
model: {model}
endpoint: {{base_url: "{url}"}}
thinking: {{open: <think>, close: </think>}}
sampling: {{max_tokens: {max_tokens}}}
modes: {{FULL: {{stop_tokens: ["<|im_end|>"]}}, THINK_ONLY: {{stop_tokens: ["</think>"]}}}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder of profiles, without the settings of this machine."""
    monkeypatch.setattr(os, "environ", {**os.environ, "CHAINLIT_ENV_FILE": os.devnull, "FULLSTOP_PROFILE": ""})
    monkeypatch.setattr(command, "PROFILES", tmp_path)
    return tmp_path


def write(folder: Path, name: str, url: str, model: str = "scripted", max_tokens: int = 1000) -> None:
    (folder / f"{name}.yaml").write_text(PROFILE.format(url=url, model=model, max_tokens=max_tokens))


def test_a_healthy_profile_gives_one_line_for_each_check_and_exit_code_0(
    server: ScriptedServer, folder: Path, capsys: Printed
) -> None:
    write(folder, "mine", server.base_url)
    assert main(["doctor", "mine"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Mine · scripted · {server.base_url}"
    assert lines[1] == as_text(good("reach", "reached", url=server.base_url))
    assert lines[-2:] == [sentence("doctor.summary_good", checks=20, problems="0", unknown="0"), ""]
    assert len(lines) == 23


def test_a_problem_gives_a_second_line_and_exit_code_1(server: ScriptedServer, folder: Path, capsys: Printed) -> None:
    write(folder, "mine", server.base_url, max_tokens=100)
    assert main(["doctor", "mine"]) == 1
    out = capsys.readouterr().out
    small = problem("max_tokens", "too_small", key="sampling", limit=100, mode="FULL", least=256)
    assert as_text(small) in out


def test_json_is_one_object_for_each_check(server: ScriptedServer, folder: Path, capsys: Printed) -> None:
    write(folder, "mine", server.base_url, max_tokens=100)
    assert main(["doctor", str(folder / "mine.yaml"), "--json"]) == 1
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(list(each) == ["profile", "check", "state", "found", "fix"] for each in printed)
    assert {each["profile"] for each in printed} == {str(folder / "mine.yaml")}
    assert [bool(each["fix"]) for each in printed] == [each["state"] == "problem" for each in printed]


def test_several_profiles_are_examined_one_after_another(server: ScriptedServer, folder: Path, capsys: Printed) -> None:
    write(folder, "good", server.base_url)
    write(folder, "bad", server.base_url, model="other")
    server.by_message({"": other_names(Vllm(), "scripted")})
    assert main(["doctor", "good", "bad", "--json"]) == 1
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["profile"] for each in printed] == sorted((each["profile"] for each in printed), reverse=True)


def test_without_a_name_the_profiles_that_are_served_are_examined(
    server: ScriptedServer, folder: Path, capsys: Printed
) -> None:
    write(folder, "absent", server.base_url, model="other")
    write(folder, "down", "http://127.0.0.1:9/v1")
    write(folder, "here", server.base_url)
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.count(GOOD) == 1
    assert as_text(info("absent", "left_out", name="absent", model="other", url=server.base_url)) in out
    assert as_text(info("absent", "left_out", name="down", model="scripted", url="http://127.0.0.1:9/v1")) in out


def test_of_several_profiles_for_one_model_the_first_is_examined(
    server: ScriptedServer, folder: Path, capsys: Printed
) -> None:
    for name in ("a", "b"):
        write(folder, name, server.base_url)
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.count(GOOD) == 1
    assert sentence("doctor.absent.same_model", name="b", model="scripted", first="a") in out


def test_without_any_that_is_served_each_address_is_reported_once(folder: Path, capsys: Printed) -> None:
    write(folder, "one", "http://127.0.0.1:9/v1")
    write(folder, "two", "http://127.0.0.1:9/v1", model="other")
    assert main(["doctor"]) == 1
    assert capsys.readouterr().out.count(sentence("doctor.reach.unreachable", url="http://127.0.0.1:9/v1")) == 1


def test_the_profile_of_the_environment_goes_before_the_folder(
    server: ScriptedServer, folder: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "one", server.base_url)
    write(folder, "two", server.base_url)
    monkeypatch.setitem(os.environ, "FULLSTOP_PROFILE", "two")
    assert main(["doctor", "--json"]) == 0
    assert '"profile": "one"' not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [(["nowhere"], "There is no profile nowhere"), (["broken"], "/broken.yaml:1"), ([], "broken.yaml:1")],
)
def test_what_cannot_be_examined_is_reported_with_exit_code_2(
    folder: Path, capsys: Printed, words: list[str], said: str
) -> None:
    (folder / "broken.yaml").write_text("name: [")
    assert main(["doctor", *words]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("model", "mark"),
    [("ByteDance-Seed/Seed-OSS-36B-Instruct", "<seed:think>"), ("mistralai/Magistral-Small-2507", "[THINK]")],
)
def test_a_model_without_a_profile_is_examined_with_the_one_that_is_made_by_asking(
    folder: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch, model: str, mark: str
) -> None:
    write(folder, "absent", "http://127.0.0.1:9/v1")
    with VllmServer(BY_MODEL[model].shape) as server:
        monkeypatch.setitem(os.environ, "VLLM_BASE_URL", server.base_url)
        assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(f" · {model} · {server.base_url}")
    assert lines[1] == as_text(info("made", "asked", model=model))
    assert any(mark in line for line in lines[2:])


def test_wrong_words_have_exit_code_2() -> None:
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--yaml"])
    assert left.value.code == 2

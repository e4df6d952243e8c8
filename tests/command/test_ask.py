"""`fullstop ask` asks one question: the answer goes to standard output, thought and receipt to standard error."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chat.command import profiles as command
from chat.command.cli import main
from tests.patience import PATIENT
from tests.scripted_server import (
    Content,
    Done,
    Drop,
    ErrorEvent,
    Finish,
    Hold,
    Model,
    Raw,
    Reasoning,
    Role,
    ScriptedServer,
    Status,
    Step,
    error,
    thought_and_answer,
)
from tests.scripted_server.working import looks, metrics
from tests.sentences import sentence

NOWHERE = "http://127.0.0.1:9/v1"
THOUGHT, ANSWER = "The user asks 2+2. That is 4.", "2 + 2 = 4. 🎉"
PROFILE = """
name: Mine
model: {model}
endpoint: {{base_url: "{url}", api_key: a-key}}
messages: {{system: "Be brief."}}
thinking: {{open: <think>, close: </think>{thinking}}}
modes: {{FULL: {{stop_tokens: ["<|im_end|>"]}}, THINK_ONLY: {{stop_tokens: ["</think>"]}}, VERY_BRIEF: {{}}}}
default_mode: FULL
"""
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder of profiles, without the settings of this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VLLM_", "LC_", "LANG"))}
    environ = {**kept, **PATIENT, "CHAINLIT_ENV_FILE": os.devnull, "FULLSTOP_PROFILE": ""}
    monkeypatch.setattr(os, "environ", environ)
    monkeypatch.setattr(command, "PROFILES", tmp_path)
    return tmp_path


@pytest.fixture
def mine(folder: Path, server: ScriptedServer) -> list[str]:
    """Return the options that choose the profile of this test, which names the server."""
    return ["--profile", write(folder, "mine", server.base_url)]


def write(folder: Path, name: str, url: str, model: str = "scripted", thinking: str = "") -> str:
    path = folder / f"{name}.yaml"
    path.write_text(PROFILE.format(url=url, model=model, thinking=thinking))
    return str(path)


def reported(printed: Printed) -> dict[str, Any]:
    """Return the one line of JSON."""
    (line,) = printed.readouterr().out.splitlines()
    report = json.loads(line)
    assert isinstance(report, dict)
    return report


# --- What is printed


def test_the_answer_is_alone_on_standard_output(server: ScriptedServer, mine: list[str], capsys: Printed) -> None:
    server.play(thought_and_answer(THOUGHT, ANSWER))
    assert main(["ask", "2+2?", *mine]) == 0
    out, err = capsys.readouterr()
    assert out == f"{ANSWER}\n"
    thought, receipt = err.splitlines()
    assert thought == THOUGHT
    assert receipt.startswith(f"{sentence('ending.complete')} · ")


def test_the_page_and_the_command_send_the_same_request(server: ScriptedServer, mine: list[str]) -> None:
    server.play(thought_and_answer(THOUGHT, ANSWER))
    assert main(["ask", "2+2?", *mine]) == 0
    (request,) = server.chats()
    system, question = request.body["messages"]
    assert (system["content"], question["content"]) == ("Be brief.", "2+2?")
    assert [server.text_of([each]) for each in request.body["stop_token_ids"]] == ["<|im_end|>"]
    assert request.headers["authorization"] == "Bearer a-key"
    assert request.headers["x-session-id"]


def test_json_is_a_line_of_replay_with_receipt_and_fault(
    server: ScriptedServer, mine: list[str], capsys: Printed, tmp_path: Path
) -> None:
    server.play(thought_and_answer(THOUGHT, ANSWER))
    assert main(["ask", "2+2?", "--json", *mine]) == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert (out.count("\n"), err) == (1, "")
    assert (report["thought"], report["answer"], report["ending"]["code"]) == (THOUGHT, ANSWER, "complete")
    assert report["receipt"].startswith(f"{sentence('ending.complete')} · ")
    assert report["fault"] is None
    assert report["request_ids"] == [server.chats()[0].headers["x-request-id"]]
    (tmp_path / "recorded").write_text("data: {}\n\n")
    assert main(["replay", "--json", str(tmp_path / "recorded")]) == 0
    replayed = reported(capsys)
    assert replayed.pop("oddities") == {}  # only a recording is examined for them
    assert list(report) == [*replayed, "receipt", "fault", "request_ids"]
    assert set(report["ending"]) == set(replayed["ending"])


@pytest.mark.parametrize("variable", ["LC_ALL", "LC_MESSAGES", "LANG"])
def test_the_language_is_that_of_the_locale(
    server: ScriptedServer, mine: list[str], capsys: Printed, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setitem(os.environ, "LANG", "en_GB.UTF-8")
    monkeypatch.setitem(os.environ, variable, "zh_CN.UTF-8")
    server.by_message({"": [error(429, "Too many.")]})
    assert main(["ask", "2+2?", *mine]) == 1
    receipt, fault = capsys.readouterr().err.splitlines()
    assert receipt == sentence("ending.refused", "zh")
    assert fault == sentence("fault.busy", "zh", url=server.base_url, message="Too many.")
    assert main(["ask", "2+2?", "--profile", "deep"]) == 2
    assert sentence("command.no_profile", "zh", name="deep") in capsys.readouterr().err


def test_a_character_that_comes_in_two_halves_is_one(server: ScriptedServer, mine: list[str], capsys: Printed) -> None:
    halves = [json.dumps({"choices": [{"delta": {"content": half}}]}) for half in ("a\ud83d", "\ude42b", "c\ud83d")]
    server.play([Role(), *[Raw(f"data: {half}\n\n".encode()) for half in halves], Finish(), Done()])
    assert main(["ask", "?", *mine]) == 0
    out, err = capsys.readouterr()
    assert out == "a🙂bc\ufffd\n"
    assert len(err.splitlines()) == 1


# --- How it ends


@pytest.mark.parametrize(
    ("script", "code", "exit_code"),
    [
        ([Content(ANSWER), Finish("stop"), Done()], "complete", 0),
        ([Content(ANSWER), Finish("stop", "END"), Done()], "stop_text", 0),
        ([Content(ANSWER), Finish("length"), Done()], "length", 1),
        ([Content(ANSWER), Finish("content_filter"), Done()], "content_filter", 1),
        ([Content(ANSWER), ErrorEvent("Out of memory.")], "server_error", 1),
        ([Content(ANSWER), Drop()], "disconnected", 1),
        ([error(400, "No such field.")], "refused", 1),
        ([error(429, "Too many.")], "refused", 1),
        ([Status(200, "<html>Log in</html>")], "refused", 1),
    ],
)
def test_the_exit_code_says_whether_the_reply_is_whole(
    server: ScriptedServer, mine: list[str], capsys: Printed, script: list[Step], code: str, exit_code: int
) -> None:
    server.by_message({"": script})
    assert main(["ask", "2+2?", "--json", *mine]) == exit_code
    report = reported(capsys)
    assert report["ending"]["code"] == code
    assert report["answer"] == (ANSWER if Content(ANSWER) in script else "")
    has_fault = code in ("server_error", "disconnected", "refused")
    assert bool(report["fault"]) is has_fault


def test_a_fault_is_said_below_the_receipt(server: ScriptedServer, mine: list[str], capsys: Printed) -> None:
    server.play([Role(), Content(ANSWER), ErrorEvent("Out of\nmemory.")])
    assert main(["ask", "2+2?", *mine]) == 1
    out, err = capsys.readouterr()
    receipt, fault = err.splitlines()
    assert out == f"{ANSWER}\n"
    assert receipt.startswith(sentence("ending.server_error"))
    assert fault == sentence("fault.server_error", message="Out of\\nmemory.")


def test_without_a_server_it_could_not_run(folder: Path, capsys: Printed) -> None:
    absent = f"fullstop: {sentence('fault.unreachable', url=NOWHERE)}"
    profile = write(folder, "mine", NOWHERE)
    assert main(["ask", "2+2?", "--profile", profile]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(absent)
    assert main(["ask", "2+2?", "--json", "--profile", profile]) == 2
    out, err = capsys.readouterr()
    assert (json.loads(out)["ending"]["code"], err.count("\n")) == ("refused", 1)
    assert json.loads(out)["fault"] == err.removeprefix("fullstop: ").rstrip()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2+2?", "--profile", "deep"], sentence("command.no_profile", name="deep")),
        (["2+2?", "--mode", "deep"], sentence("command.no_mode", name="deep", known="FULL, THINK_ONLY, VERY_BRIEF")),
        (["[MODE:DEEP] 2+2?"], sentence("command.no_mode", name="DEEP", known="FULL, THINK_ONLY, VERY_BRIEF")),
        (["2+2?", "--base-url", "here"], f"--base-url: {sentence('profile.value_address', value='here')}"),
        (["2+2?", "--base-url", "http://a:b@c/v1"], f"--base-url: {sentence('profile.value_address_login')}"),
        (["  "], sentence("ask.no_question")),
        ([], sentence("ask.no_question")),
    ],
)
def test_what_cannot_run_is_said_in_one_line(
    server: ScriptedServer,
    mine: list[str],
    capsys: Printed,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    assert main(["ask", *mine, *words, "--json"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"fullstop: {said}")
    assert "a:b" not in err
    assert server.requests == []


def test_wrong_words_have_exit_code_2() -> None:
    with pytest.raises(SystemExit) as left:
        main(["ask", "2+2?", "--yaml"])
    assert left.value.code == 2


# --- What the page does


def test_a_tag_goes_before_the_option_and_that_before_the_profile(
    server: ScriptedServer, mine: list[str], capsys: Printed
) -> None:
    for words, code in [
        (["2+2?"], "complete"),
        (["2+2?", "--mode", "think-only"], "thought_complete"),
        (["[MODE:FULL] 2+2?", "--mode", "THINK_ONLY"], "complete"),
        (["2+2?", "--system", "[MODE:THINK_ONLY] Think."], "thought_complete"),
        (["2+2?", "--system", "[MODE:THINK_ONLY] Think.", "--mode", "FULL"], "complete"),
    ]:
        server.play(Model(THOUGHT, ANSWER))
        assert main(["ask", "--json", *mine, *words]) == 0
        assert (words, reported(capsys)["ending"]["code"]) == (words, code)
        assert server.chats()[-1].message == "2+2?"


@pytest.mark.parametrize(
    ("system", "roles"), [("Think.", ["system", "user"]), ("", ["user"]), ("-", ["user"])], ids=["new", "none", "dash"]
)
def test_a_system_prompt_may_be_named(server: ScriptedServer, mine: list[str], system: str, roles: list[str]) -> None:
    server.play(thought_and_answer(THOUGHT, ANSWER))
    assert main(["ask", "2+2?", "--system", system, *mine]) == 0
    messages = server.chats()[0].body["messages"]
    assert [each["role"] for each in messages] == roles
    assert messages[0]["content"] == (system if len(roles) > 1 else "2+2?")


def test_a_thought_that_its_budget_cut_gets_an_answer(server: ScriptedServer, folder: Path, capsys: Printed) -> None:
    spent = write(folder, "spent", server.base_url, thinking=", budget: 40")
    long = [Role(), *[Reasoning(f"Number {number} is odd. ") for number in range(200)], Content("Never.")]
    handed = sentence("handed.budget", limit="40")
    server.by_message({"": Model("", ANSWER)})
    server.play(long)
    assert main(["ask", "2+2?", "--profile", spent]) == 0
    out, err = capsys.readouterr()
    assert out == f"{ANSWER}\n"
    assert handed in err.splitlines()
    server.play(long)
    assert main(["ask", "2+2?", "--json", "--profile", spent]) == 0
    report = reported(capsys)
    assert (report["answer"], report["ending"]["code"]) == (ANSWER, "complete")
    assert [each["sentence"] for each in report["notices"]] == [handed]


def test_an_answer_that_was_cut_back_is_printed_once_more(
    server: ScriptedServer, mine: list[str], capsys: Printed
) -> None:
    script = [Role(), *[Content("The sum of the first odd numbers is a square. ") for _ in range(400)], Finish("stop")]
    server.play(script, script)
    assert main(["ask", "2+2?", *mine]) == 1
    printed, err = capsys.readouterr()
    assert main(["ask", "2+2?", "--json", *mine]) == 1
    report = reported(capsys)
    assert report["ending"]["code"] == "loop"
    first, again = printed.split("\n\n")
    assert again == f"{report['answer']}\n"
    assert first.startswith(report["answer"])
    counts = {"kept": f"{len(report['answer']):,}", "printed": f"{len(first):,}"}
    *_, cut_back, receipt = err.splitlines()
    assert cut_back == sentence("ask.corrected", **counts)
    assert receipt.startswith(report["receipt"].split(" · ")[0])


# --- The question


@pytest.mark.parametrize("words", [["-"], []], ids=["dash", "nothing"])
@pytest.mark.parametrize(
    ("typed", "question"),
    [
        (b"2+2?\nor 3?\n", "2+2?\nor 3?"),
        (b"\xef\xbb\xbf2+2?", "2+2?"),
        (b"2+2\xff", "2+2\ufffd"),
        (b"[MODE:THINK_ONLY]\n2+2?", "2+2?"),
    ],
)
def test_the_question_may_come_from_standard_input(
    server: ScriptedServer,
    mine: list[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    typed: bytes,
    question: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
    server.play(Model(THOUGHT, ANSWER))
    assert main(["ask", *words, *mine]) == 0
    assert server.chats()[0].message == question


# --- The profile


def test_without_a_name_it_is_the_one_whose_model_is_served(
    server: ScriptedServer, folder: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "absent", NOWHERE)
    write(folder, "here", server.base_url)
    write(folder, "other", server.base_url, model="other")
    for profile, model in (("", "scripted"), ("other", "other")):
        monkeypatch.setitem(os.environ, "FULLSTOP_PROFILE", profile)
        server.play(thought_and_answer(THOUGHT, ANSWER))
        assert main(["ask", "2+2?"]) == 0
        assert server.chats()[-1].body["model"] == model
    capsys.readouterr()


def test_a_folder_without_profiles_is_reported(capsys: Printed) -> None:
    assert main(["ask", "2+2?"]) == 2
    assert capsys.readouterr().err.startswith(f"fullstop: {sentence('command.no_profiles')}")


def test_the_address_goes_before_that_of_the_profile(server: ScriptedServer, folder: Path) -> None:
    named = write(folder, "away", NOWHERE)
    for words in (["--profile", named], ["--profile", "away"], []):
        server.play(thought_and_answer(THOUGHT, ANSWER))
        assert main(["ask", "2+2?", "--base-url", server.base_url, *words]) == 0


def test_what_the_server_does_before_the_first_token_is_printed(
    server: ScriptedServer, mine: list[str], capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "FULLSTOP_ACTIVITY_SECONDS", "0.05")
    reads, answer = Hold(), looks(*[metrics(1, 1, 0.1)] * 3, *[metrics(0, 1, 0.2)] * 3)
    asked = 0

    def say() -> Status:
        nonlocal asked
        asked += 1
        if asked > 6:
            reads.release()
        return answer()

    server.says = {"/metrics": say}
    server.play([Role(), reads, Reasoning(THOUGHT), Content(ANSWER), Finish(), Done()])
    assert main(["ask", "2+2?", *mine]) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{ANSWER}\n"
    lines = printed.err.splitlines()
    for number, state in enumerate(("queued", "reading")):
        assert lines[number].startswith(sentence(f"waiting.{state}"))
    assert "".join(lines).count("…") == 2

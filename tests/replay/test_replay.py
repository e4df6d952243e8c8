"""`fullstop replay` plays recorded bytes as if a server sent them, and says how the turn ends."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from unicodedata import east_asian_width

import pytest

from chat.command.cli import main
from chat.profiles.modes import policy
from chat.replay.replay import replay
from tests.sentences import sentence
from tests.shelf import profile

ROOT = Path(__file__).parents[2]
CAPTURES = Path(__file__).parents[1] / "captures"
FULL = str(CAPTURES / "full.parser.sse")
RUN = "import sys; from chat.command.cli import main; sys.exit(main())"
THOUGHT, ANSWER = "The user asks 2+2. That is 4.", "2 + 2 = 4. 🎉"
PROFILE = """
name: Mine
model: mine
endpoint: {base_url: "http://localhost:8000/v1"}
thinking: {open: "[THINK]", close: "[/THINK]"}
modes: {FULL: {}, THINK_ONLY: {}, VERY_BRIEF: {}}
default_mode: VERY_BRIEF
"""

Printed = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run without the settings of this machine, and restore the environment that the command changes."""
    monkeypatch.setattr(os, "environ", {**os.environ, "CHAINLIT_ENV_FILE": os.devnull, "FULLSTOP_PROFILE": ""})


def event(chunk: object) -> str:
    return f"data: {json.dumps(chunk)}\n\n"


def says(content: str = "A", **choice: object) -> str:
    return event({"choices": [{"delta": {"content": content}, **choice}]})


END = says("", finish_reason="stop")
WHOLE = {"choices": [{"message": {"reasoning": "T", "content": "A"}, "finish_reason": "stop"}]}
COMPLETE = ("complete", "model", "answer")


# --- The bytes


@pytest.mark.parametrize(
    ("recorded", "answer", "ending"),
    [
        (says() + END + "data: [DONE]\n\n", "A", COMPLETE),
        (says() + END, "A", COMPLETE),
        ((says() + END).replace("\n", "\r\n"), "A", COMPLETE),
        ((says() + END).replace("\n", "\r"), "A", COMPLETE),
        ("\ufeff" + says() + END, "A", COMPLETE),
        ("\n\n" + says() + END, "A", COMPLETE),
        (": keep-alive\n\n" + says() + ":\n\ndata:\n\ndata: \n\n" + END, "A", COMPLETE),
        ("event: ping\n\n" + says() + "event: message\nid: 7\nretry: 3\n" + END, "A", COMPLETE),
        (says().replace("data: ", "data:") + END, "A", COMPLETE),
        (says().replace('"delta"', '\ndata: "delta"') + END, "A", COMPLETE),
        (says() + END.strip(), "A", COMPLETE),
        (says() + END.replace('"choices"', '\ndata: "choices"').strip("\n"), "A", COMPLETE),
        (says() + END + event({"error": "too late"}), "A", COMPLETE),
        (says("ABC").replace("B", "\u2028\x85") + END, "A\u2028\x85C", COMPLETE),
        (json.dumps(WHOLE), "A", COMPLETE),
        (json.dumps(WHOLE, indent=2) + "\n", "A", COMPLETE),
        (says() + "data: [DONE]\n\n" + END, "A", COMPLETE),
        (says() + "data: [DONE]", "A", COMPLETE),
        (json.dumps({"choices": [{"message": {"content": "A"}}]}), "A", COMPLETE),
        # Over without a finish_reason
        ("", "", ("disconnected", "network", "waiting")),
        ("\n", "", ("disconnected", "network", "waiting")),
        (": keep-alive\n\n", "", ("disconnected", "network", "waiting")),
        (says(), "A", ("disconnected", "network", "answer")),
        (says() + END[:-9], "A", ("disconnected", "network", "answer")),
        # An error in the stream
        (says() + event({"error": {"message": "M"}}) + END, "A", ("server_error", "server", "answer")),
        (says() + "data: {oops\n\n" + END, "A", COMPLETE),
        (event({"object": "error", "message": "M"}), "", ("server_error", "server", "waiting")),
        # Something else than a stream
        ('{"error": {"message": "M", "code": 400}}', "", ("refused", "server", "waiting")),
        ('{"error": "M"}', "", ("refused", "server", "waiting")),
        ('{"detail": "Not Found"}', "", ("refused", "server", "waiting")),
        ('{"object": "error", "message": "M"}', "", ("refused", "server", "waiting")),
        ("<!DOCTYPE html><title>Log in</title>", "", ("refused", "server", "waiting")),
        ("{oops", "", ("refused", "server", "waiting")),
        ("[]", "", ("refused", "server", "waiting")),
        ("7", "", ("refused", "server", "waiting")),
        ("{}", "", ("refused", "server", "waiting")),
        (100_000 * "[", "", ("refused", "server", "waiting")),
        ("upstream connect error", "", ("refused", "server", "waiting")),
    ],
)
def test_recorded_bytes_are_read_as_a_server_sent_them(
    recorded: str, answer: str, ending: tuple[str, str, str]
) -> None:
    turn = replay(recorded.encode(), policy(profile(), "FULL")).turn
    assert turn.ending
    assert (turn.answer, (turn.ending.code, turn.ending.source, turn.ending.phase)) == (answer, ending)


@pytest.mark.parametrize(
    ("recorded", "evidence"),
    [
        (event({"error": {"message": "M"}}), "M"),
        ('{"error": {"message": "M"}}', "M"),
        ("data: {oops\n\n", "not_json"),
        ("<html>", "not_chat"),
        (says(), ""),
    ],
)
def test_the_evidence_is_what_the_server_said(recorded: str, evidence: str) -> None:
    turn = replay(recorded.encode(), policy(profile(), "FULL")).turn
    assert turn.ending
    assert turn.ending.evidence == evidence


def test_bytes_that_are_not_utf_8_are_replaced() -> None:
    turn = replay((says() + END).encode().replace(b'"A"', b'"\xff"'), policy(profile(), "FULL")).turn
    assert turn.answer == "\ufffd"


def test_no_clock_runs_out() -> None:
    hasty = profile(end={"clocks": {"first_token": "1ms", "idle": "1ms", "total": "1ms"}})
    turn = replay((says() + END).encode(), policy(hasty, "FULL")).turn
    assert turn.ending
    assert (turn.ending.code, turn.ending.seconds.total) == ("complete", 0)


# --- The command


def replay_reports(printed: Printed, *words: str) -> list[dict[str, object]]:
    assert main(["replay", "--json", *words]) == 0
    output, errors = printed.readouterr()
    assert errors == ""
    return [json.loads(line) for line in output.splitlines()]


def read_error(printed: Printed, *words: str) -> str:
    """Return the one line on standard error."""
    assert main(["replay", *words]) == 2
    errors = printed.readouterr().err
    assert errors.startswith("fullstop: ")
    assert errors.count("\n") == 1
    return errors


def test_a_person_reads_why_a_turn_ended(capsys: Printed) -> None:
    assert main(["replay", FULL]) == 0
    assert re.sub(r"≈\d+", "≈N", capsys.readouterr().out) == (
        f"{FULL}\n"
        "  Complete\n"
        "  complete · source model · phase answer · finish_reason stop\n"
        f"  thought  29 characters, ≈N tokens: {THOUGHT}\n"
        f"  answer   12 characters, ≈N tokens: {ANSWER}\n"
    )


def test_every_capture_is_reported_within_80_columns(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CAPTURES)
    assert main(["replay", *(path.name for path in CAPTURES.glob("*.sse"))]) == 0
    assert max(columns(line) for line in capsys.readouterr().out.splitlines()) <= 80


def columns(line: str) -> int:
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in line)


def test_a_beginning_is_cut_where_the_line_is_full(capsys: Printed, tmp_path: Path) -> None:
    (tmp_path / "recorded").write_text(says("四" * 80) + END)
    assert main(["replay", str(tmp_path / "recorded")]) == 0
    *_, line = capsys.readouterr().out.splitlines()
    assert line.endswith("四…")
    assert columns(line) in (79, 80)


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        (says(), "no finish_reason"),
        (event({"error": "M"}), "The server broke off with an error: M"),
        ("data: {oops\n\n", "not the chat protocol"),
        ('{"error": "M"}', "The server refused the request: M"),
        ("<html>", "not a response of a chat endpoint"),
        (says(finish_reason="length"), sentence("ending.length")),
        (says(finish_reason="stop", stop_reason="END"), sentence("ending.stop_text", evidence="END")),
        (
            says("refused", finish_reason="stop", stop_reason="not_chat"),
            sentence("ending.stop_text", evidence="not_chat"),
        ),
        (says("a\x1b[31m \n b\x00") + END, "a�[31m b�"),
        (says("👩‍🚀") + END, ": 👩‍🚀"),
        (says("\ud83d") + END, "\\ud83d"),
    ],
)
def test_the_words_fit_the_ending(capsys: Printed, tmp_path: Path, recorded: str, words: str) -> None:
    (tmp_path / "recorded").write_text(recorded, encoding="utf-8")
    assert main(["replay", str(tmp_path / "recorded")]) == 0
    output = capsys.readouterr().out
    assert words in output


def test_json_is_one_object_a_file_with_all_of_the_ending(capsys: Printed) -> None:
    first, second = replay_reports(capsys, FULL, str(CAPTURES / "stop_str_answer.parser.sse"))
    assert list(first) == ["file", "thought", "answer", "ending", "notices", "oddities"]
    assert (first["file"], first["thought"], first["answer"]) == (FULL, THOUGHT, ANSWER)
    ending = second["ending"]
    assert isinstance(ending, dict)
    assert {"code": "stop_text", "source": "server", "phase": "thought", "evidence": "4."}.items() <= ending.items()
    assert {"finish_reason": "stop", "stop_reason": "4."}.items() <= ending.items()
    assert set(ending["tokens"]) == {"thought", "answer", "exact", "prompt"}


def test_json_is_not_escaped_but_where_it_must_be(capsys: Printed, tmp_path: Path) -> None:
    (tmp_path / "half").write_text(says("四\ud83d") + END, encoding="utf-8")
    assert main(["replay", "--json", str(tmp_path / "half")]) == 0
    output = capsys.readouterr().out
    assert '"answer": "四\\ud83d"' in output
    assert json.loads(output)["answer"] == "四\ud83d"


@pytest.mark.parametrize("mode", ["THINK_ONLY", "think-only", "Think_Only", "think only"])
def test_the_mode_may_be_written_in_any_way(capsys: Printed, mode: str) -> None:
    (whole,) = replay_reports(capsys, FULL, "--mode", mode)
    assert (whole["thought"], whole["answer"]) == (THOUGHT, "")


def test_an_unknown_mode_is_reported_with_the_known_ones(capsys: Printed) -> None:
    assert read_error(capsys, FULL, "--mode", "brief") == (
        "fullstop: There is no mode brief. The modes of this profile are: FULL, THINK_ONLY.\n"
    )


def test_without_a_profile_the_markers_are_the_usual_ones(capsys: Printed) -> None:
    (whole,) = replay_reports(capsys, str(CAPTURES / "full.noparser.sse"))
    assert (whole["thought"], whole["answer"]) == (THOUGHT, ANSWER)


def test_a_profile_is_named_or_lies_anywhere(capsys: Printed, tmp_path: Path) -> None:
    recorded, mine = tmp_path / "recorded", tmp_path / "mine.yaml"
    recorded.write_text(says("[THINK]T[/THINK]A") + END)
    mine.write_text(PROFILE)
    assert [each["answer"] for each in replay_reports(capsys, str(recorded))] == ["[THINK]T[/THINK]A"]
    assert [each["answer"] for each in replay_reports(capsys, str(recorded), "--profile", str(mine))] == ["A"]
    (opened,) = replay_reports(capsys, str(CAPTURES / "cont_think_open.noparser.sse"), "--profile", "dasd-4b-thinking")
    assert opened["thought"] == "That is 4."
    assert "FULL, THINK_ONLY, VERY_BRIEF." in read_error(capsys, FULL, "--profile", str(mine), "--mode", "slow")


def test_the_profile_of_the_environment_counts_where_none_is_named(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "FULLSTOP_PROFILE", "dasd-4b-thinking")
    (whole,) = replay_reports(capsys, str(CAPTURES / "cont_think_open.noparser.sse"))
    assert whole["thought"] == "That is 4."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [", "mine.yaml:1: " + sentence("profile.syntax")),
        (PROFILE.replace("model", "modle"), ("mine.yaml:3, modle: " + sentence("profile.unknown_near", near="model"))),
        ("\0", "mine.yaml:1: " + sentence("profile.unreadable")),
    ],
)
def test_an_error_in_a_profile_is_reported_in_one_line(capsys: Printed, tmp_path: Path, text: str, words: str) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(text)
    assert f"fullstop: {tmp_path}/{words}" in read_error(capsys, FULL, "--profile", str(mine))


def test_an_unknown_profile_is_reported_with_the_known_ones(capsys: Printed, tmp_path: Path) -> None:
    assert "There is no profile deep." in read_error(capsys, FULL, "--profile", "deep")
    assert "dasd-4b-thinking" in read_error(capsys, FULL, "--profile", "deep")
    assert sentence("profile.unreadable") in read_error(capsys, FULL, "--profile", str(tmp_path))


def test_a_file_that_cannot_be_read_keeps_none_of_the_others_back(capsys: Printed, tmp_path: Path) -> None:
    assert main(["replay", FULL, str(tmp_path / "nowhere"), str(tmp_path), FULL]) == 2
    output, errors = capsys.readouterr()
    assert output.count(f"{FULL}\n  Complete\n") == 2
    absent, folder = errors.splitlines()
    assert absent == f"fullstop: {tmp_path}/nowhere: No such file or directory"
    assert folder.startswith(f"fullstop: {tmp_path}: ")


@pytest.mark.parametrize(
    ("recorded", "oddities", "says_so"),
    [
        (says() + END + "data: [DONE]\n\n", {}, None),
        ("event: ping\n\n" + says() + "data:\n\n" + END, {"empty_events": 2}, "without data: 2"),
        (says() + "data: ping\n\n" + END, {"unread_events": 1}, "not JSON: 1"),
        (END + says() + END, {"early_finishes": 1}, "before the end of the text: 1"),
        (says() + says("", finish_reason="STOP"), {"odd_finish": "STOP"}, "(STOP)"),
        (says() + "data: [DONE]\n\n", {"is_done_without_reason": True}, "without a finish_reason"),
    ],
)
def test_the_report_lists_departures_from_the_protocol(
    capsys: Printed, tmp_path: Path, recorded: str, oddities: dict[str, object], says_so: str | None
) -> None:
    file = tmp_path / "recorded.sse"
    file.write_text(recorded)
    (report,) = replay_reports(capsys, str(file))
    assert (report["answer"], report["oddities"]) == ("A", oddities)
    assert main(["replay", str(file)]) == 0
    lines = " ".join(capsys.readouterr().out.split())
    assert (says_so or "Complete") in lines
    assert ("Fullstop" in lines) == (says_so is not None)


def test_a_dash_is_standard_input(capsys: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(FULL).read_bytes())))
    (whole,) = replay_reports(capsys, "-")
    assert (whole["file"], whole["answer"]) == ("-", ANSWER)


def start(*words: str, run: str = RUN, stdin: int | None = None) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-c", run, *words]
    return subprocess.Popen(command, env=environment, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_the_command_prints_utf_8_in_every_terminal() -> None:
    process = start("replay", "-", stdin=subprocess.PIPE)
    output, errors = process.communicate(Path(FULL).read_bytes(), timeout=30)
    assert (process.returncode, errors) == (0, b"")
    assert ANSWER in output.decode()


def test_a_reader_who_stops_early_sees_no_error() -> None:
    with start("replay", *(2000 * [FULL])) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_the_command_loads_nothing_heavy() -> None:
    heavy = "{'openai', 'chainlit', 'transformers'} & set(sys.modules)"
    process = start(run=f"import sys, chat.command.cli; print({heavy})")
    assert process.communicate(timeout=30) == (b"set()\n", b"")

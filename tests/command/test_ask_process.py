"""`fullstop ask` in a shell: Ctrl+C is Stop, a pipe may close early, colours are for terminals, and it starts fast."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENT
from tests.scripted_server import Content, Finish, Hang, Hold, Reasoning, Role, ScriptedServer, thought_and_answer
from tests.sentences import STOPPED

ROOT = Path(__file__).parents[2]
RUN = "import sys; from chat.command.cli import main; sys.exit(main())"
PATIENCE_SECONDS = 60
THOUGHT, ANSWER = "The user asks 2+2. That is 4.", "2 + 2 = 4. 🎉"
PROFILE = """
name: Mine
model: scripted
endpoint: {{base_url: "{url}"}}
thinking: {{open: <think>, close: </think>}}
modes: {{FULL: {{}}, THINK_ONLY: {{}}}}
"""
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def start(server: ScriptedServer, tmp_path: Path) -> Start:
    """Return a function that starts `fullstop ask 2+2?` at the server, in a process of its own."""
    profile = tmp_path / "mine.yaml"
    profile.write_text(PROFILE.format(url=server.base_url))
    settings = ("VLLM_", "FULLSTOP_", "LC_", "LANG", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    ours = {"CHAINLIT_ENV_FILE": os.devnull, "PYTHONPATH": str(ROOT), "TERM": "xterm", **PATIENT}

    def start(*words: str, run: str = RUN, variables: dict[str, str] | None = None, **streams: Any) -> Any:
        command = [sys.executable, "-c", run, "ask", "2+2?", "--profile", str(profile), *words]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        environment = {**kept, **ours, **(variables or {})}
        return subprocess.Popen(command, env=environment, preexec_fn=_hear_interrupts, **(pipes | streams))

    return start


def _hear_interrupts() -> None:
    """Undo what a shell does for a job in the background, in which these tests may run."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


# --- Stop


def test_ctrl_c_stops_the_reply_and_keeps_its_text(server: ScriptedServer, start: Start) -> None:
    server.play([Role(), Reasoning(THOUGHT), Content(ANSWER), Hang()])
    with start() as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(len(ANSWER.encode())).decode() == ANSWER
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == b"\n"
        thought, receipt = process.stderr.read().decode().splitlines()
    assert process.returncode == 1
    assert thought == THOUGHT
    assert receipt.startswith(STOPPED)
    assert server.chats()[0].wait_closed()


def test_ctrl_c_before_the_first_word_is_a_stop_too(server: ScriptedServer, start: Start) -> None:
    server.play([Hang()])
    with start("--json") as process:
        server.wait_chat(timeout=PATIENCE_SECONDS)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    ending = json.loads(out)["ending"]
    assert (process.returncode, err) == (1, b"")
    assert (ending["code"], ending["source"], ending["phase"]) == ("stopped", "person", "waiting")


def test_a_reader_who_closes_the_pipe_stops_the_reply(server: ScriptedServer, start: Start) -> None:
    held = Hold()
    server.play([Role(), Content("One.\n"), held, *[Content("Two.\n") for _ in range(1000)], Hang()])
    with start() as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(4) == b"One."
        process.stdout.close()
        held.release()
        (receipt,) = process.stderr.read().decode().splitlines()
    assert process.returncode == 1
    assert receipt.startswith(STOPPED)
    assert server.chats()[0].wait_closed()


def test_a_reader_of_both_streams_may_close_the_pipe_too(server: ScriptedServer, start: Start) -> None:
    held = Hold()
    server.play([Role(), Reasoning("One.\n"), held, *[Reasoning("Two.\n") for _ in range(1000)], Hang()])
    with start(stderr=subprocess.STDOUT) as process:
        assert process.stdout
        assert process.stdout.read(4) == b"One."
        process.stdout.close()
        held.release()
    assert process.returncode == 1
    assert server.chats()[0].wait_closed()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_that_is_full_is_reported(server: ScriptedServer, start: Start) -> None:
    server.play([Role(), Content(ANSWER), Hang()])
    with open("/dev/full", "wb") as full, start(stdout=full) as process:
        assert process.stderr
        *_, problem = process.stderr.read().decode().splitlines()
    assert process.returncode == 2
    assert problem.startswith("fullstop: ")
    assert "No space left" in problem


def test_streams_that_the_shell_has_closed_are_no_problem(server: ScriptedServer, start: Start) -> None:
    closed = "import os; [os.close(each) for each in (0, 1, 2)]\n"
    for words in ((), ("--json",)):
        server.play(thought_and_answer(THOUGHT, ANSWER))
        again = f"import os, sys; os.execv(sys.executable, [sys.executable, '-c', {RUN!r}, *sys.argv[1:]])"
        with start(*words, run=closed + again) as process:
            process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0


# --- Terminals


def on_terminal(start: Start, **variables: str) -> str:
    """Return what a terminal gets that is all three streams."""
    ours, theirs = pty.openpty()
    with start(stdin=theirs, stdout=theirs, stderr=theirs, variables=variables):
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # so Linux reports the end
            pass
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def test_the_thought_is_dim_on_a_terminal(server: ScriptedServer, start: Start) -> None:
    server.play([Role(), Reasoning(THOUGHT), Content(ANSWER), Finish("stop")])
    thought, answer, receipt = on_terminal(start).rstrip().split("\n\n")
    assert thought == f"\x1b[2m{THOUGHT}\x1b[0m"
    assert answer == ANSWER
    assert receipt.startswith("\x1b[2m")


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_nothing_is_dim_if_the_person_says_so(server: ScriptedServer, start: Start, variables: dict[str, str]) -> None:
    server.play([Role(), Reasoning(THOUGHT), Content(ANSWER), Finish("stop")])
    assert "\x1b" not in on_terminal(start, **variables)


def test_a_model_cannot_colour_the_terminal(server: ScriptedServer, start: Start) -> None:
    script = [Role(), Reasoning("a\x1b[31mb\x9bc\r"), Content("d\x1b]0;x\x07\te\rf\x08"), Finish("stop")]
    server.play(script, script)
    shown = on_terminal(start, NO_COLOR="1")
    assert "a\ufffd[31mb\ufffdc\n\nd\ufffd]0;x\ufffd\tef\ufffd\n" in shown.expandtabs(1).replace(" e", "\te")
    with start() as process:
        assert process.stdout
        assert process.stdout.read() == b"d\x1b]0;x\x07\te\rf\x08\n"


# --- The start


def test_nothing_of_chainlit_is_loaded(server: ScriptedServer, start: Start) -> None:
    server.play(thought_and_answer(THOUGHT, ANSWER))
    heavy = "{'chainlit', 'transformers', 'fastapi', 'uvicorn', 'llama_cpp'} & set(sys.modules)"
    run = f"import sys; from chat.command.cli import main; code = main(); print({heavy}); sys.exit(code)"
    out, _ = start(run=run).communicate(timeout=PATIENCE_SECONDS)
    assert out.decode() == f"{ANSWER}\nset()\n"


def test_its_help_loads_nothing_heavy() -> None:
    run = """
import sys
from chat.command.cli import main
try:
    main(["ask", "--help"])
except SystemExit:
    print({"openai", "aiohttp", "pydantic", "chainlit", "transformers"} & set(sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", run], capture_output=True, cwd=ROOT, timeout=PATIENCE_SECONDS, check=True
    )
    assert done.stdout.endswith(b"set()\n")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_every_terminal_gets_utf_8(server: ScriptedServer, start: Start, encoding: str) -> None:
    server.play(thought_and_answer("二加二。", ANSWER))
    with start(variables={"PYTHONIOENCODING": encoding}) as process:
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert out.decode() == f"{ANSWER}\n"
    assert "二加二。" in err.decode()

"""`fullstop ask` at the embedded engine: a small real model thinks and answers, in the shell as on the page."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat.launch.model import find_model

ROOT = Path(__file__).parents[2]
KEY = "only for this test"
RUN = "import sys; from chat.command.cli import main; sys.exit(main())"
PATIENCE_SECONDS = 600

WAITING = ("Reading the prompt", "Waiting in the queue")  # on a slow machine

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def variables() -> Iterator[dict[str, str]]:
    """Yield the variables that point the shipped profile at an engine with the small model."""
    chosen = find_model("smollm2")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VLLM_", "FULLSTOP_", "LC_"))}
    ours = {**kept, "LANG": "C.UTF-8", "CHAINLIT_ENV_FILE": os.devnull, "FULLSTOP_EMBEDDED_KEY": KEY}
    command = [sys.executable, "-m", "chat.launch.engine", str(chosen.path), "--name", chosen.name]
    with subprocess.Popen(
        [*command, "--persona", str(chosen.persona)],
        cwd=ROOT,
        env=ours,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as engine:
        assert engine.stdout
        address = json.loads(engine.stdout.readline())["address"]
        yield {**ours, "FULLSTOP_EMBEDDED_URL": f"{address}/v1", "FULLSTOP_EMBEDDED_MODEL": chosen.name}
        engine.kill()


def ask(variables: dict[str, str], *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, "ask", "--profile", "embedded", *words],
        cwd=ROOT,
        env=variables,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("question", ["Hello!", "太阳是什么？"])
def test_a_real_model_thinks_and_answers(variables: dict[str, str], question: str) -> None:
    done = ask(variables, "-", typed=question)
    lines = done.stderr.splitlines()
    thought, receipt = next(line for line in lines if not line.startswith(WAITING)), lines[-1]
    assert done.returncode == (0 if receipt.startswith("Complete") else 1), done.stderr
    assert thought.startswith("好的，用户" if question.endswith("？") else "Okay, the user")
    assert done.stdout.strip()
    assert receipt.startswith(("Complete · ", "Cut off"))  # the toy model does not always come to its end


def test_a_program_gets_the_thought_alone(variables: dict[str, str]) -> None:
    done = ask(variables, "--json", "--mode", "THINK_ONLY", "Hello!")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert (report["ending"]["code"], report["answer"], report["fault"]) == ("thought_complete", "", None)
    assert report["thought"].startswith("Okay, the user")

"""The page with the embedded engine, started as a person starts it: real thoughts and real answers."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.driver import Chat
from tests.browser.running_app import ROOT, environment_for_the_app, free_port
from tests.sentences import sentence

pytestmark = pytest.mark.embedded

MODEL = os.environ.get("FULLSTOP_TEST_MODEL", "smollm2")
COMMAND = "import sys; from chat.command.cli import main; sys.exit(main())"
PATIENCE = 600  # seconds; a shared machine may be slow
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run `fullstop chat` without a server, and yield its address. End it as Ctrl+C does."""
    port = free_port()
    log = tmp_path_factory.mktemp("embedded") / "log"
    with log.open("wb") as output:
        started = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "chat", "--port", str(port), "--model", MODEL],
            cwd=ROOT,
            env=environment_for_the_app(os.environ) | {"PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield wait_for_the_address(started, log)
        finally:
            started.terminate()
            assert started.wait(60) == 0


def wait_for_the_address(started: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(PATIENCE * 10):
        if found := re.search(r"^Fullstop: (\S+)", log.read_text(), re.MULTILINE):
            return found[1]
        assert started.poll() is None, log.read_text()
        with_patience(started)
    raise AssertionError(log.read_text())


def with_patience(started: subprocess.Popen[bytes]) -> None:
    try:
        started.wait(0.1)
    except subprocess.TimeoutExpired:
        return


def test_a_question_gets_a_thought_and_an_answer(open_page: OpenPage, address: str) -> None:
    chat = Chat(open_page(), address).open()
    chat.send("What do bees make?")
    thinking = chat.wait_for(lambda turn: turn.thoughts and turn.thoughts[0].text, PATIENCE)
    assert thinking.thoughts[0].open
    turn = chat.wait_idle(PATIENCE)
    assert re.fullmatch(r"Thought for \S+ s · [\d,]+ tokens?", turn.thoughts[0].title)
    chat.wait_for(lambda turn: not turn.thoughts[0].open)
    assert turn.answer
    assert re.match(r"(Complete|Cut off)", turn.ending)
    assert MODEL == "smollm2" or "think>" not in turn.answer  # the toy model writes anything, misspelt markers too


def test_think_only_ends_where_the_thought_ends(open_page: OpenPage, address: str) -> None:
    chat = Chat(open_page(), address).open()
    chat.send("[MODE:THINK_ONLY] What is the capital of France?")
    turn = chat.wait_idle(PATIENCE)
    assert turn.thoughts
    assert not turn.answer
    assert re.match(sentence("ending.thought_complete"), turn.ending)


@pytest.mark.skipif(MODEL == "smollm2", reason="SmolLM2 does not speak Chinese")
def test_a_chinese_question_gets_a_chinese_thought_and_answer(open_page: OpenPage, address: str) -> None:
    chat = Chat(open_page(locale="zh-CN"), address).open()
    chat.send("蜜蜂酿造什么？")
    turn = chat.wait_idle(PATIENCE)
    chat.wait_for(lambda turn: not turn.thoughts[0].open)
    chat.toggle_thought()
    assert len(HAN.findall(chat.thought_text())) > 5
    assert len(HAN.findall(turn.answer)) > 3
    assert turn.ending.startswith(sentence("ending.complete", "zh"))

"""A page whose chat the app no longer knows says so; an app that is asked to end first ends its turns."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.restartable import Restartable
from tests.browser.running_app import (
    RunningApp,
    copy_of_the_house,
    environment_for_the_app,
    free_port,
    wait_until_it_answers,
)
from tests.client.driver import Background, Client
from tests.patience import PATIENT_APP
from tests.scripted_server import Content, Hang, Pause, Reasoning, Role, ScriptedServer, Step, thought_and_answer
from tests.sentences import sentence

HANGING: list[Step] = [Role(), Reasoning("Hm."), Content("It is"), Hang()]
THINKING: list[Step] = [Role(), Reasoning("Hm. "), Pause(1.5), Reasoning("Well."), Hang()]
LAUNCH = """
import sys
from pathlib import Path
from chat.launch.start import Options, launch
launch(Options("127.0.0.1", int(sys.argv[1]), watch=False, model=None), Path.cwd())
"""


@pytest.fixture(scope="module")
def restartable(scripted_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restartable]:
    """Yield an app for the tests of this file, which runs when a test begins: each leaves it started again."""
    found = Restartable(copy_of_the_house(tmp_path_factory.mktemp("restartable") / "house"), scripted_server.base_url)
    found.start()
    yield found
    found.close()


def nothing_is_stuck(chat: Client) -> None:
    """Wait until no cursor blinks, no title shimmers, and the page shows no Stop button."""
    chat.wait_for(lambda _: not (chat.spins() or chat.is_running()))


def says_that_its_chat_is_lost(chat: Client, line: str) -> None:
    chat.wait_connected()
    chat.wait_for(lambda turn: any(line in each for each in turn.lines))
    nothing_is_stuck(chat)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_a_restart_in_the_middle_of_a_turn_is_said_and_nothing_spins(
    restartable: Restartable, background: Background, server: ScriptedServer, number: signal.Signals
) -> None:
    """Restart with one page in the thought, another in the answer. An app that is not killed ends both turns first."""
    server.by_message({"thought": THINKING, "answer": HANGING, "3 + 3?": thought_and_answer("Hm.", "Six.")})
    thinking, answering = (Client(restartable.app.url, background).open() for _ in range(2))
    thinking.send("thought")
    answering.send("answer")
    thinking.wait_for(lambda turn: turn.thoughts and "1 s" in turn.thoughts[0].title)
    answering.wait_for(lambda turn: turn.answer == "It is")
    assert thinking.spins()
    assert answering.spins()
    restartable.end(number)
    if number != signal.SIGKILL:
        for chat, phase in ((thinking, "phase.in.thought"), (answering, "phase.in.answer")):
            turn = chat.wait_for(lambda turn: turn.ending)
            assert turn.ending.startswith(sentence("ending.shutdown") + f" · {sentence(phase)}")
            assert sentence("act.continue") in turn.buttons
            nothing_is_stuck(chat)
    assert all(request.wait_closed() for request in server.chats())
    restartable.start()
    for chat in (thinking, answering):
        says_that_its_chat_is_lost(chat, sentence("lost.line"))
        assert not chat.turn().thoughts[0].title.startswith("Thinking")
        assert chat.ask("3 + 3?").answer == "Six."
        said = [message["content"] for message in server.chats()[-1].body["messages"]]
        assert said[1:] == ["3 + 3?"]
        assert chat.everything().count(sentence("lost.line")) == 1
        chat.close()


def test_a_restart_at_rest_is_said_before_the_next_question_and_old_buttons_and_edits_explain_themselves(
    restartable: Restartable, background: Background, server: ScriptedServer
) -> None:
    server.by_message({"2 + 2?": thought_and_answer("Hm.", "Four."), "3 + 3?": thought_and_answer("Hm.", "Six.")})
    english, chinese = (Client(restartable.app.url, background, locale).open() for locale in ("en-US", "zh-CN"))
    for chat in (english, chinese):
        chat.ask("2 + 2?")
    restartable.end(signal.SIGKILL)
    restartable.start()
    says_that_its_chat_is_lost(chinese, sentence("lost.line", "zh"))
    says_that_its_chat_is_lost(english, sentence("lost.line"))
    for name in (sentence("act.again"), sentence("act.details")):
        before = len(english.toasts())
        english.press(name)
        english.wait_for(lambda _, before=before: english.toasts()[before:] == [sentence("lost.button")])
    english.edit_last("3 + 3?")
    english.wait_toast(sentence("lost.edit"))
    assert english.asked() == ["2 + 2?"]
    assert english.turn().answer == "Four."
    assert len(server.chats()) == 2
    english.new_chat()
    assert english.ask("3 + 3?").answer == "Six."
    assert sentence("lost.line") not in english.everything()
    assert "Traceback" not in restartable.app.output()
    for chat in (english, chinese):
        chat.close()


def test_the_page_of_a_killed_launcher_ends_the_turn_with_a_receipt(
    server: ScriptedServer, tmp_path: Path, background: Background
) -> None:
    root, port = copy_of_the_house(tmp_path / "house"), free_port()
    environment = (
        environment_for_the_app(os.environ)
        | PATIENT_APP
        | {
            "VLLM_BASE_URL": server.base_url,
            "FULLSTOP_PROFILE": "dasd-4b-thinking",
            "PYTHONPATH": str(root),
        }
    )
    log = tmp_path / "launcher.log"
    with log.open("wb") as output:
        command = [sys.executable, "-c", LAUNCH, str(port)]
        launcher = subprocess.Popen(command, cwd=root, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        app = RunningApp(f"http://127.0.0.1:{port}", root, log, launcher.pid)
        wait_until_it_answers(app, launcher)
        server.play(HANGING)
        chat = Client(app.url, background).open()
        chat.send("2 + 2?")
        chat.wait_for(lambda turn: turn.answer == "It is")
        launcher.kill()
        assert chat.wait_for(lambda turn: turn.ending).ending.startswith(sentence("ending.shutdown"))
        chat.wait_for(lambda _: not (chat.spins() or chat.is_running()))
        assert server.chats()[0].wait_closed()
        chat.close()
    finally:
        launcher.kill()
        launcher.wait()

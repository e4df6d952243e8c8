"""A page whose chat the app no longer knows says so, and nothing on it pretends that the chat is still known."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chat.words.texts import say
from tests.browser.driver import Chat
from tests.browser.running_app import (
    RunningApp,
    copy_of_the_house,
    environment_for_the_app,
    free_port,
    running_app,
    wait_until_it_answers,
)
from tests.patience import PATIENT_APP
from tests.scripted_server import Content, Hang, Pause, Reasoning, Role, ScriptedServer, Step, thought_and_answer
from tests.sentences import sentence

LOST = {
    "en-US": sentence("lost.line"),
    "zh-CN": sentence("lost.line", "zh"),
}
NO_BUTTON = sentence("lost.button")
NO_EDIT = sentence("lost.edit")
HANGING: list[Step] = [Role(), Reasoning("Hm."), Content("It is"), Hang()]
THINKING: list[Step] = [Role(), Reasoning("Hm. "), Pause(1.5), Reasoning("Well."), Hang()]
LAUNCH = """
import sys
from pathlib import Path
from chat.launch.start import Options, launch
launch(Options("127.0.0.1", int(sys.argv[1]), watch=False, model=None), Path.cwd())
"""
STUCK = "document.querySelectorAll('#stop-button, .loading-cursor, .loading-shimmer').length"
SIGNALS = [signal.SIGTERM, signal.SIGKILL]


class Restartable:
    """The app on one port, which a test may end and start again."""

    def __init__(self, root: Path, base_url: str) -> None:
        self._root, self._base_url, self._port = root, base_url, free_port()
        self._opened = ExitStack()
        self._runs = False
        self.app: RunningApp

    def start(self) -> None:
        self.app = self._opened.enter_context(running_app(self._root, self._base_url, port=self._port))
        self._runs = True

    def start_if_ended(self) -> None:
        if not self._runs:
            self.start()

    def end(self, number: signal.Signals) -> None:
        os.kill(self.app.pid, number)
        os.waitid(os.P_PID, self.app.pid, os.WEXITED | os.WNOWAIT)  # a second signal would end it at once
        self._opened.close()
        self._runs = False

    def restart(self, number: signal.Signals) -> None:
        self.end(number)
        self.start()

    def close(self) -> None:
        self._opened.close()


@pytest.fixture(scope="module")
def shared(scripted_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restartable]:
    """Yield an app for the tests of this file: each leaves it ended or started again."""
    found = Restartable(copy_of_the_house(tmp_path_factory.mktemp("restartable") / "house"), scripted_server.base_url)
    yield found
    found.close()


@pytest.fixture
def restartable(shared: Restartable) -> Restartable:
    """Return the app, which runs when the test begins."""
    shared.start_if_ended()
    return shared


@pytest.fixture
def chat(page: Page, restartable: Restartable, complaints: list[str]) -> Iterator[Chat]:
    yield Chat(page, restartable.app.url).open()
    complaints.clear()  # the browser complains of an app that is away


def nothing_is_stuck(chat: Chat) -> None:
    """Wait until no cursor blinks and no title shimmers, also when the page thinks that a turn is running."""
    chat.wait_for(lambda _: chat.page.evaluate(STUCK) == 0)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("script", [HANGING, THINKING], ids=["answer", "thought"])
def test_a_restart_in_the_middle_of_a_turn_is_said_and_nothing_spins(
    chat: Chat, restartable: Restartable, server: ScriptedServer, number: signal.Signals, script: list[Step]
) -> None:
    server.play(script, thought_and_answer("Hm.", "Six."))
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "It is" or (turn.thoughts and "1 s" in turn.thoughts[0].title))
    restartable.restart(number)
    turn = chat.wait_for(lambda turn: any(LOST["en-US"] in line for line in turn.lines), 60)
    nothing_is_stuck(chat)
    assert not turn.thoughts[0].title.startswith("Thinking")
    chat.send("3 + 3?")
    chat.wait_for(lambda turn: turn.answer == "Six." and turn.ending)
    chat.wait_idle()
    said = [message["content"] for message in server.chats()[-1].body["messages"]]
    assert said[1:] == ["3 + 3?"]
    assert chat.everything().count(LOST["en-US"]) == 1


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_restart_at_rest_is_said_before_the_next_question(
    chat: Chat, restartable: Restartable, server: ScriptedServer, locale: str
) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    chat.ask("2 + 2?")
    restartable.restart(signal.SIGKILL)
    turn = chat.wait_for(lambda turn: any(LOST[locale] in line for line in turn.lines), 60)
    assert turn.answer == "Four."
    nothing_is_stuck(chat)


def test_a_question_that_is_sent_the_moment_the_app_is_back_stands_with_the_line_above_its_answer(
    chat: Chat, restartable: Restartable, server: ScriptedServer
) -> None:
    server.play(HANGING, thought_and_answer("Hm.", "Six."))
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "It is")
    restartable.end(signal.SIGKILL)
    chat.page.locator("#chat-input").fill("3 + 3?")
    restartable.start()
    while len(chat.asked()) == 1:
        chat.page.locator("#chat-input").press("Enter")
    chat.wait_for(lambda turn: turn.answer == "Six." and turn.ending)
    chat.wait_idle()
    nothing_is_stuck(chat)
    everything = chat.everything()
    assert 0 <= everything.find(LOST["en-US"]) < everything.find("Six.")
    said = [message["content"] for message in server.chats()[-1].body["messages"]]
    assert said[1:] == ["3 + 3?"]


def answer_and_restart(chat: Chat, restartable: Restartable, server: ScriptedServer) -> None:
    """Play one turn, and restart the app, so that it does not know the chat any more."""
    server.play(thought_and_answer("Hm.", "Four."))
    chat.ask("2 + 2?")
    restartable.restart(signal.SIGKILL)
    chat.wait_text(LOST["en-US"])


def test_the_buttons_of_an_old_receipt_explain_why_they_do_nothing(
    chat: Chat, restartable: Restartable, server: ScriptedServer
) -> None:
    answer_and_restart(chat, restartable, server)
    for name in (sentence("act.again"), sentence("act.details")):
        chat.page.evaluate("window.fullstop.toasts = []")
        chat.press(name)
        chat.wait_for(lambda _: chat.toasts())
        assert NO_BUTTON in chat.toasts()[-1]
    assert chat.turn().answer == "Four."


def test_an_edit_of_an_old_question_is_refused_and_the_page_keeps_what_it_shows(
    chat: Chat, restartable: Restartable, server: ScriptedServer
) -> None:
    answer_and_restart(chat, restartable, server)
    edit_and_confirm(chat, "3 + 3?")
    chat.wait_for(lambda _: any(NO_EDIT in toast for toast in chat.toasts()))
    assert chat.page.locator("#edit-chat-input").input_value() == "3 + 3?"
    assert chat.turn().answer == "Four."
    assert "Traceback" not in restartable.app.output()
    assert len(server.chats()) == 1


def test_an_edit_while_the_app_is_away_keeps_the_page_and_says_so(
    chat: Chat, restartable: Restartable, server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    chat.ask("2 + 2?")
    restartable.end(signal.SIGKILL)
    edit_and_confirm(chat, "3 + 3?")
    chat.wait_text(say("lost.away", "en"))
    assert chat.page.locator("#edit-chat-input").input_value() == "3 + 3?"
    assert chat.turn().answer == "Four."


def edit_and_confirm(chat: Chat, text: str) -> None:
    message = chat.page.locator("[data-step-type=user_message]").last
    message.hover()
    message.locator(".edit-message").click()
    message.locator("#edit-chat-input").fill(text)
    message.locator(".confirm-edit").click()


def test_a_thought_that_was_being_edited_comes_back_with_the_reason(
    chat: Chat, restartable: Restartable, server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    chat.ask("2 + 2?")
    chat.press(sentence("act.edit"))
    editor = chat.page.locator(".fullstop-editor textarea")
    editor.fill("My own thought.")
    restartable.restart(signal.SIGKILL)
    chat.wait_text(LOST["en-US"])
    chat.page.locator(".fullstop-editor button[value=save]").click()
    chat.wait_for(lambda _: any(NO_BUTTON in toast for toast in chat.toasts()))
    expect(editor).to_have_value("My own thought.")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_shutdown_ends_the_turn_with_a_receipt(
    chat: Chat, restartable: Restartable, server: ScriptedServer, number: signal.Signals
) -> None:
    server.play(HANGING)
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "It is")
    restartable.end(number)
    turn = chat.wait_for(lambda turn: turn.ending)
    assert turn.ending.startswith(sentence("ending.shutdown") + f" · {sentence('phase.in.answer')}")
    assert turn.buttons[0] == sentence("act.continue")
    nothing_is_stuck(chat)
    assert server.chats()[0].wait_closed()


def test_a_new_chat_after_the_line_is_a_plain_new_chat(
    chat: Chat, restartable: Restartable, server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."), thought_and_answer("Hm.", "Six."))
    chat.ask("2 + 2?")
    restartable.restart(signal.SIGKILL)
    chat.wait_text(LOST["en-US"])
    chat.page.locator("#new-chat-button").click()
    chat.page.get_by_role("button", name="Confirm").click()
    chat.wait_for(lambda turn: not turn.blocks)
    assert chat.ask("3 + 3?").answer == "Six."
    assert LOST["en-US"] not in chat.everything()


def test_the_page_of_a_killed_launcher_ends_the_turn_with_a_receipt(
    page: Page, server: ScriptedServer, tmp_path: Path, complaints: list[str]
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
        chat = Chat(page, app.url).open()
        chat.send("2 + 2?")
        chat.wait_for(lambda turn: turn.answer == "It is")
        launcher.kill()
        assert chat.wait_for(lambda turn: turn.ending).ending.startswith(sentence("ending.shutdown"))
        nothing_is_stuck(chat)
        assert server.chats()[0].wait_closed()
    finally:
        launcher.kill()
        launcher.wait()
        complaints.clear()  # the browser complains of an app that is away

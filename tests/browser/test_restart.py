"""A page whose chat the app no longer knows says so, and nothing on it pretends that the chat is still known."""

import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Chat
from tests.browser.restartable import Restartable
from tests.browser.running_app import copy_of_the_house
from tests.scripted_server import Content, Hang, Pause, Reasoning, Role, ScriptedServer, Step, thought_and_answer
from tests.sentences import sentence

LOST = sentence("lost.line")
NO_BUTTON = sentence("lost.button")
HANGING: list[Step] = [Role(), Reasoning("Hm."), Content("It is"), Hang()]
THINKING: list[Step] = [Role(), Reasoning("Hm. "), Pause(1.5), Reasoning("Well."), Hang()]
STUCK = "document.querySelectorAll('#stop-button, .loading-cursor, .loading-shimmer').length"


@pytest.fixture(scope="module")
def restartable(scripted_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restartable]:
    """Yield an app for the tests of this file, which runs when a test begins: each leaves it started again."""
    found = Restartable(copy_of_the_house(tmp_path_factory.mktemp("restartable") / "house"), scripted_server.base_url)
    found.start()
    yield found
    found.close()


@pytest.fixture
def chat(page: Page, restartable: Restartable, complaints: list[str]) -> Iterator[Chat]:
    yield Chat(page, restartable.app.url).open()
    complaints.clear()  # the browser complains of an app that is away


def nothing_is_stuck(chat: Chat) -> None:
    """Wait until no cursor blinks and no title shimmers, also when the page thinks that a turn is running."""
    chat.wait_for(lambda _: chat.page.evaluate(STUCK) == 0)


def edit_and_confirm(chat: Chat, text: str) -> None:
    message = chat.page.locator("[data-step-type=user_message]").last
    message.hover()
    message.locator(".edit-message").dispatch_event("click")  # a toast may stand before it
    message.locator("#edit-chat-input").fill(text)
    message.locator(".confirm-edit").click()


@pytest.mark.parametrize(
    ("number", "script"), [(signal.SIGTERM, HANGING), (signal.SIGKILL, THINKING)], ids=["ended", "killed"]
)
def test_a_restart_in_the_middle_of_a_turn_is_said_and_nothing_spins(
    chat: Chat, restartable: Restartable, server: ScriptedServer, number: signal.Signals, script: list[Step]
) -> None:
    server.play(script, thought_and_answer("Hm.", "Six."))
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "It is" or (turn.thoughts and "1 s" in turn.thoughts[0].title))
    restartable.end(number)
    if number == signal.SIGTERM:
        turn = chat.wait_for(lambda turn: turn.ending)
        assert turn.ending.startswith(sentence("ending.shutdown") + f" · {sentence('phase.in.answer')}")
        assert turn.buttons[0] == sentence("act.continue")
        nothing_is_stuck(chat)
    restartable.start()
    turn = chat.wait_for(lambda turn: any(LOST in line for line in turn.lines))
    nothing_is_stuck(chat)
    assert not turn.thoughts[0].title.startswith("Thinking")
    chat.send("3 + 3?")
    chat.wait_for(lambda turn: turn.answer == "Six." and turn.ending)
    chat.wait_idle()
    assert chat.everything().count(LOST) == 1


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
    assert 0 <= everything.find(LOST) < everything.find("Six.")
    said = [message["content"] for message in server.chats()[-1].body["messages"]]
    assert said[1:] == ["3 + 3?"]


def test_a_page_whose_chat_is_lost_keeps_what_it_shows_and_what_is_typed(
    chat: Chat, restartable: Restartable, server: ScriptedServer
) -> None:
    """Edit the thought and a question while the app is away, then press the old buttons."""
    server.play(thought_and_answer("Hm.", "Four."), thought_and_answer("Hm.", "Six."))
    chat.ask("2 + 2?")
    editor = chat.page.locator(".fullstop-editor textarea")
    chat.press(sentence("act.edit"))
    editor.fill("My own thought.")
    restartable.end(signal.SIGKILL)
    restartable.start()
    chat.wait_text(LOST)
    nothing_is_stuck(chat)
    chat.page.locator(".fullstop-editor button[value=save]").click()
    chat.wait_toast(NO_BUTTON)
    expect(editor).to_be_visible()  # the app could not accept it
    expect(editor).to_have_value("My own thought.")
    chat.page.keyboard.press("Escape")
    expect(editor).to_be_hidden()

    before = len(chat.toasts())
    chat.press(sentence("act.again"))
    chat.wait_for(lambda _: any(NO_BUTTON in toast for toast in chat.toasts()[before:]))
    edit_and_confirm(chat, "3 + 3?")
    chat.wait_toast(sentence("lost.edit"))
    expect(chat.page.locator("#edit-chat-input")).to_have_value("3 + 3?")
    restartable.end(signal.SIGKILL)
    chat.page.locator(".confirm-edit").click()
    chat.wait_text(sentence("lost.away"))
    expect(chat.page.locator("#edit-chat-input")).to_have_value("3 + 3?")
    assert chat.turn().answer == "Four."

    restartable.start()
    new_chat(chat)
    assert chat.ask("3 + 3?").answer == "Six."
    assert LOST not in chat.everything()


def new_chat(chat: Chat) -> None:
    chat.page.locator("#new-chat-button").click()
    chat.page.get_by_role("button", name="Confirm").click()
    chat.wait_for(lambda turn: not turn.blocks)

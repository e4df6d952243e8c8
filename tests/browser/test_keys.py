"""The keyboard works, and nothing that was typed is lost by a key or a click."""

from playwright.sync_api import Locator, expect

from tests.browser.driver import USER, Chat
from tests.scripted_server import ScriptedServer, thought_and_answer

FOUR = thought_and_answer("Two and two.", "Four.")


def open_editor(chat: Chat, number: int = -1) -> Locator:
    message = chat.page.locator(USER).nth(number)
    message.hover()
    message.locator(".edit-message").dispatch_event("click")
    return message.locator("#edit-chat-input")


def test_an_edit_that_is_no_question_leaves_the_page_and_the_typed_text(chat: Chat, server: ScriptedServer) -> None:
    server.play(FOUR, FOUR)
    chat.ask("first")
    chat.ask("second")
    editor = open_editor(chat, 0)
    editor.fill("[MODE:NOPE] first")
    chat.page.locator(".confirm-edit").click()
    chat.wait_toast("NOPE")
    expect(editor).to_have_value("[MODE:NOPE] first")
    expect(chat.page.locator(USER)).to_have_count(2)
    assert chat.turn().answer == "Four."

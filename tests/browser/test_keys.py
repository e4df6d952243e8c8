"""The keyboard works, and nothing that was typed is lost by a key or a click."""

from playwright.sync_api import Locator, expect

from tests.browser.driver import USER, Chat
from tests.scripted_server import Content, Hang, Role, ScriptedServer, thought_and_answer

RUNNING = [Role(), Content("Four is"), Hang()]
FOUR = thought_and_answer("Two and two.", "Four.")

ENTER = """(field, {keyCode}) => field.dispatchEvent(
  new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter', keyCode, bubbles: true, cancelable: true}))"""


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


def test_escape_closes_the_editor_of_a_question_and_control_enter_confirms_it(
    chat: Chat, server: ScriptedServer
) -> None:
    server.play(FOUR, FOUR)
    chat.ask("first")
    open_editor(chat).fill("typed")
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator("#edit-chat-input")).to_have_count(0)
    assert chat.asked() == ["first"]
    open_editor(chat).fill("second")
    chat.page.keyboard.press("Control+Enter")
    expect(chat.page.locator("#edit-chat-input")).to_have_count(0)
    expect(chat.page.locator(f"{USER} .message-content")).to_have_text("second")
    chat.wait_for(lambda _: len(server.chats()) == 2)
    chat.wait_idle()


def test_escape_stops_a_running_turn_and_a_draft_stays(chat: Chat, server: ScriptedServer) -> None:
    server.play(RUNNING)
    chat.send("2 + 2?")
    chat.wait_text("Four is")
    chat.page.locator("#chat-input").fill("half a draft")
    chat.page.keyboard.press("Escape")
    chat.wait_idle()
    expect(chat.page.locator("#chat-input")).to_contain_text("half a draft")


def draft_in_a_running_turn(chat: Chat, server: ScriptedServer) -> None:
    server.play(RUNNING, FOUR)
    chat.send("2 + 2?")
    chat.wait_text("Four is")
    chat.page.locator("#chat-input").fill("half a draft")


def click_where_stop_was(chat: Chat, click_count: int) -> None:
    """Click Stop, and as soon as Send is in its place, there again."""
    mouse = chat.page.mouse
    box = chat.page.locator("#stop-button").bounding_box()
    assert box
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.up()
    chat.page.locator("#chat-submit").wait_for()
    mouse.down(click_count=click_count)
    mouse.up(click_count=click_count)


def test_the_second_click_of_a_double_click_on_stop_does_not_send_the_draft(chat: Chat, server: ScriptedServer) -> None:
    draft_in_a_running_turn(chat, server)
    click_where_stop_was(chat, 2)
    chat.wait_idle()
    expect(chat.page.locator("#chat-input")).to_contain_text("half a draft")
    expect(chat.page.locator(USER)).to_have_count(1)


def test_a_click_of_its_own_after_stop_sends_the_draft(chat: Chat, server: ScriptedServer) -> None:
    draft_in_a_running_turn(chat, server)
    click_where_stop_was(chat, 1)
    expect(chat.page.locator(USER)).to_have_count(2)
    chat.wait_idle()


def test_enter_that_ends_a_composition_does_not_send(chat: Chat, server: ScriptedServer) -> None:
    server.play(FOUR)
    field = chat.page.locator("#chat-input")
    field.fill("二加二")
    field.evaluate(ENTER, {"keyCode": 229})
    expect(field).to_contain_text("二加二")
    expect(chat.page.locator(USER)).to_have_count(0)
    field.evaluate(ENTER, {"keyCode": 13})
    expect(chat.page.locator(USER)).to_have_count(1)
    chat.wait_idle()

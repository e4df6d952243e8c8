"""A person without a mouse: after each button of a receipt the focus stands where the next key is wanted."""

from playwright.sync_api import Locator, expect

from tests.browser.driver import Chat
from tests.scripted_server import Hold, Reasoning, Role, ScriptedServer, thought_and_answer
from tests.sentences import sentence

FOUR = thought_and_answer("Two and two.", "Four.")
FIVE = thought_and_answer("Three and two.", "Five.")


def button(chat: Chat, name: str, receipt: int = -1) -> Locator:
    found = chat.page.locator('[data-step-type=assistant_message]:has(button[id^="fs-"])')
    return found.nth(receipt).get_by_role("button", name=name, exact=True)


def press(chat: Chat, name: str, receipt: int = -1) -> None:
    """Press a button with the keyboard."""
    expect(button(chat, name, receipt)).to_be_enabled()
    button(chat, name, receipt).focus()
    chat.page.keyboard.press("Enter")


def field(chat: Chat) -> Locator:
    return chat.page.locator("#chat-input")


def test_the_details_are_opened_and_closed_by_the_same_key(chat: Chat, server: ScriptedServer) -> None:
    server.play(FOUR)
    chat.ask("2 + 2?")
    press(chat, sentence("act.details"))
    chat.wait_for(lambda turn: "finish_reason" in turn.ending)
    expect(button(chat, sentence("act.details"))).to_be_focused()
    expect(button(chat, sentence("act.details"))).to_be_enabled()
    chat.page.keyboard.press("Enter")
    chat.wait_for(lambda turn: "finish_reason" not in turn.ending)


def test_a_step_between_versions_leaves_the_focus_on_its_button(chat: Chat, server: ScriptedServer) -> None:
    server.play(FOUR, FIVE, FOUR)
    chat.ask("2 + 2?")
    chat.press(sentence("act.again"))
    chat.wait_for(lambda turn: turn.answer == "Five." and "2/2" in turn.buttons)
    chat.ask("Twice that?")
    press(chat, sentence("act.former"), 0)
    chat.wait_for(lambda turn: turn.answer == "Four." and "1/2" in turn.buttons)
    expect(button(chat, sentence("act.former"), 0)).to_be_focused()
    expect(button(chat, sentence("act.former"), 0)).to_be_enabled()
    chat.page.keyboard.press("Enter")
    chat.wait_for(lambda _: chat.asked() == ["2 + 2?", "Twice that?"])
    expect(button(chat, sentence("act.former"), 0)).to_be_focused()


def test_while_a_turn_runs_the_focus_is_in_the_input(chat: Chat, server: ScriptedServer) -> None:
    hold = Hold()
    server.play(FOUR, [Role(), Reasoning("Once more."), hold, *FIVE])
    chat.ask("2 + 2?")
    press(chat, sentence("act.again"))
    expect(chat.page.locator("#stop-button")).to_be_visible()
    expect(field(chat)).to_be_focused()
    hold.release()
    chat.wait_for(lambda turn: turn.answer == "Five." and turn.ending)


def test_a_person_who_goes_elsewhere_stays_there(chat: Chat, server: ScriptedServer) -> None:
    server.play(FOUR)
    chat.ask("2 + 2?")
    press(chat, sentence("act.details"))
    field(chat).focus()
    chat.wait_for(lambda turn: "finish_reason" in turn.ending)
    expect(button(chat, sentence("act.details"))).to_be_enabled()
    chat.page.wait_for_timeout(300)
    expect(field(chat)).to_be_focused()

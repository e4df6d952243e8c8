"""What the person types is kept, in the thought's editor and in the field for messages."""

from playwright.sync_api import Locator, ViewportSize, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.driver import Chat
from tests.browser.widgets import EDIT, SCREENS, app, box, post, receipt
from tests.sentences import sentence

__all__ = ["app"]


# The editor of the thought


@SCREENS
def test_the_thought_is_edited_and_sent(chat: Chat, viewport: ViewportSize) -> None:
    post(chat.page, fullstopEdit=EDIT)
    dialog = chat.page.get_by_role("dialog", name=EDIT["title"])
    text = dialog.get_by_role("textbox", name=EDIT["title"])
    expect(text).to_be_focused()
    expect(text).to_have_value(EDIT["text"])
    expect(dialog).to_contain_text(EDIT["note"])
    assert text.evaluate("text => text.scrollTop + text.clientHeight >= text.scrollHeight - 1")
    if viewport == PHONE:
        assert box(dialog) == (0, 0, PHONE["width"], PHONE["height"])
    else:
        assert box(dialog)[3] <= DESKTOP["height"]
    chat.page.keyboard.type(", 终")
    dialog.get_by_role("button", name=EDIT["save"]).click()
    expect(dialog).to_have_count(0)
    chat.wait_text("The end, 终")
    assert '"fullstopDo": "edit_thought", "id": "thought-1"' in chat.toasts()[-1]


def test_what_was_typed_is_kept_until_the_thought_is_opened_again_and_the_focus_returns(chat: Chat) -> None:
    text = chat.page.get_by_role("textbox", name=EDIT["title"])

    def opened(expected: str, **changed: str) -> None:
        post(chat.page, fullstopEdit=EDIT | {"text": "given"} | changed)
        expect(text).to_have_value(expected)

    chat.ask("answer")
    button = receipt(chat.page).get_by_role("button", name=sentence("act.edit"))
    button.click()
    expect(button).to_be_enabled()  # the app has received the text
    opened("given")
    chat.page.keyboard.type(", typed")
    chat.page.keyboard.press("Escape")
    expect(text).to_have_count(0)
    expect(button).to_be_focused()  # it opened the editor
    opened("another", id="thought-2", text="another")
    chat.page.get_by_role("button", name=EDIT["cancel"]).click()
    opened("given, typed")
    chat.page.keyboard.press("Control+z")
    expect(text).to_have_value("given")
    chat.page.keyboard.press("Control+Shift+z")
    chat.page.keyboard.press("Control+Enter")
    chat.wait_text("given, typed")
    opened("given, typed")  # by itself: the app could not accept it
    chat.page.keyboard.press("Control+Enter")
    expect(text).to_have_count(0)
    chat.press(sentence("act.edit"))
    chat.wait_text("pressed edit")
    opened("given")  # it belongs to another version now
    chat.page.keyboard.type(", more")
    chat.page.keyboard.press("Escape")
    expect(text).to_have_count(0)
    opened("given, and it continues", text="given, and it continues")
    chat.page.get_by_role("button", name=EDIT["save"]).click()
    expect(field(chat)).to_be_focused()


# What is typed


def field(chat: Chat) -> Locator:
    return chat.page.locator("#chat-input")


def first_words(chat: Chat) -> None:
    """Let the app send the first message, on which Chainlit builds its composer again."""
    post(chat.page, speak="Good morning")
    expect(receipt(chat.page)).to_contain_text("Good morning")


def test_what_is_typed_stays_until_it_is_sent_or_a_new_chat_begins(chat: Chat) -> None:
    """Enter does not send it without a connection, and a new chat can be cancelled."""
    dialog = chat.page.locator("#new-chat-dialog")
    field(chat).fill("Two and two")
    chat.page.evaluate("""() => document.addEventListener('keydown', event => {
      event.preventDefault();
      event.stopPropagation();
    }, {capture: true, once: true})""")  # as without a connection
    chat.page.keyboard.press("Enter")
    first_words(chat)
    expect(field(chat)).to_have_value("Two and two")
    expect(field(chat)).to_be_focused()

    chat.page.locator("#new-chat-button").click()
    dialog.locator("#confirm").click()
    expect(chat.page.locator("#welcome-screen")).to_be_visible()
    expect(field(chat)).to_have_value("")

    field(chat).fill("Two and three")
    chat.page.locator("#new-chat-button").click()
    expect(dialog).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    first_words(chat)
    expect(field(chat)).to_have_value("Two and three")


def test_what_is_sent_is_not_typed_again(chat: Chat) -> None:
    chat.send("think **two**\nand  two")
    expect(chat.page.locator("#stop-button")).to_be_visible()
    expect(field(chat)).to_have_value("")
    chat.stop()

"""A message over the limit stays in its field, and the page says why."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import StartApp
from tests.browser.driver import USER, Chat
from tests.scripted_server import ScriptedServer, thought_and_answer

LONG = "多余的话。" * 100  # 1,500 bytes


def test_a_message_over_the_limit_is_not_sent_and_not_lost(
    page: Page, start_app: StartApp, server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    with start_app(FULLSTOP_MAX_MESSAGE_BYTES="1000") as app:
        received: list[str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(str(frame))))
        chat = Chat(page, app.url).open()
        chat.wait_for(lambda _: any("fullstopLimit" in frame for frame in received))
        field = page.locator("#chat-input")
        for send in (lambda: field.press("Enter"), lambda: page.locator("#chat-submit").click()):
            field.fill(LONG)
            send()
            chat.wait_toast("1,500 bytes, at most 1,000")
            expect(field).to_contain_text(LONG)
            expect(page.locator(USER)).to_have_count(0)
        assert not server.chats()
        chat.ask("2 + 2?")
        chat.wait_text("Four.")
        page.goto("about:blank")

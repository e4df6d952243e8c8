"""The settings panel is a form: it is filled in, confirmed, set back, and shut while a turn runs."""

from playwright.sync_api import expect

from tests.browser.driver import Chat
from tests.scripted_server import Hang, Model, Reasoning, Role, ScriptedServer
from tests.sentences import sentence


def test_the_panel_is_filled_in_and_set_back(chat: Chat, server: ScriptedServer) -> None:
    """Run a turn at the end: Chainlit removes the Stop button when the panel is confirmed."""
    server.by_message({"": Model("Two and two.", "Four.")})
    chat.change(
        temperature="0.25",
        system="Be brief: $5.",
        mode=sentence("mode.THINK_ONLY"),
        display="hidden",
        profile="Qwen3-4B-Thinking-2507",
    )
    chat.change(idle="soon")
    chat.wait_toast(sentence("settings.bad", value="soon", name=sentence("settings.idle")))
    chat.ask("2 + 2?")
    body = server.chats()[-1].body
    assert (body["model"], body["temperature"]) == ("Qwen/Qwen3-4B-Thinking-2507", 0.25)
    assert body["messages"][0] == {"role": "system", "content": "Be brief: $5."}
    chat.open_settings()
    assert [chat.field(name) for name in ("temperature", "system", "idle")] == ["0.25", "Be brief: $5.", ""]
    chat.set_field("reset", True)
    chat.confirm()
    chat.open_settings()
    assert [chat.field(name) for name in ("temperature", "system", "reset")] == ["", "", "false"]
    assert chat.field("mode") == sentence("settings.as_profile", value="FULL")
    assert chat.field("display") == sentence("settings.display.live")
    assert chat.field("profile") == "Qwen3-4B-Thinking-2507"
    placeholder = sentence("settings.as_profile", value="0.6")
    assert chat.page.locator('[id="temperature"]').get_attribute("placeholder") == placeholder
    chat.confirm()
    server.play([Role(), Reasoning("Hm."), Hang()])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.thoughts)
    expect(chat.page.locator("#chat-settings-open-modal")).to_be_disabled()

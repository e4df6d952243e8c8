"""The picker in the composer and the panel show the same mode, in the browser."""

from tests.browser.driver import Chat
from tests.scripted_server import Model, ScriptedServer
from tests.sentences import sentence

MODEL = Model("Two and two.", "Four.")
THOUGHT_ONLY = sentence("ending.thought_complete")


def test_the_picker_and_the_panel_agree(chat: Chat, server: ScriptedServer) -> None:
    server.by_message({"": MODEL})
    chat.wait_for(lambda _: chat.mode() == sentence("mode.AUTO"))
    chat.pick_mode(sentence("mode.THINK_ONLY"))
    assert chat.ask("2 + 2?").ending.startswith(THOUGHT_ONLY)
    chat.open_settings()
    assert chat.field("mode") == sentence("mode.THINK_ONLY")
    chat.set_field("mode", sentence("mode.FULL"))
    chat.confirm()
    chat.wait_for(lambda _: chat.mode() == sentence("mode.FULL"))
    assert chat.ask("2 + 2?").answer == "Four."
    chat.pick_mode(sentence("mode.AUTO"))
    assert chat.ask("2 + 2?").answer == "Four."
    chat.open_settings()
    assert chat.field("mode") == sentence("settings.as_profile", value="FULL")

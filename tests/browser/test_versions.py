"""An edited thought is continued in a version of its own; the previous one stays."""

from tests.browser.driver import Chat
from tests.scripted_server import Content, Finish, Hang, Reasoning, Role, ScriptedServer
from tests.sentences import STOPPED, sentence


def test_an_edited_thought_is_continued(chat: Chat, server: ScriptedServer) -> None:
    server.play(
        [Role(), Reasoning("I think: five."), Hang()],
        [Content(" That makes four.\n</think>\n\nFour."), Finish("stop")],
    )
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.thoughts and "five" in turn.thoughts[0].text)
    chat.stop()
    chat.wait_idle()
    chat.press(sentence("act.edit"))
    editor = chat.page.locator("dialog textarea")
    editor.wait_for()
    assert editor.input_value() == "I think: five."
    editor.fill("I think: two and two.")
    chat.page.get_by_role("button", name=sentence("edit.save")).click()
    chat.wait_for(lambda turn: turn.answer == "Four." and "2/2" in turn.buttons)
    chat.wait_idle()
    chat.wait_for(lambda turn: len(turn.thoughts) == 1 and not turn.thoughts[0].open)
    chat.toggle_thought()
    assert chat.thought_text() == "I think: two and two. That makes four."
    button = chat.page.get_by_role("button", name=sentence("act.details"))
    button.hover()
    assert button.get_attribute("title") == sentence("act.details.tip")
    chat.press(sentence("act.former"))
    chat.wait_for(lambda turn: turn.ending.startswith(STOPPED) and turn.answer == "")

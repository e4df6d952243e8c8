"""What goes wrong looks like that: a message of its own below what had come, which the next question leaves behind."""

from tests.browser.driver import Chat
from tests.scripted_server import Content, Drop, Reasoning, Role, ScriptedServer, error, thought_and_answer
from tests.sentences import sentence


def test_a_fault_is_shown_below_what_had_come(chat: Chat, server: ScriptedServer) -> None:
    """Send a second message of 200,000 characters, which the server rejects."""
    too_long = error(400, "This model's maximum context length is 32768 tokens. However, you requested 50000 tokens.")
    server.play([Role(), Reasoning("Hm."), Content("It is"), Drop()], too_long, thought_and_answer("Hm.", "Four."))
    turn = chat.ask("2 + 2?")
    assert turn.errors == [sentence("fault.disconnected")]
    assert (turn.answer, turn.blocks[-1].error) == ("It is", False)
    assert turn.ending.startswith(sentence("ending.disconnected"))
    assert "Error:" not in chat.everything()
    chat.send("long word " * 20_000)
    assert chat.wait_idle().errors[0].startswith(sentence("fault.too_long"))
    assert len(chat.asked()[-1]) >= 199_999
    assert len(server.chats()[1].message) >= 199_999
    assert chat.ask("2 + 2?").answer == "Four."

"""Stop ends a turn in every phase: the text so far stays, and the connection to the server is closed at once."""

from tests.client.driver import Client
from tests.scripted_server import Content, Hang, KeepAlive, Pause, Reasoning, Role, ScriptedServer, thought_and_answer
from tests.sentences import STOPPED
from tests.turn import Turn

ENDLESS = [step for _ in range(2000) for step in (Pause(0.01), Content("word "))]


def stopped(chat: Client, server: ScriptedServer) -> Turn:
    chat.stop()
    chat.wait_idle()
    turn = chat.wait_for(lambda turn: turn.ending.startswith(STOPPED))
    assert server.chats()[-1].wait_closed()
    assert "manually" not in chat.everything()
    return turn


def test_stop_works_before_the_first_token(chat: Client, server: ScriptedServer) -> None:
    for number, silence in enumerate(([Hang()], [Role(), *[KeepAlive(), Pause(0.2)] * 50]), 1):
        server.play(silence)
        chat.send("2 + 2?")
        server.wait_chat(number)
        assert stopped(chat, server).answer == ""


def test_stop_in_the_thought_keeps_the_thought(chat: Client, server: ScriptedServer) -> None:
    server.play([Role(), Reasoning("Two and two. "), Pause(0.5), Reasoning("Still looking."), Hang()])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.thoughts and "Still looking." in turn.thoughts[0].text)
    turn = stopped(chat, server)
    assert turn.thoughts[0].title.startswith("Thought for")
    assert chat.thought_text() == "Two and two. Still looking."


def test_stop_in_the_answer_keeps_the_answer(chat: Client, server: ScriptedServer) -> None:
    server.play([Role(), Reasoning("Hm."), *ENDLESS])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer.count("word") > 10)
    answer = stopped(chat, server).answer
    assert answer.count("word") > 10
    assert chat.turn().answer == answer


def test_stop_works_for_an_edited_message(chat: Client, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Four."), [Role(), Reasoning("Hm."), *ENDLESS])
    chat.ask("2 + 2?")
    chat.edit_last("3 + 3?")
    chat.wait_for(lambda turn: "word" in turn.answer)
    assert "word" in stopped(chat, server).answer


def test_the_model_receives_the_text_that_came_but_not_the_stop(chat: Client, server: ScriptedServer) -> None:
    server.play([Hang()], [Role(), Reasoning("Hm."), Content("It is"), Hang()], thought_and_answer("Hm.", "Four."))
    chat.send("first")
    server.wait_chat()
    stopped(chat, server)
    chat.send("second")
    chat.wait_for(lambda turn: turn.answer == "It is")
    stopped(chat, server)
    assert chat.ask("third").answer == "Four."
    said = [(message["role"], message["content"]) for message in server.chats()[-1].body["messages"]]
    assert said[1:] == [("user", "first\n\nsecond"), ("assistant", "It is"), ("user", "third")]

"""A turn of the app: thought and answer are separated, the line says why it ended, the model receives the chat."""

from pathlib import Path

from tests.browser.running_app import RunningApp
from tests.client.driver import Background, Client
from tests.scripted_server import (
    Content,
    Done,
    Finish,
    Hang,
    Hold,
    Reasoning,
    Role,
    ScriptedServer,
    replay,
    thought_and_answer,
)
from tests.sentences import sentence

CAPTURES = Path(__file__).parents[1] / "captures"


def test_the_model_receives_the_chat_without_the_thoughts(chat: Client, server: ScriptedServer) -> None:
    server.play(thought_and_answer("A secret thought.", "Four."), thought_and_answer("Another.", "Five."))
    chat.ask("What is 2 + 2?")
    chat.ask("And one more?")
    said = [(message["role"], message["content"]) for message in server.chats()[1].body["messages"]]
    assert said == [
        ("system", "You are a helpful assistant."),
        ("user", "What is 2 + 2?"),
        ("assistant", "Four."),
        ("user", "And one more?"),
    ]


def test_an_edited_message_cuts_off_what_came_after_it(chat: Client, server: ScriptedServer) -> None:
    server.play(*[thought_and_answer("Hm.", answer) for answer in ("One.", "Two.", "Three.", "Four.")])
    chat.ask("first")
    chat.ask("second")
    chat.edit_last("second, better")
    chat.wait_for(lambda turn: turn.answer == "Three." and turn.ending)
    assert chat.asked() == ["first", "second, better"]
    chat.ask("third")
    said = [message["content"] for message in server.chats()[3].body["messages"]]
    assert said[1:] == ["first", "One.", "second, better", "Three.", "third"]


def test_thought_and_answer_are_separated(chat: Client, server: ScriptedServer) -> None:
    """Try it letter by letter, without the opening marker, with the older field, and in real streams cut anywhere."""
    said, marked = "Two and two", "<think>Two and two</think>\n\nFour, of course."
    real = ("The user asks", "2 + 2 = 4. 🎉")
    for script, thought, answer in (
        ([Role(), *map(Content, marked), Finish()], said, "Four, of course."),
        ([Role(), *map(Content, "Two and two\n</think>\n\nFour."), Finish()], said, "Four."),
        (thought_and_answer(said, "Four.", field="reasoning_content"), said, "Four."),
        (replay(CAPTURES / "full.noparser.sse", cut=7, gap_seconds=0.001), *real),
        (replay(CAPTURES / "full.parser.sse", cut=8, gap_seconds=0.001), *real),
    ):
        server.play(script)
        assert chat.ask("What is 2 + 2?").answer == answer
        assert chat.thought_text().startswith(thought)
    assert "think>" not in chat.everything()


def test_the_line_says_why_the_turn_ended(chat: Client, server: ScriptedServer) -> None:
    for finish, line, answer in (
        (Finish("length", text="one more word"), (sentence("ending.length") + " · "), "Four is one more word"),
        (Finish("stop", "###"), (sentence("ending.stop_text", evidence="###") + " · "), "Four is"),
        (
            Finish("repetition", "repetition_detected", "n n"),
            (sentence("ending.loop") + " · "),
            "Four is n n",
        ),
        (Finish("tool_calls"), (sentence("ending.tool_calls") + " · "), "Four is"),
        (Finish("abort"), (sentence("ending.aborted", finish_reason="abort") + " · "), "Four is"),
    ):
        server.play([Role(), Reasoning("Hm."), Content("Four is "), finish, Done()])
        turn = chat.ask("What is 2 + 2?")
        assert turn.ending.startswith(line)
        assert turn.answer == answer
    server.play([Role(), Finish()], [Role(), Reasoning("Hm"), Finish("length", text=" hm", field="reasoning")])
    assert chat.ask("Nothing?").ending.startswith(sentence("ending.empty"))
    server.tokenizes = False  # so there is no way to ask for the answer alone
    turn = chat.ask("Too long?")
    assert turn.ending.startswith(sentence("ending.length.thought"))


def test_the_page_is_idle_at_the_finish_though_the_server_hangs(chat: Client, server: ScriptedServer) -> None:
    finish = Hold()
    server.play([Role(), Reasoning("Hm."), Content("Four."), finish, Finish(), Hang()])
    chat.send("What is 2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "Four.")
    finish.release()
    assert chat.wait_idle().ending.startswith(sentence("ending.complete"))
    assert server.chats()[0].wait_closed()


def test_a_chat_can_start_before_the_page_is_ready(
    app: RunningApp, background: Background, server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    chat = Client(app.url, background).connect()
    assert chat.ask("What is 2 + 2?").answer == "Four."
    assert not chat.is_running()
    chat.close()

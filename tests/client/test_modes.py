"""A mode is chosen by a tag, the picker or panel, or the system prompt; THINK_ONLY ends at the thought."""

from tests.client.driver import Client
from tests.scripted_server import Content, Finish, Hang, Model, Reasoning, Request, Role, ScriptedServer
from tests.sentences import sentence
from tests.turn import Turn

THINK_CLOSE = 151668
MODEL = Model("Two and two.", "Four.")


def thought_only(turn: Turn, request: Request) -> bool:
    """True if the turn went as THINK_ONLY; the page and the server have to agree."""
    ended = turn.ending.startswith(sentence("ending.thought_complete"))
    assert ended == (THINK_CLOSE in request.body["stop_token_ids"])
    assert turn.answer == ("" if ended else "Four.")
    return ended


def test_a_tag_chooses_the_mode_and_only_the_person_sees_it(chat: Client, server: ScriptedServer) -> None:
    server.by_message({"": MODEL})
    for text, question, expected in (
        ("[MODE:THINK_ONLY] 2 + 2?", "2 + 2?", True),
        ("2 + 2? [mode:think_only]\nBriefly.", "2 + 2?\nBriefly.", True),
        ("【MODE：THINK_ONLY】二加二？", "二加二？", True),
        ("[Mode:Full] 2 + 2?", "2 + 2?", False),
        ("2 + 2?\n[MODE:THINK_ONLY]", "2 + 2?\n[MODE:THINK_ONLY]", False),
    ):
        turn = chat.ask(text)
        request = server.chats()[-1]
        assert thought_only(turn, request) is expected
        assert request.message.endswith(question)
        assert "MODE" not in request.message or not expected
        assert chat.asked()[-1] == text


def test_the_thought_of_a_thought_only_turn_stays(chat: Client, server: ScriptedServer) -> None:
    server.play(MODEL)
    turn = chat.ask("[MODE:THINK_ONLY] 2 + 2?")
    assert turn.thoughts[0].title.startswith("Thought for")
    assert chat.thought_text() == "Two and two."


def test_thought_only_ends_there_though_the_server_goes_on(chat: Client, server: ScriptedServer) -> None:
    server.play([Role(), Reasoning("Two and two."), Content("Four."), Hang()])
    turn = chat.ask("[MODE:THINK_ONLY] 2 + 2?")
    assert turn.ending.startswith(sentence("ending.thought_complete"))
    assert "Four." not in chat.everything()
    assert server.chats()[0].wait_closed()


def test_a_tag_in_the_message_outdoes_the_panel_and_that_the_system_prompt(
    chat: Client, server: ScriptedServer
) -> None:
    server.by_message({"": MODEL})
    chat.change(system="[MODE:THINK_ONLY] Be brief.")
    assert thought_only(chat.ask("2 + 2?"), server.chats()[-1])
    assert server.chats()[-1].body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert not thought_only(chat.ask("[MODE:FULL] 2 + 2?"), server.chats()[-1])
    chat.change(mode=sentence("mode.FULL"))
    assert not thought_only(chat.ask("2 + 2?"), server.chats()[-1])
    assert thought_only(chat.ask("[MODE:THINK_ONLY] 2 + 2?"), server.chats()[-1])


def test_an_unknown_mode_is_reported_with_the_known_ones(chat: Client, server: ScriptedServer) -> None:
    turn = chat.ask("[MODE:LOUD] 2 + 2?")
    assert turn.errors == [sentence("mode.unknown", name="LOUD", known="FULL, THINK_ONLY")]
    assert chat.asked() == ["[MODE:LOUD] 2 + 2?"]
    assert not server.chats()
    server.play([Role(), Reasoning("Hm."), Content("Four."), Finish()])
    chat.edit_last("[MODE:FULL] 2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "Four." and not turn.errors)


def test_an_edited_message_that_was_no_question_takes_what_followed_it_from_page_and_history(
    chat: Client, server: ScriptedServer
) -> None:
    server.play(*[[Role(), Reasoning("Hm."), Content(answer), Finish()] for answer in ("One.", "Two.", "Three.")])
    chat.ask("first")
    chat.send("[MODE:LOUD] second")
    chat.wait_for(lambda turn: turn.errors)
    chat.ask("third")
    chat.edit(1, "second")
    chat.wait_for(lambda turn: turn.answer == "Three.")
    assert chat.asked() == ["first", "second"]
    assert [each["content"] for each in server.chats()[-1].body["messages"]][1:] == ["first", "One.", "second"]


def test_an_edited_message_leaves_the_mode_as_it_was_set_since(chat: Client, server: ScriptedServer) -> None:
    server.by_message({"": MODEL})
    chat.pick_mode(sentence("mode.THINK_ONLY"))
    assert thought_only(chat.ask("2 + 2?"), server.chats()[-1])
    chat.change(mode=sentence("mode.FULL"))
    chat.edit_last("3 + 1?")
    turn = chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")))
    assert not thought_only(turn, server.chats()[-1])
    chat.wait_for(lambda _: chat.mode() == sentence("mode.FULL"))


def test_a_message_of_nothing_but_a_tag_is_asked_back(chat: Client, server: ScriptedServer) -> None:
    turn = chat.ask("[MODE:THINK_ONLY]")
    assert turn.errors == [sentence("message.empty")]
    assert chat.asked() == ["[MODE:THINK_ONLY]"]
    assert not server.chats()

"""A question can be answered again in several ways; every version stays, with what followed it."""

import pytest

from tests.client.driver import Client
from tests.scripted_server import (
    Content,
    Finish,
    Hang,
    Hold,
    Reasoning,
    Role,
    ScriptedServer,
    error,
    thought_and_answer,
)
from tests.sentences import STOPPED, sentence
from tests.turn import Turn

FOUR, FIVE = thought_and_answer("I think: four.", "Four."), thought_and_answer("I think: five.", "Five.")


def said(server: ScriptedServer) -> list[str]:
    """Return the chat in the last request."""
    return [str(message["content"]) for message in server.chats()[-1].body["messages"]][1:]


def place(turn: Turn) -> list[str]:
    return [name for name in turn.buttons if "/" in name]


def test_regenerate_keeps_the_previous_version(chat: Client, server: ScriptedServer) -> None:
    server.play(FOUR, FIVE)
    assert chat.ask("2 + 2?").answer == "Four."
    chat.press(sentence("act.again"))
    turn = chat.wait_for(lambda turn: turn.answer == "Five." and place(turn) == ["2/2"])
    assert len(turn.thoughts) == 1
    assert chat.asked() == ["2 + 2?"]
    chat.wait_idle()
    chat.press(sentence("act.former"))
    chat.wait_for(lambda turn: turn.answer == "Four." and place(turn) == ["1/2"])
    assert chat.thought_text() == "I think: four."
    chat.press(sentence("act.later"))
    chat.wait_for(lambda turn: turn.answer == "Five.")


def test_the_version_that_is_shown_is_the_one_that_the_model_sees(chat: Client, server: ScriptedServer) -> None:
    server.play(FOUR, FIVE, thought_and_answer("Hm.", "Six."), thought_and_answer("Hm.", "Seven."))
    chat.ask("2 + 2?")
    chat.press(sentence("act.again"))
    chat.wait_for(lambda turn: turn.answer == "Five." and turn.ending)
    chat.wait_idle()
    chat.ask("And one more?")
    assert said(server) == ["2 + 2?", "Five.", "And one more?"]
    chat.press(sentence("act.former"))  # the first turn's: the last of that name
    chat.wait_for(lambda turn: turn.answer == "Four.")
    assert chat.asked() == ["2 + 2?"]
    assert "Six." not in chat.everything()
    chat.ask("And one less?")
    assert said(server) == ["2 + 2?", "Four.", "And one less?"]
    assert chat.turn().answer == "Seven."
    chat.press(sentence("act.later"), 0)
    chat.wait_for(lambda turn: turn.answer == "Six.")
    assert chat.asked() == ["2 + 2?", "And one more?"]
    assert "Seven." not in chat.everything()


def test_only_the_answer_is_written_again(chat: Client, server: ScriptedServer) -> None:
    server.play(FOUR, [Content("It is four."), Finish("stop")])
    chat.ask("2 + 2?")
    chat.press(sentence("act.reroll"))
    turn = chat.wait_for(lambda turn: turn.answer == "It is four." and place(turn) == ["2/2"])
    assert [thought.title for thought in turn.thoughts] == [sentence("thought.kept")]
    assert server.prompt_of(server.chats()[-1]).endswith("<think>\nI think: four.\n</think>\n\n")
    chat.wait_idle()
    assert chat.thought_text() == "I think: four."


def test_an_edited_thought_is_continued(chat: Client, server: ScriptedServer) -> None:
    server.play(
        [Role(), Reasoning("I think: five."), Hang()],
        [Content(" That makes four.\n</think>\n\nFour."), Finish("stop")],
    )
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.thoughts and "five" in turn.thoughts[0].text)
    chat.stop()
    chat.wait_idle()
    assert chat.edit_thought("I think: two and two.") == "I think: five."
    turn = chat.wait_for(lambda turn: turn.answer == "Four." and place(turn) == ["2/2"])
    assert len(turn.thoughts) == 1
    assert server.prompt_of(server.chats()[-1]).endswith("<think>\nI think: two and two.")
    chat.wait_idle()
    assert chat.thought_text() == "I think: two and two. That makes four."
    chat.press(sentence("act.former"))
    chat.wait_for(lambda turn: turn.ending.startswith(STOPPED) and turn.answer == "")


def test_an_edited_question_keeps_the_previous_one_with_its_answer(chat: Client, server: ScriptedServer) -> None:
    server.play(FOUR, thought_and_answer("Hm.", "Eight."), FIVE, FIVE)
    chat.ask("2 + 2?")
    chat.ask("Twice that?")
    chat.edit(0, "3 + 2?")
    chat.wait_for(lambda turn: turn.answer == "Five." and turn.ending)
    assert said(server) == ["3 + 2?"]
    chat.wait_idle()
    chat.press(sentence("act.former"))
    chat.wait_for(lambda turn: turn.answer == "Eight.")
    assert chat.asked() == ["2 + 2?", "Twice that?"]
    chat.press(sentence("act.later"), 0)
    chat.wait_for(lambda turn: turn.answer == "Five.")
    assert chat.asked() == ["3 + 2?"]
    chat.edit_last("4 + 1?")
    chat.wait_for(lambda turn: place(turn) == ["3/3"])
    assert said(server) == ["4 + 1?"]


def test_a_version_can_be_stopped_while_it_streams_and_the_previous_one_is_kept(
    chat: Client, server: ScriptedServer
) -> None:
    hold = Hold()
    server.play(FOUR, [Role(), Reasoning("Hm."), Content("It"), hold, Hang()])
    chat.ask("2 + 2?")
    chat.press(sentence("act.again"))
    chat.wait_for(lambda turn: turn.answer == "It")
    assert chat.is_running()
    chat.stop()
    chat.wait_for(lambda turn: turn.ending.startswith(STOPPED))
    assert server.chats()[-1].wait_closed()
    chat.wait_idle()
    chat.press(sentence("act.former"))
    chat.wait_for(lambda turn: turn.answer == "Four.")


def test_details_open_and_close(chat: Client, server: ScriptedServer) -> None:
    server.play(FOUR)
    chat.ask("2 + 2?")
    assert "finish_reason" not in chat.turn().ending
    assert chat.tooltip("details") == sentence("act.details.tip")
    chat.press(sentence("act.details"))
    words = chat.wait_for(lambda turn: "finish_reason" in turn.ending).ending
    shown = "stop", sentence("source.model"), sentence("phase.answer"), server.chats()[0].headers["x-request-id"]
    assert [word for word in shown if word not in words] == []
    chat.press(sentence("act.details"))
    chat.wait_for(lambda turn: "finish_reason" not in turn.ending)


def test_a_version_without_any_text_has_a_way_back(chat: Client, server: ScriptedServer) -> None:
    server.play(FOUR, *[[error(503, "busy")]] * 3)
    chat.ask("2 + 2?")
    chat.press(sentence("act.reroll"))
    turn = chat.wait_for(lambda turn: place(turn) == ["2/2"] and turn.errors)
    assert turn.ending == sentence("ending.refused")
    chat.press(sentence("act.former"))
    chat.wait_for(lambda turn: turn.answer == "Four." and not turn.errors)


def test_of_two_presses_at_once_the_first_counts(chat: Client, server: ScriptedServer) -> None:
    continued = [Content("Four."), Finish()]
    server.by_message({"": lambda body: continued if body.keys() & {"prompt", "continue_final_message"} else FOUR})
    chat.ask("2 + 2?")
    chat.press_at_once(sentence("act.again"), sentence("act.reroll"))
    chat.wait_for(lambda turn: place(turn) == ["2/2"] and turn.answer == "Four." and len(turn.thoughts) == 1)
    chat.wait_idle()
    assert len(server.chats()) == 2


def test_an_edit_to_an_unknown_mode_changes_neither_the_page_nor_the_history(
    chat: Client, server: ScriptedServer
) -> None:
    server.play(FOUR, thought_and_answer("Hm.", "Eight."), FIVE)
    chat.ask("2 + 2?")
    chat.ask("Twice that?")
    chat.edit_last("[MODE:LOUD] Twice that?")
    assert chat.ask("3 + 2?").answer == "Five."
    assert said(server) == ["2 + 2?", "Four.", "Twice that?", "Eight.", "3 + 2?"]
    assert chat.asked() == ["2 + 2?", "Twice that?", "3 + 2?"]


def test_regenerate_uses_the_current_settings(chat: Client, server: ScriptedServer) -> None:
    server.play(FOUR, [Role(), Reasoning("I think: five."), Content("unread")])
    chat.ask("2 + 2?")
    chat.change(mode=sentence("mode.THINK_ONLY"), temperature="0.3")
    chat.press(sentence("act.again"))
    chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.thought_complete")))
    assert server.chats()[-1].body["temperature"] == 0.3


def test_a_marker_that_is_written_into_the_thought_is_dropped(chat: Client, server: ScriptedServer) -> None:
    server.play(FOUR, [Content(" So: four.\n</think>\n\nFour."), Finish("stop")])
    chat.ask("2 + 2?")
    chat.edit_thought("Two and two.</think>")
    chat.wait_for(lambda turn: place(turn) == ["2/2"] and turn.answer == "Four.")
    assert server.prompt_of(server.chats()[-1]).endswith("<think>\nTwo and two.")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[MODE:NOPE] 2 + 2?", sentence("mode.unknown", name="NOPE", known="FULL, THINK_ONLY")),
        (" \n\t", sentence("message.blank_edit")),
        ("[MODE:FULL] ", sentence("message.empty")),
        (" /Doctor ", sentence("message.command_edit", command="/Doctor")),
    ],
)
def test_an_edit_that_is_no_question_is_rejected_and_nothing_disappears(
    chat: Client, server: ScriptedServer, text: str, why: str
) -> None:
    server.play(FOUR, FIVE, FOUR, FIVE)
    for question in ("first", "second", "third"):
        chat.ask(question)
    chat.edit(0, text)
    chat.wait_toast(why)
    assert chat.asked() == ["first", "second", "third"]
    chat.reload()
    chat.wait_for(lambda _: chat.asked() == ["first", "second", "third"])
    assert len(server.chats()) == 3

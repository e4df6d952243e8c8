"""Connections come and go: a turn survives a lost one, and ends when its person has left for good."""

import time

import pytest

from tests.browser.running_app import RunningApp
from tests.client.driver import Background, Client
from tests.scripted_server import (
    Content,
    Finish,
    Hang,
    Hold,
    Pause,
    Reasoning,
    Role,
    ScriptedServer,
    thought_and_answer,
)
from tests.sentences import STOPPED, sentence

GRACE_SECONDS = 15  # as chat/page/install/repairs.py says
HANGING = [Role(), Reasoning("Hm."), Content("It is"), *[Pause(0.5), Content(" so")] * 100, Hang()]
WORDS = [f"word{number} " for number in range(200)]
FOUR, FIVE = thought_and_answer("I think: four.", "Four."), thought_and_answer("I think: five.", "Five.")


def press_offline(chat: Client, name: str) -> None:
    """Press a button while the connection is lost: what a button does goes over HTTP."""
    chat.drop_socket()
    chat.press(name)
    chat.wait_connected()


def test_a_connection_lost_in_the_middle_loses_nothing(chat: Client, server: ScriptedServer) -> None:
    end = Hold()
    paced = [step for word in WORDS for step in (Pause(0.01), Content(word))]
    server.play([Role(), Reasoning("Hm."), *paced, end, Content("The end."), Finish()])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: "word5" in turn.answer)
    chat.drop_socket()
    chat.wait_connected()
    chat.wait_for(lambda turn: WORDS[-1].strip() in turn.answer and chat.is_running())
    end.release()
    turn = chat.wait_idle()
    assert turn.answer == "".join(WORDS) + "The end."
    assert turn.thoughts[0].title.startswith("Thought for")
    assert turn.ending.startswith(sentence("ending.complete"))


def test_a_turn_that_ends_while_the_connection_is_lost_is_whole_afterwards(
    chat: Client, server: ScriptedServer
) -> None:
    end = Hold()
    server.play([Role(), Reasoning("Hm."), Content("It is "), end, Content("four."), Finish()])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "It is")
    chat.drop_socket()
    end.release()
    chat.wait_connected()
    turn = chat.wait_for(lambda turn: turn.ending)
    assert (turn.answer, turn.ending[:8]) == ("It is four.", sentence("ending.complete"))
    chat.wait_idle()
    server.play(thought_and_answer("Hm.", "Five."))
    assert chat.ask("3 + 2?").answer == "Five."
    assert [message["content"] for message in server.chats()[1].body["messages"]][2] == "It is four."


def test_two_tabs_do_not_disturb_one_another(
    chat: Client, app: RunningApp, server: ScriptedServer, background: Background
) -> None:
    holds = {name: Hold() for name in ("first", "second")}
    server.by_message(
        {
            n: [Role(), Reasoning("Hm."), Content(f"{n}: "), hold, Content("done."), Finish()]
            for n, hold in holds.items()
        }
    )
    other = Client(app.url, background).open()
    chat.send("first")
    other.send("second")
    chat.wait_for(lambda turn: turn.answer == "first:")
    other.wait_for(lambda turn: turn.answer == "second:")
    other.stop()
    other.wait_for(lambda turn: turn.ending.startswith(STOPPED))
    assert chat.is_running()
    holds["first"].release()
    assert chat.wait_idle().answer == "first: done."
    assert "second" not in chat.everything()
    other.close()


def test_a_closed_page_ends_its_turn_after_a_while(
    app: RunningApp, server: ScriptedServer, background: Background
) -> None:
    server.by_message({"leaving": HANGING})
    closed = Client(app.url, background).open()
    closed.send("leaving")
    closed.wait_for(lambda turn: turn.answer)
    left = time.monotonic()
    closed.close()
    request = server.chats()[0]
    assert request.wait_closed(GRACE_SECONDS + 20)
    assert request.closed_at is not None
    assert GRACE_SECONDS - 2 < request.closed_at - left < GRACE_SECONDS + 20
    by = time.monotonic() + 30
    while "code='stopped'" not in app.output().rpartition("turn ended: ")[2]:
        assert time.monotonic() < by
        time.sleep(0.05)


def test_a_reloaded_page_has_its_chat_and_the_turn_that_ran_can_continue(chat: Client, server: ScriptedServer) -> None:
    hangs, goes_on = [Role(), Reasoning("Hm."), Content("It is"), Hang()], [Content(" four."), Finish()]
    server.play(thought_and_answer("Hm.", "Two."), hangs, goes_on, thought_and_answer("Hm.", "Eight."))
    chat.ask("1 + 1?")
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "It is")
    chat.reload()
    turn = chat.wait_for(lambda turn: turn.answer == "It is" and turn.buttons[:1] == [sentence("act.continue")])
    assert chat.asked() == ["1 + 1?", "2 + 2?"]
    assert turn.ending.startswith(sentence("ending.left") + f" · {sentence('phase.in.answer')}")
    assert server.chats()[1].wait_closed()
    chat.press(sentence("act.continue"))
    chat.wait_for(lambda turn: turn.answer == "It is four." and turn.ending.startswith(sentence("ending.complete")))
    chat.wait_idle()
    assert chat.ask("Twice that?").answer == "Eight."
    said = [message["content"] for message in server.chats()[-1].body["messages"]]
    assert said[1:] == ["1 + 1?", "Two.", "2 + 2?", "It is four.", "Twice that?"]


def test_a_new_chat_is_what_a_reloaded_page_has_from_then_on(chat: Client, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Two."), thought_and_answer("Hm.", "Four."))
    chat.ask("1 + 1?")
    chat.new_chat()
    chat.ask("2 + 2?")
    chat.reload()
    chat.wait_for(lambda turn: turn.answer == "Four." and turn.ending)
    assert chat.asked() == ["2 + 2?"]


def test_a_duplicated_tab_leaves_the_chat_where_it_is(chat: Client, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Two."), thought_and_answer("Hm.", "Four."))
    chat.ask("1 + 1?")
    other = chat.duplicate()
    other.wait_for(lambda _: other.tab() != chat.tab())  # the app has decided
    assert other.asked() == []
    assert chat.ask("2 + 2?").answer == "Four."
    assert other.asked() == []
    other.close()


def test_a_page_that_went_without_notice_gives_its_chat_to_the_next(chat: Client, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Two."), thought_and_answer("Hm.", "Four."))
    chat.ask("1 + 1?")
    chat.go_silent()
    other = chat.duplicate()
    other.wait_for(lambda turn: turn.answer == "Two." and turn.ending)
    assert other.ask("2 + 2?").answer == "Four."
    said = [message["content"] for message in server.chats()[-1].body["messages"]]
    assert said[1:] == ["1 + 1?", "Two.", "2 + 2?"]
    chat.wait_for(lambda turn: not turn.blocks)  # a chat is shown in one page
    other.close()


def test_a_tab_name_that_the_app_has_not_given_is_rejected(
    app: RunningApp, server: ScriptedServer, background: Background
) -> None:
    server.play(thought_and_answer("Hm.", "Two."))
    chat = Client(app.url, background, tab="x").open()
    chat.ask("1 + 1?")
    chat.wait_for(lambda _: chat.tab() != "x")
    chat.reload()
    chat.wait_for(lambda turn: turn.answer == "Two." and turn.ending)
    chat.close()


def test_a_new_chat_ends_the_turn_of_the_one_that_is_left(chat: Client, server: ScriptedServer) -> None:
    server.play(HANGING)
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer)
    chat.new_chat()
    assert server.chats()[0].wait_closed(GRACE_SECONDS - 5)


@pytest.mark.parametrize("hang", [False, True], ids=["ended", "running"])
def test_a_retry_while_the_connection_is_lost_is_shown_afterwards(
    chat: Client, server: ScriptedServer, hang: bool
) -> None:
    server.play(FOUR, FIVE, [Role(), Reasoning("Hm."), Content("Six."), Hang()] if hang else FIVE)
    chat.ask("2 + 2?")
    chat.ask("And one more?")
    press_offline(chat, sentence("act.again"))
    answer = "Six." if hang else "Five."
    chat.wait_for(lambda turn: turn.answer == answer and (chat.is_running() if hang else "2/2" in turn.buttons))
    chat.wait_for(lambda turn: len(turn.thoughts) == 1)
    assert chat.asked() == ["2 + 2?", "And one more?"]
    if not hang:
        chat.wait_idle()


def test_a_version_that_is_chosen_while_the_connection_is_lost_is_shown_afterwards(
    chat: Client, server: ScriptedServer
) -> None:
    server.play(FOUR, thought_and_answer("Hm.", "Eight."), FIVE)
    chat.ask("2 + 2?")
    chat.ask("Twice that?")
    chat.press(sentence("act.again"), 0)
    chat.wait_for(lambda turn: turn.answer == "Five." and "2/2" in turn.buttons)
    chat.wait_idle()
    press_offline(chat, sentence("act.former"))
    chat.wait_for(lambda turn: turn.answer == "Eight." and turn.ending)
    assert chat.asked() == ["2 + 2?", "Twice that?"]
    press_offline(chat, sentence("act.later"))
    chat.wait_for(lambda turn: turn.answer == "Five." and turn.ending)
    assert chat.asked() == ["2 + 2?"]

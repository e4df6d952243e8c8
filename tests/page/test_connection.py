"""Connections come and go: a turn survives a lost one, and ends when its person has left for good."""

import time

from tests.page.conftest import OpenPage
from tests.page.driver import Chat
from tests.page.running_app import RunningApp
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

GRACE_SECONDS = 15  # as chat/page/repairs.py says
HANGING = [Role(), Reasoning("Hm."), Content("It is"), *[Pause(0.5), Content(" so")] * 100, Hang()]
WORDS = [f"word{number} " for number in range(200)]


def test_a_connection_lost_in_the_middle_loses_nothing(chat: Chat, server: ScriptedServer) -> None:
    end = Hold()
    paced = [step for word in WORDS for step in (Pause(0.01), Content(word))]
    server.play([Role(), Reasoning("Hm."), *paced, end, Content("The end."), Finish()])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: "word5" in turn.answer)
    chat.drop_socket()
    chat.wait_connected()
    chat.wait_for(lambda turn: WORDS[-1].strip() in turn.answer)
    assert chat.is_running()
    end.release()
    turn = chat.wait_idle()
    assert turn.answer == "".join(WORDS) + "The end."
    assert turn.thoughts[0].title.startswith("Thought for")
    assert turn.ending.startswith("Complete")


def test_a_turn_that_ends_while_the_connection_is_lost_is_whole_afterwards(chat: Chat, server: ScriptedServer) -> None:
    end = Hold()
    server.play([Role(), Reasoning("Hm."), Content("It is "), end, Content("four."), Finish()])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "It is")
    chat.drop_socket()
    end.release()
    chat.wait_connected()
    turn = chat.wait_for(lambda turn: turn.ending)
    assert (turn.answer, turn.ending[:8]) == ("It is four.", "Complete")
    chat.wait_idle()
    server.play(thought_and_answer("Hm.", "Five."))
    assert chat.ask("3 + 2?").answer == "Five."
    assert [message["content"] for message in server.chats()[1].body["messages"]][2] == "It is four."


def test_two_tabs_do_not_disturb_one_another(
    chat: Chat, app: RunningApp, server: ScriptedServer, open_page: OpenPage
) -> None:
    holds = {name: Hold() for name in ("first", "second")}
    server.by_message(
        {
            n: [Role(), Reasoning("Hm."), Content(f"{n}: "), hold, Content("done."), Finish()]
            for n, hold in holds.items()
        }
    )
    other = Chat(open_page(), app.url).open()
    chat.send("first")
    other.send("second")
    chat.wait_for(lambda turn: turn.answer == "first:")
    other.wait_for(lambda turn: turn.answer == "second:")
    other.stop()
    other.wait_for(lambda turn: turn.ending.startswith("Stopped by you"))
    assert chat.is_running()
    holds["first"].release()
    assert chat.wait_idle().answer == "first: done."
    assert "second" not in chat.everything()


def test_a_closed_page_ends_its_turn_after_a_while(
    app: RunningApp, server: ScriptedServer, open_page: OpenPage
) -> None:
    server.by_message({"leaving": HANGING})
    closed = Chat(open_page(), app.url).open()
    closed.send("leaving")
    closed.wait_for(lambda turn: turn.answer)
    left = time.monotonic()
    closed.page.close()
    request = server.chats()[0]
    assert request.wait_closed(GRACE_SECONDS + 5)
    assert request.closed_at is not None
    assert GRACE_SECONDS - 2 < request.closed_at - left < GRACE_SECONDS + 5
    by = time.monotonic() + 5
    while "code='stopped'" not in app.output().rpartition("turn ended: ")[2]:
        assert time.monotonic() < by
        time.sleep(0.05)


def test_a_reloaded_page_has_its_chat_and_the_turn_that_ran_can_go_on(chat: Chat, server: ScriptedServer) -> None:
    hangs, goes_on = [Role(), Reasoning("Hm."), Content("It is"), Hang()], [Content(" four."), Finish()]
    server.play(thought_and_answer("Hm.", "Two."), hangs, goes_on, thought_and_answer("Hm.", "Eight."))
    chat.ask("1 + 1?")
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "It is")
    chat.reload()
    turn = chat.wait_for(lambda turn: turn.answer == "It is" and turn.buttons[:1] == ["Continue"])
    assert chat.asked() == ["1 + 1?", "2 + 2?"]
    assert turn.ending.startswith("Stopped by you")
    assert server.chats()[1].wait_closed(2)
    chat.press("Continue")
    chat.wait_for(lambda turn: turn.answer == "It is four." and turn.ending.startswith("Complete"))
    chat.wait_idle()
    assert chat.ask("Twice that?").answer == "Eight."
    said = [message["content"] for message in server.chats()[-1].body["messages"]]
    assert said[1:] == ["1 + 1?", "Two.", "2 + 2?", "It is four.", "Twice that?"]


def test_a_new_chat_is_what_a_reloaded_page_has_from_then_on(chat: Chat, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Two."), thought_and_answer("Hm.", "Four."))
    chat.ask("1 + 1?")
    chat.page.locator("#new-chat-button").click()
    chat.page.get_by_role("button", name="Confirm").click()
    chat.wait_for(lambda turn: not turn.blocks)
    chat.ask("2 + 2?")
    chat.reload()
    chat.wait_for(lambda turn: turn.answer == "Four." and turn.ending)
    assert chat.asked() == ["2 + 2?"]


def test_a_duplicated_tab_leaves_the_chat_where_it_is(
    chat: Chat, server: ScriptedServer, app: RunningApp, open_page: OpenPage
) -> None:
    server.play(thought_and_answer("Hm.", "Two."), thought_and_answer("Hm.", "Four."))
    chat.ask("1 + 1?")
    tab = chat.page.evaluate("sessionStorage.getItem('fullstop-tab')")
    page = open_page()
    page.add_init_script(f"sessionStorage.setItem('fullstop-tab', '{tab}')")
    other = Chat(page, app.url).open()
    page.wait_for_timeout(3000)
    assert other.asked() == []
    assert chat.ask("2 + 2?").answer == "Four."

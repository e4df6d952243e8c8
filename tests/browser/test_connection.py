"""Connections come and go: the page keeps what it shows, and finds its chat again by the name of its tab."""

from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.driver import Chat
from tests.browser.running_app import RunningApp
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
from tests.sentences import sentence

HANGING = [Role(), Reasoning("Hm."), Content("It is"), Hang()]
WORDS = [f"word{number} " for number in range(200)]
CLICK = "name => [...document.querySelectorAll('button')].findLast(each => each.textContent.trim() === name).click()"


def press_offline(chat: Chat, name: str) -> None:
    """Press a button while the connection is lost: what a button does goes over HTTP."""
    chat.drop_socket()
    chat.page.evaluate(CLICK, name)
    chat.wait_connected()


def new_chat(chat: Chat) -> None:
    chat.page.locator("#new-chat-button").click()
    chat.page.get_by_role("button", name="Confirm").click()
    chat.wait_for(lambda turn: not turn.blocks)


def tab(chat: Chat) -> str:
    """Return the name that the page gives its tab."""
    return str(chat.page.evaluate("sessionStorage.getItem('fullstop-tab')"))


def twin(chat: Chat, page: Page, url: str) -> Chat:
    """Return the page in a duplicate of this tab."""
    page.add_init_script(f"sessionStorage.setItem('fullstop-tab', '{tab(chat)}')")
    return Chat(page, url).open()


def test_a_connection_lost_in_the_middle_loses_nothing(chat: Chat, server: ScriptedServer) -> None:
    """Lose it in the thought, whose button does not stay, in the answer, and while the turn ends."""
    begun, end = Hold(), Hold()
    paced = [step for word in WORDS for step in (Pause(0.01), Content(word))]
    server.play([Role(), Reasoning("Hm."), begun, *paced, end, Content("The end."), Finish()])
    chat.send("2 + 2?")
    chat.pill().wait_for()
    chat.drop_socket()
    begun.release()
    chat.wait_connected()
    chat.wait_for(lambda turn: "word5" in turn.answer)
    chat.pill().wait_for(state="hidden")
    chat.drop_socket()
    chat.wait_connected()
    chat.wait_for(lambda turn: WORDS[-1].strip() in turn.answer)
    assert chat.is_running()
    chat.drop_socket()
    end.release()
    chat.wait_connected()
    chat.wait_for(lambda turn: turn.ending)
    turn = chat.wait_idle()
    assert turn.answer == "".join(WORDS) + "The end."
    assert turn.thoughts[0].title.startswith("Thought for")
    assert turn.ending.startswith(sentence("ending.complete"))


def test_a_reloaded_page_has_its_chat_and_after_a_new_chat_that_one(chat: Chat, server: ScriptedServer) -> None:
    two, four = thought_and_answer("Hm.", "Two."), thought_and_answer("Hm.", "Four.")
    server.play(two, HANGING, [Content(" four."), Finish()], HANGING, four)
    chat.ask("1 + 1?")
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "It is")
    chat.reload()
    turn = chat.wait_for(lambda turn: turn.answer == "It is" and turn.buttons[:1] == [sentence("act.continue")])
    assert chat.asked() == ["1 + 1?", "2 + 2?"]
    assert turn.ending.startswith(sentence("ending.left") + f" · {sentence('phase.in.answer')}")
    chat.press(sentence("act.continue"))
    chat.wait_for(lambda turn: turn.answer == "It is four." and turn.ending.startswith(sentence("ending.complete")))
    chat.wait_idle()
    chat.send("Twice that?")
    chat.wait_for(lambda turn: turn.answer == "It is")
    new_chat(chat)
    assert server.chats()[3].wait_closed()
    chat.ask("3 + 1?")
    chat.reload()
    chat.wait_for(lambda turn: turn.answer == "Four." and turn.ending)
    assert chat.asked() == ["3 + 1?"]


def test_a_duplicated_tab_gets_a_name_of_its_own_unless_the_first_is_gone(
    chat: Chat, server: ScriptedServer, app: RunningApp, open_page: OpenPage
) -> None:
    server.play(thought_and_answer("Hm.", "Two."))
    chat.ask("1 + 1?")
    other = twin(chat, open_page(), app.url)
    other.wait_for(lambda _: tab(other) != tab(chat))  # the app has decided
    assert other.asked() == []
    chat.page.evaluate("window.fullstop.sockets.forEach(socket => (socket.send = () => {}))")
    third = twin(chat, open_page(), app.url)
    third.wait_for(lambda turn: turn.answer == "Two." and turn.ending)
    chat.wait_for(lambda turn: not turn.blocks)  # a chat is shown in one page


def test_a_version_that_is_chosen_while_the_connection_is_lost_is_shown_afterwards(
    chat: Chat, server: ScriptedServer
) -> None:
    server.play(*[thought_and_answer("Hm.", answer) for answer in ("Four.", "Eight.", "Five.")])
    chat.ask("2 + 2?")
    chat.ask("Twice that?")
    chat.page.get_by_role("button", name=sentence("act.again")).first.click()
    chat.wait_for(lambda turn: turn.answer == "Five." and "2/2" in turn.buttons)
    chat.wait_idle()
    press_offline(chat, sentence("act.former"))
    chat.wait_for(lambda turn: turn.answer == "Eight." and turn.ending)
    assert chat.asked() == ["2 + 2?", "Twice that?"]
    press_offline(chat, sentence("act.later"))
    chat.wait_for(lambda turn: turn.answer == "Five." and turn.ending)
    assert chat.asked() == ["2 + 2?"]

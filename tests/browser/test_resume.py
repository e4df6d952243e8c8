"""A reply is answered now by the button above the composer, and continues though the connection was lost."""

from playwright.sync_api import expect

from tests.browser.driver import Chat
from tests.scripted_server import Content, Finish, Hang, Hold, Reasoning, Role, ScriptedServer
from tests.sentences import sentence

THINKING = [Role(), Reasoning("Two and two. "), Reasoning("Is that four?"), Hang()]
CUT = [Role(), Reasoning("Hm."), Content("```py\nx = 1\n"), Finish("length")]
ANSWER = [Content("Four."), Finish("stop")]


def test_answer_now_ends_the_thought_and_keeps_it(chat: Chat, server: ScriptedServer) -> None:
    server.play(THINKING, ANSWER)
    chat.send("2 + 2?")
    chat.pill().wait_for()
    chat.pill().click()
    turn = chat.wait_for(lambda turn: turn.ending)
    assert (turn.answer, turn.lines) == ("Four.", [sentence("handed.stopped")])
    assert turn.thoughts[0].title.startswith("Thought for")
    chat.wait_idle()
    chat.pill().wait_for(state="hidden")
    gauge = chat.page.get_by_role("meter")
    used = gauge.get_attribute("aria-valuenow")
    expect(gauge).to_have_accessible_name(sentence("context.gauge", used=used, window="32,768", percent="0"))


def test_a_receipt_that_went_while_the_connection_was_lost_does_not_stay(chat: Chat, server: ScriptedServer) -> None:
    end = Hold()
    server.play(CUT, [Content("y = 2\n"), end, Content("```"), Finish("stop")])
    chat.ask("Write code")
    chat.drop_socket()
    chat.page.evaluate("[...document.querySelectorAll('button')].find(({textContent: t}) => t === 'Continue').click()")
    chat.wait_connected()
    chat.wait_for(lambda turn: "y = 2" in turn.answer and not turn.buttons)
    end.release()
    chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")))
    code = chat.page.locator("[data-step-type=assistant_message] pre code").all_inner_texts()
    assert code == ["x = 1\ny = 2\n"]

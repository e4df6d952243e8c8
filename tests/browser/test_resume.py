"""Every ending offers a next step: answer now, or continue in the same message or the same thought."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, StartApp
from tests.browser.driver import Chat
from tests.scripted_server import (
    Content,
    Finish,
    Hang,
    Hold,
    Reasoning,
    Role,
    Script,
    ScriptedServer,
    error,
    thought_and_answer,
)
from tests.sentences import STOPPED, sentence

THINKING = [Role(), Reasoning("Two and two. "), Reasoning("Is that four?"), Hang()]
CUT = [Role(), Reasoning("Hm."), Content("```py\nx = 1\n"), Finish("length")]
NO_THINK = "NO_THINK: {thinks: false, sampling: {temperature: 0.7}}"
ANSWER = [Content("Four."), Finish("stop")]
CIRCLING = "and then I look at it from the other side and see the same thing again, so number {} is {}; "


def read(server: ScriptedServer) -> str:
    """Return what the model reads of the last request."""
    return server.prompt_of(server.chats()[-1])


def test_answer_now_ends_the_thought_and_keeps_it(chat: Chat, server: ScriptedServer) -> None:
    server.play(THINKING, ANSWER)
    chat.send("2 + 2?")
    chat.pill().wait_for()
    chat.pill().click()
    turn = chat.wait_for(lambda turn: turn.ending)
    assert (turn.answer, turn.lines) == ("Four.", [sentence("handed.stopped")])
    assert turn.ending.startswith(sentence("ending.complete"))
    assert turn.thoughts[0].title.startswith("Thought for")
    assert len(turn.thoughts) == 1
    assert server.chats()[0].wait_closed()
    assert "<think>\nTwo and two. Is that four?\n\nThat is enough" in read(server)
    chat.wait_idle()
    chat.pill().wait_for(state="hidden")


def test_the_button_is_gone_once_the_answer_comes_or_the_turn_is_stopped(chat: Chat, server: ScriptedServer) -> None:
    hold = Hold()
    server.play([Role(), Reasoning("Hm."), hold, Content("Four"), Hang()], THINKING)
    chat.send("2 + 2?")
    chat.pill().wait_for()
    hold.release()
    chat.pill().wait_for(state="hidden")
    chat.stop()
    chat.wait_idle()
    chat.send("2 + 2?")
    chat.pill().wait_for()
    chat.stop()
    chat.pill().wait_for(state="hidden")


def test_a_text_that_circles_is_reported_with_the_offer_to_answer(chat: Chat, server: ScriptedServer) -> None:
    circling = [Reasoning(CIRCLING.format(n, n * n)) for n in range(30)]
    server.play([Role(), *circling, Hang()], ANSWER)
    chat.send("2 + 2?")
    chat.wait_text(sentence("nudge.circling"))
    chat.pill().wait_for()
    assert chat.is_running()
    chat.pill().click()
    assert chat.wait_for(lambda turn: turn.ending).answer == "Four."


@pytest.mark.parametrize(
    ("question", "script"),
    [
        ("[MODE:THINK_ONLY] 2 + 2?", [Role(), Reasoning("Two and two."), Content("unread")]),
        ("2 + 2?", [Role(), Reasoning("Two and two."), Content("\n\n"), Finish("stop")]),
    ],
    ids=["thought only", "no answer"],
)
def test_a_thought_without_an_answer_is_answered_by_a_button(
    chat: Chat, server: ScriptedServer, question: str, script: Script
) -> None:
    server.play(script, ANSWER, thought_and_answer("Hm.", "Five."))
    chat.ask(question)
    chat.press(sentence("act.answer_now"))
    turn = chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")))
    assert (turn.answer, len(turn.thoughts)) == ("Four.", 1)
    assert "<think>\nTwo and two." in read(server)
    chat.wait_idle()
    chat.ask("And one more?")
    said = [message["content"] for message in server.chats()[-1].body["messages"]]
    assert said[-3:] == ["2 + 2?", "Four.", "And one more?"]


def test_thoughts_alone_keep_the_history_right_when_they_are_answered_later(chat: Chat, server: ScriptedServer) -> None:
    thought = [Role(), Reasoning("Hm."), Content("unread")]
    server.play(thought, thought, ANSWER, thought_and_answer("Hm.", "Six."))
    chat.ask("[MODE:THINK_ONLY] first")
    chat.ask("[MODE:THINK_ONLY] second")
    chat.press(sentence("act.answer_now"))
    chat.wait_for(lambda turn: turn.answer == "Four.")
    chat.wait_idle()
    asked = [(each["role"], each["content"]) for each in server.chats()[1].body["messages"]]
    assert asked[-1] == ("user", "first\n\nsecond")
    chat.ask("third")
    asked = [(each["role"], each["content"]) for each in server.chats()[-1].body["messages"]]
    assert asked[-3:] == [("user", "first\n\nsecond"), ("assistant", "Four."), ("user", "third")]


def test_a_cut_answer_continues_in_the_same_message(chat: Chat, server: ScriptedServer) -> None:
    server.play(CUT, [Content("y = 2\n```\nDone."), Finish("stop")], thought_and_answer("Hm.", "Yes."))
    chat.ask("Write code")
    chat.wait_for(lambda turn: turn.buttons[:1] == [sentence("act.continue")])
    chat.press(sentence("act.continue"))
    turn = chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")))
    code = chat.page.locator("[data-step-type=assistant_message] pre code").first.inner_text()
    assert code == "x = 1\ny = 2\n"
    assert [block.kind for block in turn.blocks] == ["tool", "assistant_message", "assistant_message"]
    assert read(server).endswith("</think>\n\n```py\nx = 1\n")
    chat.wait_idle()
    chat.ask("Is it right?")
    said = [message["content"] for message in server.chats()[-1].body["messages"]]
    assert said[-2] == "```py\nx = 1\ny = 2\n```\nDone."


def test_an_open_thought_continues_in_the_same_step(chat: Chat, server: ScriptedServer) -> None:
    server.play(THINKING, [Content(" Yes, it is.\n</think>\n\nFour."), Finish("stop")])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.thoughts and "Is that four?" in turn.thoughts[0].text)
    chat.stop()
    chat.wait_for(lambda turn: turn.buttons[:2] == [sentence("act.answer_now"), sentence("act.continue")])
    chat.press(sentence("act.continue"))
    turn = chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")))
    assert (turn.answer, len(turn.thoughts)) == ("Four.", 1)
    chat.wait_for(lambda turn: not turn.thoughts[0].open)
    chat.toggle_thought()
    assert chat.thought_text() == "Two and two. Is that four? Yes, it is."


def test_a_thought_that_is_stopped_again_has_its_tokens_counted_once(chat: Chat, server: ScriptedServer) -> None:
    server.play(THINKING, [Content(" Yes, it"), Hang()])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.thoughts and "Is that four?" in turn.thoughts[0].text)
    chat.stop()
    before = chat.wait_for(lambda turn: turn.ending and not turn.thoughts[0].running).thoughts[0].title
    chat.press(sentence("act.continue"))
    chat.wait_for(lambda turn: turn.thoughts and "Yes, it" in turn.thoughts[0].text)
    chat.stop()
    after = chat.wait_for(lambda turn: turn.ending and not turn.thoughts[0].running).thoughts[0].title
    assert re.findall(r"(\d+) tokens", f"{before} {after}") == ["7", "9"]


def test_an_error_disappears_when_the_reply_continues(chat: Chat, server: ScriptedServer) -> None:
    server.play(CUT, *[[error(503, "busy")]] * 3, [Content("```"), Finish("stop")])
    chat.ask("Write code")
    chat.press(sentence("act.continue"))
    chat.wait_for(lambda turn: turn.errors and turn.buttons[:1] == [sentence("act.continue")])
    chat.press(sentence("act.continue"))
    chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")) and not turn.errors)


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


def test_stop_works_while_a_reply_continues(chat: Chat, server: ScriptedServer) -> None:
    server.play(CUT, [Content("y = 2\n"), Hang()], [Content("z = 3\n```"), Finish("stop")])
    chat.ask("Write code")
    chat.press(sentence("act.continue"))
    chat.wait_for(lambda turn: "y = 2" in turn.answer)
    assert chat.is_running()
    chat.stop()
    chat.wait_for(lambda turn: turn.ending.startswith(STOPPED))
    chat.press(sentence("act.continue"))
    turn = chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")))
    assert re.sub(r"\s+", " ", turn.answer).endswith("x = 1 y = 2 z = 3")


@pytest.mark.parametrize(
    ("script", "button", "again", "thinks"),
    [
        (CUT, sentence("act.continue"), thought_and_answer("Hm.", "Four."), True),
        (
            [Role(), Reasoning("x = 1"), Content("\n\n"), Finish()],
            sentence("act.answer_now"),
            [Role(), Content("Four."), Finish()],
            False,
        ),
    ],
    ids=["continue", "answer now"],
)
def test_a_server_that_cannot_continue_is_asked_again_and_the_page_says_so(
    server: ScriptedServer,
    start_app: StartApp,
    open_page: OpenPage,
    script: Script,
    button: str,
    again: Script,
    thinks: bool,
) -> None:
    server.tokenizes, server.tried = False, [error(400, "continue_final_message is not supported")]
    server.play(script, again)
    with start_app() as app:
        profile = app.root / "profiles" / "dasd-4b-thinking.yaml"
        profile.write_text(profile.read_text().replace("modes:\n", f"modes:\n  {NO_THINK}\n"))
        chat = Chat(open_page(), app.url).open()
        chat.ask("2 + 2?")
        chat.press(button)
        versions = [sentence("act.former"), "2/2", sentence("act.later")]
        turn = chat.wait_for(lambda turn: turn.answer == "Four." and turn.buttons[-3:] == versions)
        assert turn.lines == [sentence("no_way")]
        assert (server.chats()[-1].body["temperature"] != 0.7) is thinks
        chat.press(sentence("act.former"))
        chat.wait_for(lambda turn: turn.answer != "Four." and turn.ending and turn.lines == [])


def test_the_gauge_says_how_full_the_window_is(chat: Chat, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    chat.ask("2 + 2?")
    meter = chat.page.locator("[role=meter]")
    meter.wait_for()
    used = int(meter.get_attribute("aria-valuenow") or 0)
    assert 10 < used < 100
    assert meter.get_attribute("aria-label") == sentence("context.gauge", used=used, window="32,768", percent="0")


def test_the_gauge_is_that_of_the_version_that_is_shown_last(chat: Chat, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Four."), thought_and_answer("Hm. " * 100, "Four, of course."))
    meter = chat.page.locator("[role=meter]")
    chat.ask("2 + 2?")
    meter.wait_for()
    less = str(meter.get_attribute("aria-valuenow"))
    chat.press(sentence("act.again"))
    chat.wait_for(lambda turn: "2/2" in turn.buttons)
    chat.wait_idle()
    expect(meter).not_to_have_attribute("aria-valuenow", less)
    more = str(meter.get_attribute("aria-valuenow"))
    chat.press(sentence("act.former"))
    expect(meter).to_have_attribute("aria-valuenow", less)
    chat.press(sentence("act.later"))
    expect(meter).to_have_attribute("aria-valuenow", more)
    chat.reload()
    expect(meter).to_have_attribute("aria-valuenow", more)
    chat.edit_last("[MODE:LOUD] 2 + 2?")
    expect(meter).to_have_count(0)

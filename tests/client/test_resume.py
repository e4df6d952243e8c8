"""Every ending offers a next step: answer now, or continue in the same message or the same thought."""

import re
from collections.abc import Iterator

import pytest

from tests.browser.running_app import RunningApp
from tests.client.driver import Client
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
UNABLE = """
extends: dasd-4b-thinking
name: Unable
endpoint: {{base_url: "{base_url}"}}
modes:
  NO_THINK: {{thinks: false, sampling: {{temperature: 0.7}}}}
"""
ANSWER = [Content("Four."), Finish("stop")]
CIRCLING = "and then I look at it from the other side and see the same thing again, so number {} is {}; "


@pytest.fixture
def unable(app: RunningApp) -> Iterator[ScriptedServer]:
    """Yield the server of a profile "Unable", which cannot continue a reply."""
    file = app.root / "profiles" / "unable.yaml"
    with ScriptedServer(model="Alibaba-Apsara/DASD-4B-Thinking") as server:
        server.tokenizes, server.tried = False, [error(400, "continue_final_message is not supported")]
        file.write_text(UNABLE.format(base_url=server.base_url))
        yield server
        file.unlink()


def read(server: ScriptedServer) -> str:
    """Return what the model reads of the last request."""
    return server.prompt_of(server.chats()[-1])


def test_answer_now_ends_the_thought_and_keeps_it(chat: Client, server: ScriptedServer) -> None:
    server.play(THINKING, ANSWER)
    chat.send("2 + 2?")
    chat.wait_for(lambda _: chat.pill())
    chat.answer_now()
    turn = chat.wait_for(lambda turn: turn.ending)
    assert (turn.answer, turn.lines) == ("Four.", [sentence("handed.stopped")])
    assert turn.ending.startswith(sentence("ending.complete"))
    assert turn.thoughts[0].title.startswith("Thought for")
    assert len(turn.thoughts) == 1
    assert server.chats()[0].wait_closed()
    assert "<think>\nTwo and two. Is that four?\n\nThat is enough" in read(server)
    chat.wait_idle()
    chat.wait_for(lambda _: not chat.pill())


def test_the_button_is_gone_once_the_answer_comes_or_the_turn_is_stopped(chat: Client, server: ScriptedServer) -> None:
    hold = Hold()
    server.play([Role(), Reasoning("Hm."), hold, Content("Four"), Hang()], THINKING)
    chat.send("2 + 2?")
    chat.wait_for(lambda _: chat.pill())
    hold.release()
    chat.wait_for(lambda _: not chat.pill())
    chat.stop()
    chat.wait_idle()
    chat.send("2 + 2?")
    chat.wait_for(lambda _: chat.pill())
    chat.stop()
    chat.wait_for(lambda _: not chat.pill())


def test_a_text_that_circles_is_reported_with_the_offer_to_answer(chat: Client, server: ScriptedServer) -> None:
    circling = [Reasoning(CIRCLING.format(n, n * n)) for n in range(30)]
    server.play([Role(), *circling, Hang()], ANSWER)
    chat.send("2 + 2?")
    chat.wait_for(lambda _: sentence("nudge.circling") in (chat.pill() or {}).get("hint", ""))
    assert chat.is_running()
    chat.answer_now()
    assert chat.wait_for(lambda turn: turn.ending).answer == "Four."


@pytest.mark.parametrize(
    ("question", "scripts"),
    [
        ("[MODE:THINK_ONLY] 2 + 2?", [[Role(), Reasoning("Two and two."), Content("unread")]]),
        (
            "2 + 2?",
            [[Role(), Reasoning("Two and two."), Content("\n\n"), Finish("stop")], *[[error(503, "busy")]] * 3],
        ),
    ],
    ids=["thought only", "no answer, and the server fails then"],
)
def test_a_thought_without_an_answer_is_answered_by_a_button(
    chat: Client, server: ScriptedServer, question: str, scripts: list[Script]
) -> None:
    server.play(*scripts, ANSWER, thought_and_answer("Hm.", "Five."))
    chat.ask(question)
    chat.press(sentence("act.answer_now"))
    turn = chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")))
    assert (turn.answer, len(turn.thoughts)) == ("Four.", 1)
    assert "<think>\nTwo and two." in read(server)
    chat.wait_idle()
    chat.ask("And one more?")
    said = [message["content"] for message in server.chats()[-1].body["messages"]]
    assert said[-3:] == ["2 + 2?", "Four.", "And one more?"]


def test_thoughts_alone_keep_the_history_right_when_they_are_answered_later(
    chat: Client, server: ScriptedServer
) -> None:
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


def test_a_cut_answer_continues_in_the_same_message(chat: Client, server: ScriptedServer) -> None:
    server.play(CUT, [Content("y = 2\n```\nDone."), Finish("stop")], thought_and_answer("Hm.", "Yes."))
    chat.ask("Write code")
    chat.wait_for(lambda turn: turn.buttons[:1] == [sentence("act.continue")])
    chat.press(sentence("act.continue"))
    turn = chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")))
    assert turn.answer == "```py\nx = 1\ny = 2\n```\nDone."
    assert [block.kind for block in turn.blocks] == ["tool", "assistant_message", "assistant_message"]
    assert read(server).endswith("</think>\n\n```py\nx = 1\n")
    chat.wait_idle()
    chat.ask("Is it right?")
    said = [message["content"] for message in server.chats()[-1].body["messages"]]
    assert said[-2] == "```py\nx = 1\ny = 2\n```\nDone."


def test_an_open_thought_continues_in_the_same_step(chat: Client, server: ScriptedServer) -> None:
    server.play(THINKING, [Content(" Yes, it is.\n</think>\n\nFour."), Finish("stop")])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: turn.thoughts and "Is that four?" in turn.thoughts[0].text)
    chat.stop()
    chat.wait_for(lambda turn: turn.buttons[:2] == [sentence("act.answer_now"), sentence("act.continue")])
    chat.press(sentence("act.continue"))
    turn = chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")))
    assert (turn.answer, len(turn.thoughts)) == ("Four.", 1)
    assert chat.thought_text() == "Two and two. Is that four? Yes, it is."


def test_a_thought_that_is_stopped_again_has_its_tokens_counted_once(chat: Client, server: ScriptedServer) -> None:
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


def test_an_error_disappears_when_the_reply_continues(chat: Client, server: ScriptedServer) -> None:
    server.play(CUT, *[[error(503, "busy")]] * 3, [Content("```"), Finish("stop")])
    chat.ask("Write code")
    chat.press(sentence("act.continue"))
    chat.wait_for(lambda turn: turn.errors and turn.buttons[:1] == [sentence("act.continue")])
    chat.press(sentence("act.continue"))
    chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")) and not turn.errors)


def test_stop_works_while_a_reply_continues(chat: Client, server: ScriptedServer) -> None:
    server.play(CUT, [Content("y = 2\n"), Hang()], [Content("z = 3\n```"), Finish("stop")])
    chat.ask("Write code")
    chat.press(sentence("act.continue"))
    chat.wait_for(lambda turn: "y = 2" in turn.answer)
    assert chat.is_running()
    chat.stop()
    chat.wait_for(lambda turn: turn.ending.startswith(STOPPED))
    chat.press(sentence("act.continue"))
    turn = chat.wait_for(lambda turn: turn.ending.startswith(sentence("ending.complete")))
    assert turn.answer == "```py\nx = 1\ny = 2\nz = 3\n```"


@pytest.mark.parametrize(
    ("script", "button", "again", "thinks", "lines"),
    [
        (CUT, sentence("act.continue"), thought_and_answer("Hm.", "Four."), True, []),
        (
            [Role(), Reasoning("x = 1"), Content("\n\n"), Finish()],
            sentence("act.answer_now"),
            [Role(), Content("Four."), Finish()],
            False,
            [sentence("handed.no_way")],
        ),
    ],
    ids=["continue", "answer now"],
)
def test_a_server_that_cannot_continue_is_asked_again_and_the_page_says_so(
    chat: Client, unable: ScriptedServer, script: Script, button: str, again: Script, thinks: bool, lines: list[str]
) -> None:
    unable.play(script, again)
    chat.reload()
    chat.change(profile="Unable")
    chat.ask("2 + 2?")
    chat.press(button)
    versions = [sentence("act.former"), "2/2", sentence("act.later")]
    turn = chat.wait_for(lambda turn: turn.answer == "Four." and turn.buttons[-3:] == versions)
    assert turn.lines == [sentence("no_way")]
    assert (unable.chats()[-1].body["temperature"] != 0.7) is thinks
    chat.press(sentence("act.former"))
    chat.wait_for(lambda turn: turn.answer != "Four." and turn.ending and turn.lines == lines)


def test_the_gauge_says_how_full_the_window_is(chat: Client, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    chat.ask("2 + 2?")
    chat.wait_for(lambda _: chat.gauge())
    used = gauge(chat)
    assert 10 < used < 100
    text = sentence("context.gauge", used=used, window="32,768", percent="0")
    assert chat.gauge() == {"used": used, "window": 32768, "text": text}


def test_the_gauge_is_that_of_the_version_that_is_shown_last(chat: Client, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Four."), thought_and_answer("Hm. " * 100, "Four, of course."))
    chat.ask("2 + 2?")
    chat.wait_for(lambda _: chat.gauge())
    less = gauge(chat)
    chat.press(sentence("act.again"))
    chat.wait_for(lambda turn: "2/2" in turn.buttons)
    chat.wait_idle()
    chat.wait_for(lambda _: gauge(chat) != less)
    more = gauge(chat)
    chat.press(sentence("act.former"))
    chat.wait_for(lambda _: gauge(chat) == less)
    chat.press(sentence("act.later"))
    chat.wait_for(lambda _: gauge(chat) == more)
    chat.reload()
    chat.wait_for(lambda _: gauge(chat) == more)
    chat.edit_last("[MODE:LOUD] 2 + 2?")
    chat.wait_toast(sentence("mode.unknown", name="LOUD", known="FULL, THINK_ONLY"))
    assert gauge(chat) == more


def gauge(chat: Client) -> int:
    """Return the tokens that the gauge shows."""
    return int((chat.gauge() or {"used": 0})["used"])

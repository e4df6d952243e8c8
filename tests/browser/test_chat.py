"""A turn on the page: the thought runs, folds and shows how long it took; the answer and the ending are below."""

import re
from pathlib import Path

from tests.browser.driver import Chat
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
from tests.turn import Turn

CAPTURES = Path(__file__).parents[1] / "captures"
LAST_COPY_BUTTON = """() => {
  const icons = [...document.querySelectorAll('[data-step-type=assistant_message] button svg.lucide-copy')];
  icons.map(icon => icon.closest('button')).filter(button => !button.closest('.message-content')).at(-1).click();
}"""


def running_seconds(turn: Turn) -> int:
    """Return the seconds in the title of a thought that still streams."""
    found = re.fullmatch(r"Thinking… (\d+) s", turn.thoughts[-1].title) if turn.thoughts else None
    return int(found[1]) if found else 0


def test_a_thought_is_seen_live_and_folds_when_the_answer_begins(chat: Chat, server: ScriptedServer) -> None:
    more, answer, end = Hold(), Hold(), Hold()
    server.play(
        [Role(), Reasoning("First I look. "), more, Reasoning("Then I see."), answer, Content("Four."), end, Finish()]
    )
    chat.send("What is 2 + 2?")
    thought = chat.wait_for(lambda turn: turn.thoughts and turn.thoughts[-1].text == "First I look.").thoughts[-1]
    assert (thought.open, thought.running) == (True, True)
    begun = running_seconds(chat.wait_for(lambda turn: running_seconds(turn) >= 1))
    later = running_seconds(chat.wait_for(lambda turn: running_seconds(turn) > begun))
    more.release()
    chat.wait_for(lambda turn: turn.thoughts[-1].text == "First I look. Then I see.")
    answer.release()
    thought = chat.wait_for(lambda turn: turn.answer == "Four." and not turn.thoughts[-1].open).thoughts[-1]
    took = re.fullmatch(r"Thought for (\d+(?:\.\d)?) s · 7 tokens", thought.title)
    assert took is not None
    assert float(took[1]) >= later
    assert chat.is_running()
    end.release()
    turn = chat.wait_idle()
    assert turn.answer == "Four."
    figures = r"(\d+(?:\.\d)?) s · thought 7, answer 2 tokens · first token after \d+(\.\d)? s · \d+(\.\d)? tokens/s"
    whole = re.fullmatch(rf"Complete · {figures}", turn.ending)
    assert whole is not None
    assert float(whole[1]) >= later
    chat.toggle_thought()
    assert chat.thought_text() == "First I look. Then I see."


def test_a_thought_stays_open_or_folded_as_the_person_left_it(chat: Chat, server: ScriptedServer) -> None:
    for clicks, opened in ((1, False), (2, True)):
        answer = Hold()
        server.play([Role(), Reasoning("Hm."), answer, Content("Four."), Finish()])
        chat.send("What is 2 + 2?")
        chat.wait_for(lambda turn: turn.thoughts and turn.thoughts[-1].text == "Hm.")
        for _ in range(clicks):
            chat.toggle_thought()
        answer.release()
        chat.wait_for(lambda turn: turn.thoughts[-1].title.startswith("Thought for"))
        assert chat.wait_idle().thoughts[-1].open is opened


def test_a_very_short_thought_folds_too_and_can_be_unfolded(chat: Chat, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    chat.ask("What is 2 + 2?")
    chat.wait_for(lambda turn: not turn.thoughts[-1].open)
    chat.toggle_thought()
    assert chat.thought_text() == "Hm."


def test_a_thought_may_appear_folded_or_hidden(chat: Chat, server: ScriptedServer) -> None:
    for display, text in (("folded", "Hm."), ("hidden", "")):
        chat.change(display=display)
        answer = Hold()
        server.play([Role(), Reasoning("Hm."), answer, Content("Four."), Finish()])
        chat.send("What is 2 + 2?")
        thought = chat.wait_for(lambda turn: running_seconds(turn) >= 1).thoughts[-1]
        assert (thought.open, thought.foldable) == (False, bool(text))
        answer.release()
        turn = chat.wait_idle()
        assert turn.answer == "Four."
        assert turn.blocks[0].title.startswith("Thought for")
        if text:
            chat.toggle_thought()
            assert chat.thought_text() == text


def test_the_model_receives_the_chat_without_the_thoughts(chat: Chat, server: ScriptedServer) -> None:
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


def test_an_edited_message_cuts_off_what_came_after_it(chat: Chat, server: ScriptedServer) -> None:
    server.play(*[thought_and_answer("Hm.", answer) for answer in ("One.", "Two.", "Three.", "Four.")])
    chat.ask("first")
    chat.ask("second")
    chat.edit_last("second, better")
    chat.wait_for(lambda turn: turn.answer == "Three." and turn.ending)
    assert chat.asked() == ["first", "second, better"]
    chat.ask("third")
    said = [message["content"] for message in server.chats()[3].body["messages"]]
    assert said[1:] == ["first", "One.", "second, better", "Three.", "third"]


def test_the_copy_button_copies_the_whole_answer_as_written(chat: Chat, server: ScriptedServer) -> None:
    answer = "\n\n".join(
        rf"No {number}: key:value costs $5, \(x_{number}\) **bold** 答案:是" + " word" * 300 for number in "123"
    )
    server.play(thought_and_answer("Hm.", answer, chunk=40))
    turn = chat.ask("What is 2 + 2?")
    assert sum(block.kind == "assistant_message" and not block.buttons for block in turn.blocks) == 2
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.page.evaluate(LAST_COPY_BUTTON)
    chat.wait_for(lambda _: chat.page.evaluate("navigator.clipboard.readText()") == answer)


def test_thought_and_answer_are_separated(chat: Chat, server: ScriptedServer) -> None:
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
        chat.wait_for(lambda turn: not turn.thoughts[-1].open)
        chat.toggle_thought()
        assert chat.thought_text().startswith(thought)
    assert "think>" not in chat.everything()


def test_the_line_says_why_the_turn_ended(chat: Chat, server: ScriptedServer) -> None:
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


def test_the_page_is_idle_at_the_finish_though_the_server_hangs(chat: Chat, server: ScriptedServer) -> None:
    finish = Hold()
    server.play([Role(), Reasoning("Hm."), Content("Four."), finish, Finish(), Hang()])
    chat.send("What is 2 + 2?")
    chat.wait_for(lambda turn: turn.answer == "Four.")
    finish.release()
    assert chat.wait_idle().ending.startswith(sentence("ending.complete"))
    assert server.chats()[0].wait_closed()


def test_a_chat_can_start_before_the_page_is_ready(chat: Chat, server: ScriptedServer) -> None:
    server.play(*[thought_and_answer("Hm.", "Four.")] * 2)
    chat.reload()
    assert chat.ask("What is 2 + 2?").answer == "Four."
    assert not chat.is_running()

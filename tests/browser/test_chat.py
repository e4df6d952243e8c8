"""A turn on the page: the thought runs, folds and shows how long it took; the answer and the ending are below."""

import re

from tests.browser.driver import Chat
from tests.scripted_server import Content, Finish, Hold, Reasoning, Role, ScriptedServer, thought_and_answer
from tests.sentences import sentence
from tests.turn import Turn


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
    """Fold a very short one too, if the person has not touched it."""
    server.play(thought_and_answer("Hm.", "Four."))
    chat.ask("What is 2 + 2?")
    chat.wait_for(lambda turn: not turn.thoughts[-1].open)
    chat.toggle_thought()
    assert chat.thought_text() == "Hm."
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


def test_a_thought_may_appear_folded_or_hidden(chat: Chat, server: ScriptedServer) -> None:
    for display, text in ((sentence("settings.display.collapsed"), "Hm."), (sentence("settings.display.hidden"), "")):
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

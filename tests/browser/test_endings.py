"""A turn that has ended is still in the browser: a receipt with its buttons, nothing that spins or counts.

All endings are tested without a browser, in tests/page/test_endings.py.
"""

import pytest

from chat.words.texts import Language, say
from tests.browser.driver import Chat
from tests.browser.ways import choose, play
from tests.endings import WAYS
from tests.scripted_server import ScriptedServer

BY_NAME = {way.name: way for way in WAYS}
PATH = ("complete", "Stop in the thought", "an error in the stream", "silence in the answer", "budget, rescued")
COUNTING_MS = 2100  # the title of a thought that runs counts seconds
TITLES = "() => [...document.querySelectorAll('button[id^=step-], p[id^=step-]')].map(title => title.textContent)"
MAIN = ("answer_now", "continue", "retry")


@pytest.mark.parametrize(("locale", "language", "names"), [("en-US", "en", PATH), ("zh-CN", "zh", PATH[:2])])
def test_after_each_kind_of_ending_the_page_is_still(
    chat: Chat, server: ScriptedServer, language: Language, names: tuple[str, ...]
) -> None:
    buttons = {say(f"act.{name}", language): name for name in MAIN}
    for name in names:
        way = BY_NAME[name]
        server.reset()
        choose(chat, way)
        play(chat, server, way)
        chat.wait_for(lambda turn: turn.ending.startswith(way.line(language)))  # noqa: B023
        turn = chat.wait_idle()
        assert not any(thought.running for thought in turn.thoughts)
        chat.wait_for(lambda turn: [buttons[each] for each in turn.buttons if each in buttons] == list(way.buttons))  # noqa: B023
    titles = chat.page.evaluate(TITLES)
    assert titles
    chat.page.wait_for_timeout(COUNTING_MS)
    assert chat.page.evaluate(TITLES) == titles

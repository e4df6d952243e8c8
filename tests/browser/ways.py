"""The ways to end a turn (tests/endings.py), played in the browser."""

from tests.browser.driver import Chat
from tests.endings import Way
from tests.scripted_server import ScriptedServer


def choose(chat: Chat, way: Way) -> None:
    """Set what the way needs in the panel."""
    if way.settings:
        chat.change(**way.settings)


def play(chat: Chat, server: ScriptedServer, way: Way) -> None:
    """Ask the way's question, and press Stop in its phase."""
    server.play(*way.scripts())
    chat.send(way.question)
    if way.stop_in is None:
        return
    if way.stop_in == "waiting":
        server.wait_chat(1)
    elif way.stop_in == "thought":
        chat.wait_for(lambda turn: turn.thoughts and "That is four." in turn.thoughts[0].text)
    else:
        chat.wait_for(lambda turn: "four" in turn.answer)
    chat.stop()

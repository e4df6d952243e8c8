"""However a turn ends, the receipt says why in the person's language, and nothing spins a second later."""

import re
from typing import get_args

import pytest

from termination import EndingCode
from tests.page.driver import Chat
from tests.page.endings import WAYS, Way
from tests.page.running_app import RunningApp
from tests.page.turn import Turn
from tests.scripted_server import ScriptedServer

MAIN = {"Answer now": "立即回答", "Continue": "继续", "Try again": "重试"}
SOON = 1.0  # seconds in which the page has to be idle once the turn is over; asked of a slow machine in SLACK more
SLACK = 2.0


def ended(chat: Chat, server: ScriptedServer, way: Way) -> Turn:
    """Plays the way to its end."""
    if way.settings:
        chat.change(**way.settings)
    server.play(*[list(way.script)] * way.times, *map(list, way.rest))
    chat.send(way.question)
    if way.stop_when:
        way.stop_when(chat, server)
        chat.stop()
    turn = chat.wait_for(lambda turn: turn.ending, 20)
    chat.wait_idle(SOON + SLACK)
    return turn


def may_count_on(turn: Turn, way: Way) -> bool:
    """Whether a timer is to be seen standing still: that of a cut thought, or of one after which all went well."""
    return bool(turn.thoughts) and (way.code == "complete" or not turn.answer)


def timers(turn: Turn) -> list[str]:
    return [thought.title for thought in turn.thoughts]


def test_every_code_has_a_way() -> None:
    assert {way.code for way in WAYS} == set(get_args(EndingCode))


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_a_turn_ends_for_a_stated_reason(
    chat: Chat, server: ScriptedServer, way: Way, locale: str, app: RunningApp
) -> None:
    chinese = locale == "zh-CN"
    ended(chat, server, way)
    assert chat.turn().ending.startswith(way.zh if chinese else way.en)
    wanted = [MAIN[name] if chinese else name for name in way.buttons]
    known = set(MAIN.values()) if chinese else set(MAIN)
    turn = chat.wait_for(lambda turn: [name for name in turn.buttons if name in known] == wanted)
    assert not any(thought.running for thought in turn.thoughts)
    if not chinese and may_count_on(turn, way):
        before = timers(turn)
        chat.page.wait_for_timeout(1100)
        assert timers(chat.turn()) == before
    chat.press("详情" if chinese else "Details")
    chat.wait_for(lambda turn: way.code in turn.ending)
    assert re.search(rf"code='{way.code}'", app.output().rpartition("turn ended: ")[2])

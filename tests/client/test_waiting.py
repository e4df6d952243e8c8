"""Before the first token the page says what the server does, and it waits as long as that makes progress."""

import re

import pytest

from tests.client.driver import Client
from tests.scripted_server import Content, Done, Finish, Hang, Hold, Reasoning, Role, ScriptedServer
from tests.scripted_server.working import looks, metrics
from tests.sentences import sentence
from tests.turn import Turn

LIMIT_SECONDS = 3
READS = [metrics(0, 1, step / 100, model="served") for step in range(100)]
QUEUES = [metrics(1, 1, step / 100, model="served") for step in range(100)]


def says(turn: Turn, key: str, seconds: str = r"(\d+)", lang: str = "en") -> re.Match[str] | None:
    """Return the match of the line on the page that counts the seconds."""
    pattern = re.escape(sentence(key, lang, seconds="#")).replace(re.escape("#"), seconds)
    return next(filter(None, (re.fullmatch(pattern, line) for line in turn.lines)), None)


@pytest.mark.parametrize(("locale", "lang"), [("en-US", "en"), ("zh-CN", "zh")])
def test_the_page_waits_for_a_server_that_makes_progress(chat: Client, server: ScriptedServer, lang: str) -> None:
    chat.change(first_token=f"{LIMIT_SECONDS}s")
    server.says = {"/metrics": looks(*QUEUES[:3], *READS[3:])}
    server.play([Role(), reads := Hold(), Reasoning("Hm."), Content("Four."), Finish(), Done()])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: says(turn, "waiting.queued", lang=lang))
    chat.wait_for(lambda turn: (found := says(turn, "waiting.reading", lang=lang)) and int(found[1]) > LIMIT_SECONDS)
    reads.release()
    turn = chat.wait_idle()
    assert (turn.answer, turn.lines) == ("Four.", [])
    assert len(turn.thoughts) == 1
    assert not chat.spins()


def test_a_server_that_stops_working_is_cut_off_and_the_receipt_says_so(chat: Client, server: ScriptedServer) -> None:
    chat.change(first_token=f"{LIMIT_SECONDS}s")
    server.says = {"/metrics": looks(*READS[:3])}
    server.play([Hang()])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: says(turn, "waiting.reading"))
    turn = chat.wait_idle()
    assert turn.ending == sentence("ending.first_token_timeout.reading", evidence=LIMIT_SECONDS)
    assert turn.lines == []
    assert server.chats()[0].wait_closed()


def test_stop_ends_the_wait(chat: Client, server: ScriptedServer) -> None:
    server.says = {"/metrics": looks(*QUEUES)}
    server.play([Hang()])
    chat.send("2 + 2?")
    chat.wait_for(lambda turn: says(turn, "waiting.queued"))
    chat.stop()
    turn = chat.wait_idle()
    assert (turn.ending, turn.lines) == (sentence("ending.stopped.waiting"), [])


def test_a_server_that_says_nothing_of_itself_shows_no_line(chat: Client, server: ScriptedServer) -> None:
    chat.change(first_token=f"{LIMIT_SECONDS}s")
    server.play([Hang()])
    turn = chat.ask("2 + 2?")
    assert (turn.ending, turn.lines) == (sentence("ending.first_token_timeout", evidence=LIMIT_SECONDS), [])
    chat.press(sentence("act.details"))
    chat.wait_text(sentence("details.server.unknown"))

"""A clock that runs out ends the turn: the line names the clock and the seconds, what has come stays."""

from tests.client.driver import Client
from tests.scripted_server import Content, Hang, KeepAlive, Pause, Reasoning, Role, ScriptedServer
from tests.sentences import sentence

ALIVE = [step for _ in range(40) for step in (Pause(0.1), KeepAlive())]


def test_the_first_token_clock_runs_from_the_request_on(chat: Client, server: ScriptedServer) -> None:
    chat.change(first_token="2s")
    for number, silence in enumerate(([Hang()], [*ALIVE, Hang()], [Role(), *ALIVE, Hang()]), 1):
        server.play(silence)
        turn = chat.ask("2 + 2?")
        assert turn.ending == sentence("ending.first_token_timeout", evidence=2)
        assert server.wait_chat(number).wait_closed()


def test_the_idle_clock_runs_between_tokens_and_keep_alives_do_not_wind_it(
    chat: Client, server: ScriptedServer
) -> None:
    chat.change(idle="3s")
    thought = [Role(), Reasoning("Two "), Pause(1.6), Reasoning("and "), Pause(1.6), Reasoning("two."), *ALIVE]
    server.play(thought, [Role(), Reasoning("Hm."), Content("It is"), Hang()])
    turn = chat.ask("2 + 2?")
    line = sentence("ending.idle_timeout", evidence=3) + " · "
    assert turn.ending.startswith(line)
    assert chat.thought_text() == "Two and two."
    turn = chat.ask("And again?")
    assert turn.ending.startswith(line)
    assert turn.answer == "It is"
    assert all(request.wait_closed() for request in server.chats())


def test_the_total_clock_runs_however_busy_the_server_is(chat: Client, server: ScriptedServer) -> None:
    chat.change(total="2s")
    words = [step for _ in range(300) for step in (Pause(0.05), Content("word "))]
    server.play([Role(), Reasoning("Hm."), *words])
    turn = chat.ask("2 + 2?")
    said, phase, took = turn.ending.split(" · ")[:3]
    assert (said, phase) == (sentence("ending.total_timeout", evidence=2), sentence("phase.in.answer"))
    assert float(took.removesuffix(" s")) >= 2
    assert turn.answer.count("word") > 10
    assert server.chats()[0].wait_closed()


def test_a_clock_may_be_off(chat: Client, server: ScriptedServer) -> None:
    chat.change(first_token="0.5s", idle="off")
    chat.change(first_token="off")
    server.play([Pause(1), Role(), Reasoning("Hm."), Pause(1), Content("Four."), Pause(1)])
    assert chat.ask("2 + 2?").answer == "Four."

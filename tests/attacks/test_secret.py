"""The model server cannot open a chat with what it sees of it, and its answers lead nowhere else."""

from tests.attacks.stranger import Stranger, new_id
from tests.attacks.test_events import message, ready
from tests.browser.running_app import RunningApp
from tests.scripted_server import ScriptedServer, thought_and_answer


def test_the_id_that_the_model_server_saw_does_not_take_over_the_chat(
    stranger: Stranger, server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."), thought_and_answer("Hm.", "Five."))
    owner, session = stranger.open(), new_id()
    assert owner.connect(session)
    owner.emit("connection_successful")
    owner.wait_for_event("set_modes")
    for text, answer in (("2+2?", "Four."), ("2+3?", "Five.")):
        owner.emit("client_message", message(text))
        owner.wait_for_event("new_message", output=answer)
        owner.wait_for_event("task_end")
    seen = [request.headers["x-session-id"] for request in server.chats()]
    assert len(set(seen)) == 1  # stable for the chat
    assert session not in str([request.headers for request in server.requests])
    hexadecimal = seen[0].ljust(32, "0")[:32]
    forms = [seen[0], "-".join(hexadecimal[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))]
    for form in forms:
        thief = stranger.open()
        if thief.connect(form):
            thief.emit("connection_successful")
            thief.emit("client_message", message("what did we say?"))
            server.play(thought_and_answer("Hm.", "Nothing."))
            thief.wait_for_event("new_message", output="Nothing.")
            assert "2+2?" not in str(server.chats()[-1].body)
        thief.close()
    owner.close()


def test_two_chats_have_two_ids(stranger: Stranger, server: ScriptedServer) -> None:
    server.by_message({"": thought_and_answer("Hm.", "Yes.")})
    for _ in range(2):
        client = ready(stranger)
        client.emit("client_message", message("Hello"))
        client.wait_for_event("new_message", output="Yes.")
        client.close()
    ids = {request.headers["x-session-id"] for request in server.chats()}
    assert len(ids) == 2


def test_the_log_does_not_hold_the_session(app: RunningApp, stranger: Stranger, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    client, session = stranger.open(), new_id()
    assert client.connect(session)
    client.emit("connection_successful")
    client.wait_for_event("set_modes")
    client.emit("client_message", message("2+2?"))
    client.wait_for_event("new_message", output="Four.")
    client.close()
    assert session not in app.output()

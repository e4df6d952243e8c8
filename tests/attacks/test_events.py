"""Malformed events are dropped in one place: one line in the log, no traceback, and the chats of others continue."""

import contextlib
import itertools
import json

import pytest

from tests.attacks.stranger import Polling, Stranger, new_id
from tests.browser.running_app import RunningApp
from tests.scripted_server import ScriptedServer, thought_and_answer

EVENTS = ["client_message", "edit_message", "window_message", "chat_settings_change", "stop", "clear_session"]
EVENTS += ["connection_successful", "chat_settings_edit", "message_favorite", "fetch_favorites", "audio_start"]
EVENTS += ["audio_chunk", "audio_end", "connect", "disconnect", "ask", "*", "__class__", ""]
VALUES = [None, 1, "x", [], {}, True, [[]], {"message": None}, {"message": {}}, {"message": {"id": 1, "output": []}}]
VALUES += [{"message": {"id": new_id(), "output": "x", "modes": [1]}}, {"message": {"id": "../x", "output": "x"}}]
VALUES += [{"message": {"id": new_id(), "output": "x", "type": "assistant_message"}}, {"a": {"b": []}}]
PACKETS = ["42", "42{", "42{}", "42[]", "42[1]", '42[["a"]]', "42[null]", '42{"a":1}', "43", "431", "43[]", "4", "49"]
PACKETS += ["47", "45", "451-", '451-["x",{"_placeholder":true,"num":0}]', "459999999999-[]", "44", "44{}", "4x"]
PACKETS += [
    "40/other,",
    "42/other,[]",
    "b",
    "bAAAA",
    "9",
    "",
    "42" + "[" * 100_000,
    '42["x",' + '{"a":' * 5000,
    "41/other",
]


def message(text: str) -> dict[str, object]:
    said = {"id": new_id(), "type": "user_message", "output": text, "name": "user", "createdAt": "2026-01-01T00:00:00Z"}
    return {"message": said, "fileReferences": None}


def ready(stranger: Stranger) -> Polling:
    client = stranger.open()
    assert client.connect(new_id())
    client.emit("connection_successful")
    client.wait_for_event("set_modes")
    return client


def test_malformed_events_leave_one_line_and_no_traceback(
    app: RunningApp, stranger: Stranger, server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    before, sent = len(app.output()), 0
    events = [(event, arguments) for event in EVENTS for arguments in ([value] for value in VALUES)]
    events += [(event, [{}, {}, {}]) for event in EVENTS]
    packets = itertools.chain(PACKETS, (f"42{json.dumps([name, *rest])}" for name, rest in events))
    for batch in itertools.batched(packets, 10) if hasattr(itertools, "batched") else by_tens(list(packets)):
        client = stranger.open()
        assert client.connect(new_id())
        for packet in batch:
            with contextlib.suppress(OSError):
                client.send(packet)
            sent += 1
        client.close()
    assert sent >= 200
    client = ready(stranger)
    client.emit("client_message", message("2+2?"))
    client.wait_for_event("new_message", output="Four.")
    client.close()
    said = app.output()[before:]
    assert "Traceback" not in said
    assert "dropped a malformed event from 127.0.0.1" in said
    assert said.count("malformed") < 80  # one for each connection


def by_tens(packets: list[str]) -> list[list[str]]:
    return [packets[start : start + 10] for start in range(0, len(packets), 10)]


def test_a_socket_that_continues_with_it_is_closed(stranger: Stranger) -> None:
    client = ready(stranger)
    statuses = [client.emit("client_message", 7) for _ in range(40)]
    assert statuses[0] == 200
    assert statuses[-1] == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b'{"sessionId": "x"}', b'{"sessionId": 7, "action": {}}', b"[" * 50_000, b"\xff\xfe"],
    ids=lambda body: repr(body[:20]),
)
def test_a_malformed_press_is_refused(app: RunningApp, stranger: Stranger, body: bytes) -> None:
    before = len(app.output())
    assert stranger.request("POST", "/project/action", {"Content-Type": "application/json"}, body).status == 400
    assert "Traceback" not in app.output()[before:]


def test_a_press_for_an_unknown_session_is_refused(app: RunningApp, stranger: Stranger) -> None:
    action = {"id": new_id(), "name": "again", "payload": {}}
    body = json.dumps({"sessionId": new_id(), "action": action}).encode()
    before = len(app.output())
    assert stranger.request("POST", "/project/action", {"Content-Type": "application/json"}, body).status == 404
    assert "Traceback" not in app.output()[before:]


def test_a_press_of_an_unknown_button_is_refused(app: RunningApp, stranger: Stranger) -> None:
    client, session = stranger.open(), new_id()
    assert client.connect(session)
    before = len(app.output())
    for name, payload in (("nothing", {}), ("again", {}), ("details", {"version": [1]}), ("edit", {"version": "x"})):
        body = json.dumps({"sessionId": session, "action": {"id": new_id(), "name": name, "payload": payload}}).encode()
        assert stranger.request("POST", "/project/action", {"Content-Type": "application/json"}, body).status < 500
    assert "Traceback" not in app.output()[before:]
    client.close()

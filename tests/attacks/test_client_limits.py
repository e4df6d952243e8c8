"""One address has limits: sockets, openings, turns, messages, doctor runs and parked chats."""

import re
from pathlib import Path

import pytest

from chat.doors.guard import ENVELOPE_BYTES, ESCAPED
from chat.process.limits import BadLimit, Limits, read_limits
from tests.attacks.conftest import NAMED_SOCKETS
from tests.attacks.stranger import Polling, Stranger, new_id
from tests.attacks.test_events import message, ready
from tests.browser.running_app import RunningApp
from tests.scripted_server import Hang, Reasoning, Role, ScriptedServer, thought_and_answer
from tests.sentences import sentence

POLLING = "/ws/socket.io/?EIO=4&transport=polling"
HANGING = [Role(), Reasoning("Hm."), Hang()]
ROW = re.compile(r"^\| `FULLSTOP_MAX_(\w+)` \| ([\d,]+) \|", re.MULTILINE)


def test_the_documented_limits_are_the_defaults() -> None:
    text = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
    documented = {name.lower(): int(number.replace(",", "")) for name, number in ROW.findall(text)}
    limits = Limits()
    assert documented == {name: getattr(limits, name) for name in documented}
    assert set(documented) == {"sockets", "openings", "turns", "message_bytes", "parked", "doctor_runs"}


def wait_for_text(client: Polling, *texts: str) -> str:
    """Return the next message on the page that contains one of the texts."""
    while True:
        step = client.wait_for_event("new_message")[0]
        if any(text in step["output"] for text in texts):
            return str(step["output"])


def test_sockets_and_openings_of_one_address_are_limited(neighbour: Stranger) -> None:
    clients = [neighbour.open() for _ in range(3)]
    refused = neighbour.request("GET", POLLING)
    assert refused.status == 401
    assert "at most 3" in refused.text
    clients.pop().close()
    clients.append(neighbour.open())  # the place is free again
    statuses = [neighbour.request("GET", POLLING).status for _ in range(3)]
    assert statuses == [401, 429, 429]
    assert clients[0].connect(new_id())  # those that are open continue


def test_a_forged_forwarded_address_does_not_help(named_app: RunningApp) -> None:
    strangers = [Stranger(named_app.url, f"10.0.0.{n}") for n in range(NAMED_SOCKETS + 2)]
    clients = [stranger.open() for stranger in strangers[:NAMED_SOCKETS]]
    assert [stranger.request("GET", POLLING).status for stranger in strangers[NAMED_SOCKETS:]] == [401, 401]
    for client in clients:
        client.close()


def test_a_named_proxy_says_the_address(limited_app: RunningApp) -> None:
    first, second = (Stranger(limited_app.url, f"10.0.1.{n}") for n in (1, 2))
    statuses = [stranger.request("GET", POLLING).status for stranger in (first, first, first, second, first)]
    assert statuses == [200, 200, 200, 200, 401]


def test_running_turns_of_one_address_are_limited(neighbour: Stranger, server: ScriptedServer) -> None:
    server.by_message({"wait": HANGING, "quick": thought_and_answer("Hm.", "Yes.")})
    first, second, third = (ready(neighbour) for _ in range(3))
    for client in (first, second):
        client.emit("client_message", message("wait"))
    server.wait_chat(2)
    third.emit("client_message", message("quick"))
    wait_for_text(third, sentence("limit.turns", limit=2))
    first.emit("stop")
    wait_for_text(first, sentence("ending.stopped.waiting"), sentence("ending.stopped.thought"))
    third.emit("client_message", message("quick"))
    third.wait_for_event("new_message", output="Yes.")


def test_a_message_over_the_limit_is_reported_and_not_sent(stranger: Stranger, server: ScriptedServer) -> None:
    client = ready(stranger)
    client.emit("client_message", message("多" * 400_000))  # 1.2 MB
    wait_for_text(client, sentence("limit.message", size="1,200,000"))
    assert not server.chats()
    server.play(thought_and_answer("Hm.", "Yes."))
    client.emit("client_message", message("Hello"))
    client.wait_for_event("new_message", output="Yes.")
    client.close()


def test_a_larger_request_is_refused_unread(stranger: Stranger) -> None:
    client = stranger.open()
    head = f"POST {client.path} HTTP/1.1\r\nHost: {stranger.own}\r\nContent-Length: 900000000\r\n\r\n"
    assert stranger.send_raw(head.encode()).split()[1] == b"413"
    size = Limits().message_bytes * ESCAPED + ENVELOPE_BYTES + 1  # no more, else the answer is lost in a reset
    body = b"%x\r\n%b" % (size, b"x" * size)
    chunked = f"POST {client.path} HTTP/1.1\r\nHost: {stranger.own}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    assert stranger.send_raw(chunked + body).split()[1] == b"413"
    client.close()


def test_the_doctor_runs_a_few_times_a_minute(neighbour: Stranger) -> None:
    first, second = ready(neighbour), ready(neighbour)
    first.emit("client_message", message("/doctor"))
    wait_for_text(first, sentence("doctor.examining"))
    second.emit("client_message", message("/doctor"))
    wait_for_text(second, sentence("limit.doctor", limit=1))
    first.close()
    second.close()


def test_many_pages_ask_the_model_server_a_few_times(neighbour: Stranger, server: ScriptedServer) -> None:
    ready(neighbour).close()
    before = len(server.requests)
    for _ in range(50):
        assert neighbour.request("GET", "/project/settings?language=en-US").status == 200
    assert len(server.requests) - before <= 10  # each would be one or more


@pytest.mark.parametrize("value", ["0", "-1", "many", "1e6", "²"])
def test_a_malformed_limit_is_named(value: str) -> None:
    with pytest.raises(BadLimit, match=r"FULLSTOP_MAX_SOCKETS="):
        read_limits({"FULLSTOP_MAX_SOCKETS": value})

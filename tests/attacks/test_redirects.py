"""The running app does not follow a redirect of its model server: the page names the address; nothing goes there."""

import pytest

from tests.attacks.stranger import Polling, Stranger
from tests.attacks.test_events import message, ready
from tests.scripted_server import ScriptedServer, Status, thought_and_answer


def errors(client: Polling) -> str:
    """Wait for the message that says what went wrong, and return it."""
    while True:
        step = client.wait_for_event("new_message")[0]
        if step.get("isError"):
            return str(step["output"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(stranger: Stranger, server: ScriptedServer, status: int) -> None:
    with ScriptedServer() as other:
        other.by_message({"": thought_and_answer("Hm.", "taken")})
        login = other.base_url.replace("://", "://user:word@")
        server.play([Status(status, "", {"location": f"{login}/chat/completions?token=abc"})])
        client = ready(stranger)
        client.emit("client_message", message("2+2?"))
        said = errors(client)
        assert f"`{other.base_url}`" in said
        assert "word" not in said
        assert len(server.chats()) == 1
        assert other.requests == []
        client.close()

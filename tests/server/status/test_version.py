"""A reasoning effort that the served version of vLLM would reject is not sent; other servers decide for themselves."""

from typing import Any

import pytest

from chat.reply.reply import Reply
from chat.server.server import server_of
from chat.server.status.version import Version, parse_version, read_version
from tests.scripted_server import ScriptedServer, Status, thought_and_answer
from tests.wire.fixtures import Chat

ALL = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
MIDDLE = ("low", "medium", "high")


def serve(server: ScriptedServer, version: object, owner: str = "vllm") -> None:
    server.says["/version"] = lambda: Status(200, {"version": version})
    server.says["/v1/models"] = lambda: Status(200, {"data": [{"id": "scripted", "owned_by": owner}]})


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("0.33.0", (0, 33)),
        ("0.21.0rc1.dev7+g1234", (0, 21)),
        ("v1.2", (1, 2)),
        ("0.9", (0, 9)),
        ("dev", None),
        ("", None),
        ("1", None),
        ("0.9999999", None),
        (33, None),
        (None, None),
        ({"version": "0.33.0"}, None),
    ],
)
def test_a_version_is_two_numbers(text: object, version: Version | None) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize(
    ("version", "owner", "accepted"),
    [
        ("0.33.0", "vllm", ALL),
        ("0.21.0", "vllm", ALL),
        ("0.20.3", "vllm", MIDDLE),
        ("0.9.1", "vllm", MIDDLE),
        ("1.0.0", "vllm", ALL),
        ("0.5.23", "sglang", ALL),
        ("unknown", "vllm", ALL),
        (None, "vllm", ALL),
    ],
)
async def test_an_effort_is_sent_if_the_version_has_it(
    server: ScriptedServer, chat: Chat, version: str | None, owner: str, accepted: tuple[str, ...]
) -> None:
    serve(server, version, owner)
    for effort in ALL:
        chat.use(modes={"FULL": {"reasoning_effort": effort}, "THINK_ONLY": {}})
        server.play(thought_and_answer("Hm.", "Four."))
        before = len(server.chats())
        reply = Reply(chat.question(), lambda _: None)
        fault = await reply.play()
        assert (fault is None) == (effort in accepted)
        assert [each.body["reasoning_effort"] for each in server.chats()[before:]] == [effort] * (effort in accepted)
        if fault:
            assert (fault.kind, fault.source, fault.facts["effort"]) == ("effort", "client", effort)


async def test_an_effort_in_the_further_fields_is_checked_too(server: ScriptedServer, chat: Chat) -> None:
    serve(server, "0.20.0")
    chat.use(extra={"reasoning_effort": "max"})
    fault = await Reply(chat.question(), lambda _: None).play()
    assert fault
    assert fault.kind == "effort"


@pytest.mark.parametrize("answer", [Status(500, "no"), Status(404, {}), Status(200, "<html>"), Status(200, b"[")])
async def test_a_server_without_a_version_is_unknown(server: ScriptedServer, chat: Chat, answer: Status) -> None:
    server.says = {"/version": lambda: answer}
    assert await read_version(server_of(chat.profile)) is None


async def test_no_server_has_no_version(chat: Chat) -> None:
    chat.use("http://127.0.0.1:9/v1")
    assert await read_version(server_of(chat.profile)) is None


@pytest.mark.parametrize(("effort", "asked"), [(None, 0), ("high", 0), ("max", 1)])
async def test_the_version_is_asked_for_once_and_only_if_it_matters(
    server: ScriptedServer, chat: Chat, effort: str | None, asked: int
) -> None:
    mode: dict[str, Any] = {"reasoning_effort": effort} if effort else {}
    chat.use(modes={"FULL": mode, "THINK_ONLY": {}})
    for _ in range(2):
        server.play(thought_and_answer("Hm.", "Four."))
        await Reply(chat.question(), lambda _: None).play()
    assert [request.path for request in server.requests].count("/version") == asked

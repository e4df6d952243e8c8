"""What a server does is read from vLLM's metrics or llama.cpp's slots; whatever else it answers says nothing."""

import json
import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.server.server import server_of
from chat.server.status.activity import Activity, parse_metrics, parse_slots
from tests.scripted_server import ScriptedServer, Status
from tests.scripted_server.working import FREE, looks, metrics, slot
from tests.wire.fixtures import Chat

OTHER = metrics(7, 7, 0.7, model="other")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (metrics(1, 3, 0.5), "queued"),
        (metrics(0, 3, 0.5), "reading"),
        (metrics(0, 0, 0.0), "idle"),
        (metrics(0, 0, 0.0) + metrics(2, 0, 0.0, engine=1), "queued"),
        (metrics(0, 1, 0.0) + OTHER, "reading"),
        (OTHER + metrics(0, 0, 0.0), "idle"),
        (OTHER, "queued"),  # the profile has another name of the model
        ("vllm:num_requests_running 1.0\nvllm:num_requests_waiting 0.0\n", "reading"),
        ('vllm:num_requests_running{engine="0"} 1.0\n', None),
        ("vllm:num_requests_running 1\nvllm:num_requests_waiting NaN\n", None),
        ("vllm:num_requests_running 1\nvllm:num_requests_waiting many\n", None),
        ("vllm:num_requests_running 1\nvllm:num_requests_waiting -3\n", None),
        ("llamacpp:requests_processing 1\n", None),
        ("<html>Sign in</html>", None),
        ("", None),
    ],
)
def test_metrics_say_whether_requests_wait(text: str, state: str | None) -> None:
    activity = parse_metrics(text, "scripted")
    assert (activity and activity.state) == state


@pytest.mark.parametrize(
    ("before", "after", "progressed"),
    [
        (metrics(0, 1, 0.1), metrics(0, 1, 0.2), True),
        (metrics(1, 1, 0.1), metrics(1, 1, 0.2), True),
        (metrics(1, 1, 0.1), metrics(0, 2, 0.1), True),
        (metrics(0, 1, 0.1), metrics(0, 1, 0.1), False),
        (metrics(1, 1, 0.1), metrics(5, 1, 0.1), False),  # the queue of a server that hangs grows
        (metrics(0, 1, 0.1), metrics(0, 0, 0.0), False),
        (metrics(0, 1, 0.1), metrics(0, 1, 0.1) + metrics(0, 1, 0.9, model="other"), False),
        (metrics(0, 1, 0.1) + metrics(0, 1, 0.1, engine=1), metrics(0, 1, 0.1) + metrics(0, 1, 0.2, engine=1), True),
    ],
)
def test_progress_is_what_changes_with_each_step(before: str, after: str, progressed: bool) -> None:
    first, second = parse_metrics(before, "scripted"), parse_metrics(after, "scripted")
    assert second
    assert not second.progressed(None)
    assert second.progressed(first) == progressed


@pytest.mark.parametrize(
    ("slots", "state"),
    [
        ([FREE, FREE], "idle"),
        ([slot(2, 128), FREE], "reading"),
        ([slot(2, 128), slot(3, 64, decoded=9)], "reading"),
        ([slot(2, 128, decoded=4), slot(3, 64, decoded=9)], "queued"),
        ([{"is_processing": True}], "reading"),
        ([{"is_processing": True, "id_task": "x", "next_token": {"n_decoded": 3}}], "queued"),
        ([], None),
        ([7], None),
        ([{"id": 1}], None),
        ({"error": {"message": "This server does not support slots endpoint."}}, None),
        ("slots", None),
        (None, None),
    ],
)
def test_slots_say_whether_a_prompt_is_read(slots: object, state: str | None) -> None:
    activity = parse_slots(slots)
    assert (activity and activity.state) == state


def test_a_slot_progresses_with_its_prompt() -> None:
    first, second = parse_slots([slot(2, 128)]), parse_slots([slot(2, 256)])
    assert second
    assert second.progressed(first)
    assert not second.progressed(second)


@given(
    st.text() | st.lists(st.sampled_from([*metrics(1, 2, 0.5).splitlines(keepends=True), "{", " nan\n"])).map("".join)
)
def test_no_metrics_are_an_error(text: str) -> None:
    activity = parse_metrics(text, "scripted")
    assert activity is None or all(map(math.isfinite, activity.steps))


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["is_processing", "next_token", "n_decoded", "id_task"]), inner)
    ),
)


@given(VALUES)
def test_no_slots_are_an_error(value: Any) -> None:
    activity = parse_slots(json.loads(json.dumps(value)))
    assert activity is None or activity.progressed(activity) is False


# --- The question to the server


@pytest.mark.parametrize(
    ("said", "activity"),
    [
        ({"/metrics": [metrics(0, 1, 0.5)]}, Activity("reading", (1, 1280, 96, 0.5, 0))),
        ({"/metrics": ["llamacpp:requests_processing 1\n"], "/slots": [[FREE]]}, Activity("idle")),
        ({"/slots": [[slot(2, 0, decoded=5)]]}, Activity("queued", (0, 2, 128, 0, 5))),
        ({"/metrics": [b"\xff\xfe\x00"], "/slots": ["<html>"]}, None),
        ({"/slots": [b"["]}, None),
        ({}, None),
    ],
)
async def test_the_server_is_asked_in_both_ways(
    server: ScriptedServer, chat: Chat, said: dict[str, Sequence[Any]], activity: Activity | None
) -> None:
    server.says = {path: looks(*answers) for path, answers in said.items()}
    assert await server_of(chat.profile).read_activity() == activity


async def test_a_server_that_fails_says_nothing(server: ScriptedServer, chat: Chat) -> None:
    server.says = dict.fromkeys(("/metrics", "/slots"), lambda: Status(500, "no"))
    assert await server_of(chat.profile).read_activity() is None
    chat.use("http://127.0.0.1:9/v1")
    assert await server_of(chat.profile).read_activity() is None

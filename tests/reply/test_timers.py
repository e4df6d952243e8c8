"""A turn needs few timers, however many chunks it has: the event loop under Chainlit keeps cancelled ones."""

import asyncio
from typing import Any

import pytest

from tests.scripted_server import Content, Done, Finish, Reasoning, Role, ScriptedServer
from tests.wire.fixtures import Chat

CHUNKS, FEW = 500, 50


async def test_chunks_set_no_timers(server: ScriptedServer, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.use(end={"clocks": {"first_token": "60s", "idle": "60s", "total": "30m"}})
    await chat.warm_up()
    loop, timers = asyncio.get_running_loop(), 0
    set_timer = loop.call_at

    def count(*words: Any, **more: Any) -> asyncio.TimerHandle:
        nonlocal timers
        timers += 1
        return set_timer(*words, **more)

    monkeypatch.setattr(loop, "call_at", count)
    server.play([Role(), Reasoning("Hm."), *(Content(f"{number} ") for number in range(CHUNKS)), Finish(), Done()])
    turn, ending, _ = await chat.play()
    assert (ending.code, turn.answer.count(" ")) == ("complete", CHUNKS)
    assert timers < FEW


async def test_no_timer_outlives_its_turn(server: ScriptedServer, chat: Chat) -> None:
    chat.use(end={"clocks": {"first_token": "60s", "idle": "60s", "total": "30m"}})
    server.play([Role(), Content("A"), Finish(), Done()])
    await chat.play()
    waiting: list[asyncio.TimerHandle] = vars(asyncio.get_running_loop())["_scheduled"]
    assert [timer for timer in waiting if not timer.cancelled() and "chat." in repr(timer)] == []

"""A page whose chat the app does not know: after a restart, or when the page was away too long."""

import asyncio
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import chainlit as cl
import chainlit.socket
from chainlit.chat_context import chat_context
from chainlit.context import init_ws_context
from chainlit.session import WebsocketSession
from chainlit.utils import utc_now

from chat.page.session import Chat, current_chat
from chat.texts import Language, say

HELLO_SECONDS = 1.0  # until a page that does not say hello is taken to have nothing to say
MAX_STEPS = 500
_LINES = uuid.UUID("6b1f6a0e-1d5c-4a86-9f3e-2f0c5f1f0b1d")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows: the ids of all questions, the steps below the last one, and the run they belong to."""

    asked: frozenset[str] = frozenset()
    last: str = ""
    steps: tuple[tuple[str, str], ...] = ()  # id and title
    run: str = ""


def read_shown(hello: Mapping[str, Any]) -> Shown:
    """Return what the page's hello says that it shows. What has another shape is ignored."""
    asked = [each for each in _list(hello.get("asked")) if isinstance(each, str)]
    steps = [each for each in _list(hello.get("steps")) if isinstance(each, dict)]
    run = hello.get("run")
    return Shown(
        frozenset(asked),
        asked[-1] if asked else "",
        tuple((str(each.get("id")), str(each.get("title", ""))) for each in steps),
        run if isinstance(run, str) else "",
    )


def _list(value: object) -> list[Any]:
    return value[-MAX_STEPS:] if isinstance(value, list) else []


async def wait_for_hello(chat: Chat) -> None:
    """Wait until the page has said what it shows, so that a line about it stands above the answer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(HELLO_SECONDS):
            await chat.heard.wait()
    chat.heard.set()


async def show_if_lost(chat: Chat, shown: Shown) -> None:
    """Say so if the page shows questions that the app does not know, and end what still runs on it."""
    if chat.lost or not shown.asked - chat.asked:
        return
    await _end_turn(chat, shown)
    line = cl.Step(name=say("lost.line", chat.language), type="tool", icon="unplug", show_input=False)
    line.id = str(uuid.uuid5(_LINES, shown.last))  # the same line is not shown twice
    line.start = line.end = utc_now()
    chat.lost = line
    await line.send()


async def _end_turn(chat: Chat, shown: Shown) -> None:
    """End all that the page shows as running. Chainlit's page merges what it is sent into what it has."""
    emitter: Any = cl.context.emitter
    ended = {"end": utc_now(), "streaming": False}
    if shown.run:
        await emitter.update_step({"id": shown.run, **ended})
    for step, title in shown.steps:
        seconds = _thinking_seconds(title, chat.language)
        named = {} if seconds is None else {"name": say("thought.cut", chat.language, seconds=seconds)}
        await emitter.update_step({"id": step, **ended, **named})
    await emitter.send_window_message({"fullstopPill": None})
    await emitter.send_window_message({"fullstopMeter": None})
    await emitter.task_end()


def _thinking_seconds(title: str, language: Language) -> str | None:
    """Return how long a thought has run, by its title; None if it is over, or no thought."""
    before, after = say("thinking", language, seconds="\n").split("\n")
    found = re.fullmatch(rf"{re.escape(before)}(\d+){re.escape(after)}", title.strip())
    return found[1] if found else None


async def explain_button(chat: Chat) -> None:
    """Say why a button of an old chat does nothing."""
    await cl.context.emitter.send_toast(say("lost.button", chat.language), "warning")


async def explain_edit(chat: Chat) -> None:
    """Say why a message cannot be edited."""
    await cl.context.emitter.send_toast(say("lost.edit", chat.language), "warning")


def can_edit(chat: Chat, message_id: str) -> bool:
    """True if that is a message of the person which the app knows."""
    return message_id in chat.asked and any(message.id == message_id for message in chat_context.get())


async def answer_may_edit(chat: Chat, message_id: str) -> None:
    """Tell the page whether it may edit that message: Chainlit's page removes all that is below it before we hear."""
    if can_edit(chat, message_id):
        await cl.context.emitter.send_window_message({"fullstopMayEdit": message_id})
    else:
        await cl.context.emitter.send_window_message({"fullstopMayNotEdit": message_id})
        await explain_edit(chat)


async def edit_message(sid: str, payload: Any) -> None:
    """Pass an edit on to Chainlit, which would fail for an unknown message and would make an answer a question."""
    session = WebsocketSession.get(sid)
    if session is None:
        return
    init_ws_context(session)
    chat = current_chat()
    if can_edit(chat, payload["message"]["id"]):
        await chainlit.socket.edit_message(sid, payload)
    else:
        await explain_edit(chat)
        for exchange in chat.history.shown:
            await chat.versions[exchange].show()

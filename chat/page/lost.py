"""A page whose chat the app does not know: after a restart, or when the page was away too long."""

import asyncio
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import chainlit as cl
import chainlit.socket
from chainlit.chat_context import chat_context
from chainlit.context import init_ws_context
from chainlit.session import WebsocketSession
from chainlit.utils import utc_now

from chat.page.session import Chat, current_chat
from chat.process.waits import read_waits
from chat.words.texts import Language, say

ARRIVING_SECONDS = 0.1  # until a question that was sent before the hello is known
MOVING_SECONDS = 3.0  # in which a question may have been shown before the line that came first
MAX_STEPS = 500
_LINES = uuid.UUID("6b1f6a0e-1d5c-4a86-9f3e-2f0c5f1f0b1d")


class Step(NamedTuple):
    """One step as the page shows it; `streaming` if a cursor blinks in it."""

    id: str
    title: str
    streaming: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows: the ids of the questions, the last steps, and the ids of the last runs of turns."""

    asked: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    runs: tuple[str, ...] = ()


def read_shown(hello: Mapping[str, Any]) -> Shown:
    """Return what the page's hello says that it shows. What has another shape is ignored."""
    steps = [each for each in _list(hello.get("steps")) if isinstance(each, dict)]
    return Shown(
        tuple(each for each in _list(hello.get("asked")) if isinstance(each, str)),
        tuple(Step(str(each.get("id")), str(each.get("title")), each.get("streaming") is True) for each in steps),
        tuple(each for each in _list(hello.get("runs")) if isinstance(each, str)),
    )


def _list(value: object) -> list[Any]:
    return value[-MAX_STEPS:] if isinstance(value, list) else []


async def wait_for_hello(chat: Chat) -> None:
    """Wait until the page has said what it shows, so that a line about it stands above the answer."""
    if cl.context.current_step:
        chat.run = cl.context.current_step.id
    with suppress(TimeoutError):
        async with asyncio.timeout(read_waits().page_hello_seconds):
            await chat.heard.wait()
    chat.heard.set()
    await _move_above_answer(chat)


async def _move_above_answer(chat: Chat) -> None:
    """Move a line that has just been shown into the run of this question, if there is one.

    The page may have shown the question before the line came. Below the question, it would stand below the answer too.
    """
    if chat.lost and asyncio.get_running_loop().time() < chat.lost_until:
        chat.lost_until = 0.0
        await cl.context.emitter.delete_step(chat.lost.to_dict())
        chat.lost.parent_id = chat.run
        await chat.lost.send()


async def show_if_lost(chat: Chat, shown: Shown) -> None:
    """Say so if the page shows questions that the app does not know, and end what still runs on it."""
    if chat.lost or not _unknown(chat, shown):
        return
    await asyncio.sleep(ARRIVING_SECONDS)
    unknown = _unknown(chat, shown)
    if chat.lost or not unknown:
        return
    line = cl.Step(name=say("lost.line", chat.language), type="tool", icon="unplug", show_input=False)
    line.id = str(uuid.uuid5(_LINES, unknown[-1]))  # the same line is not shown twice
    line.start = line.end = utc_now()
    chat.lost, chat.lost_until = line, asyncio.get_running_loop().time() + MOVING_SECONDS
    await _end_old_turn(chat, shown)
    await line.send()


def _unknown(chat: Chat, shown: Shown) -> list[str]:
    known = chat.asked | {message.id for message in chat_context.get()}
    return [each for each in shown.asked if each not in known]


async def _end_old_turn(chat: Chat, shown: Shown) -> None:
    """End all that the page shows as running. Chainlit's page merges what it is sent into what it has."""
    emitter: Any = cl.context.emitter
    ended = {"end": utc_now(), "streaming": False}
    for run in shown.runs:
        if run != chat.run:
            await emitter.update_step({"id": run, **ended})
    for step in shown.steps:
        seconds = _thinking_seconds(step.title, chat.language)
        if seconds is not None:
            await emitter.update_step(
                {"id": step.id, **ended, "name": say("thought.cut", chat.language, seconds=seconds)}
            )
        elif step.streaming:
            await emitter.update_step({"id": step.id, **ended})
    if not chat.busy:
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

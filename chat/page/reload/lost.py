"""A page whose chat the app does not know: after a restart, or when the page was away too long."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import chainlit as cl
from chainlit.chat_context import chat_context
from chainlit.utils import utc_now

from chat.page.session import Chat
from chat.process.waits import read_waits
from chat.words.texts import Language, say

ARRIVING_SECONDS = 0.1  # until a question that was sent before the hello is known
MAX_STEPS = 500
_WAITING = ("waiting.queued", "waiting.reading")


class ShownStep(NamedTuple):
    """One step as the page shows it; `streaming` if a cursor blinks in it."""

    id: str
    title: str
    streaming: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows: the ids of the questions, the last steps, and the ids of the last runs of turns."""

    questions: tuple[str, ...] = ()
    steps: tuple[ShownStep, ...] = ()
    runs: tuple[str, ...] = ()


def read_shown(hello: Mapping[str, Any]) -> Shown:
    """Return what the page's hello says that it shows. What has another shape is ignored."""
    steps = [each for each in _list(hello.get("steps")) if isinstance(each, dict)]
    return Shown(
        tuple(each for each in _list(hello.get("asked")) if isinstance(each, str)),
        tuple(ShownStep(str(each.get("id")), str(each.get("title")), each.get("streaming") is True) for each in steps),
        tuple(each for each in _list(hello.get("runs")) if isinstance(each, str)),
    )


def _list(value: object) -> list[Any]:
    return value[-MAX_STEPS:] if isinstance(value, list) else []


async def wait_for_hello(chat: Chat) -> None:
    """Wait until the page has said what it shows, so that a line about it comes above the answer."""
    if cl.context.current_step:
        chat.work.run_id = cl.context.current_step.id
    with suppress(TimeoutError):
        async with asyncio.timeout(read_waits().page_hello_seconds):
            await chat.tab.said_hello.wait()
    chat.tab.said_hello.set()
    await chat.lost_line.move_into(chat.work.run_id)


async def show_if_lost(chat: Chat, shown: Shown) -> None:
    """Show a line if the page shows questions that the app does not know, and end what still runs on the page."""
    if chat.lost_line.is_shown or not _unknown(chat, shown):
        return
    await asyncio.sleep(ARRIVING_SECONDS)
    unknown = _unknown(chat, shown)
    if chat.lost_line.is_shown or not unknown:
        return
    chat.lost_line.prepare(unknown[-1], chat.language)
    await _end_old_turn(chat, shown)
    await chat.lost_line.show()


def _unknown(chat: Chat, shown: Shown) -> list[str]:
    known = chat.question_ids | {message.id for message in chat_context.get()}
    return [each for each in shown.questions if each not in known]


async def _end_old_turn(chat: Chat, shown: Shown) -> None:
    """End all that the page shows as running. Chainlit's page merges what it is sent into what it has."""
    emitter: Any = cl.context.emitter
    ended = {"end": utc_now(), "streaming": False}
    for run in shown.runs:
        if run != chat.work.run_id:
            await emitter.update_step({"id": run, **ended})
    for step in shown.steps:
        seconds = _running_seconds("thinking", step.title, chat.language)
        if any(_running_seconds(key, step.title, chat.language) for key in _WAITING):
            await emitter.delete_step({"id": step.id})
        elif seconds is not None:
            title = say("thought.cut", chat.language, seconds=seconds)
            await emitter.update_step({"id": step.id, **ended, "name": title})
        elif step.streaming:
            await emitter.update_step({"id": step.id, **ended})
    if not chat.work.running:
        await emitter.send_window_message({"fullstopPill": None})
        await emitter.send_window_message({"fullstopMeter": None})
        await emitter.task_end()


def _running_seconds(key: str, title: str, language: Language) -> str | None:
    """Return the seconds in a title that counts them, such as that of a running thought; None if it is another one."""
    before, after = say(key, language, seconds="\n").split("\n")
    found = re.fullmatch(rf"{re.escape(before)}(\d+){re.escape(after)}", title.strip())
    return found[1] if found else None


async def explain_button(chat: Chat) -> None:
    """Say why a button of an old chat does nothing."""
    await cl.context.emitter.send_toast(say("lost.button", chat.language), "warning")

"""What one browser address may do at a time. Behind a proxy that is not named, all browsers have one address."""

import asyncio

import chainlit as cl
from chainlit.user_session import user_sessions

from chat.doors.rate import Rate
from chat.page.errors import show_error
from chat.page.session import Chat
from chat.process.limits import read_limits
from chat.words.texts import say

_doctor_runs = Rate()


async def may_run(chat: Chat) -> bool:
    """True if another turn may start in this chat; else the page says why not."""
    limit = read_limits().turns
    if _running_elsewhere(chat) < limit:
        return True
    await show_error(say("limit.turns", chat.language, limit=limit))
    return False


async def may_examine(chat: Chat) -> bool:
    """True if the doctor may run once more for this address; else the page says why not."""
    limit = read_limits().doctor_runs
    if _doctor_runs.count(chat.owner, limit, asyncio.get_running_loop().time()):
        return True
    await show_error(say("limit.doctor", chat.language, limit=limit))
    return False


async def send_length_limit() -> None:
    """Send the page the maximum length of a message, so that a longer one stays in its field."""
    await cl.context.emitter.send_window_message({"fullstopLimit": read_limits().message_bytes})


async def explain_length(chat: Chat, size: object) -> None:
    """Say why the page has not sent a message of that many bytes."""
    if isinstance(size, int):
        said = say("limit.composer", chat.language, size=f"{size:,}", limit=f"{read_limits().message_bytes:,}")
        await cl.context.emitter.send_toast(said, "warning")


def _running_elsewhere(chat: Chat) -> int:
    chats = {id(each): each for each in (kept.get("chat") for kept in user_sessions.values()) if isinstance(each, Chat)}
    return sum(each.owner == chat.owner and bool(each.work.running) and each is not chat for each in chats.values())

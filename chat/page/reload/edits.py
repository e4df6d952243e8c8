"""Edits of a question: only a question that the app knows can be edited."""

from typing import Any

import chainlit as cl
import chainlit.socket
from chainlit.chat_context import chat_context
from chainlit.context import init_ws_context
from chainlit.session import WebsocketSession

from chat.page.session import Chat, current_chat
from chat.words.texts import say


async def answer_may_edit(chat: Chat, message_id: str) -> None:
    """Say to the page whether it may edit that message: it removes all that is below it before the app hears of it."""
    if _is_known(chat, message_id):
        await cl.context.emitter.send_window_message({"fullstopMayEdit": message_id})
    else:
        await cl.context.emitter.send_window_message({"fullstopMayNotEdit": message_id})
        await _explain_edit(chat)


async def edit_message(sid: str, payload: Any) -> None:
    """Pass an edit on to Chainlit, which would fail for an unknown message and would make an answer a question."""
    session = WebsocketSession.get(sid)
    if session is None:
        return
    init_ws_context(session)
    chat = current_chat()
    if _is_known(chat, payload["message"]["id"]):
        await chainlit.socket.edit_message(sid, payload)
    else:
        await _explain_edit(chat)
        for exchange in chat.history.shown:
            await chat.versions[exchange].show()


def _is_known(chat: Chat, message_id: str) -> bool:
    """True if that is a message of the person which the app knows."""
    return message_id in chat.question_ids and any(message.id == message_id for message in chat_context.get())


async def _explain_edit(chat: Chat) -> None:
    """Say why a message cannot be edited."""
    await cl.context.emitter.send_toast(say("lost.edit", chat.language), "warning")

"""Edits of a question: only a question that the app knows can be edited, and only to another question."""

from typing import Any

import chainlit as cl
import chainlit.socket
from chainlit.chat_context import chat_context
from chainlit.context import init_ws_context
from chainlit.session import WebsocketSession

from chat.page import doctor
from chat.page.session import Chat, current_chat
from chat.profiles.modes import UnknownMode, choose
from chat.profiles.sentence import Sentence
from chat.words.texts import say


async def answer_may_edit(chat: Chat, message_id: str, text: str) -> None:
    """Say to the page whether that message may become `text`: it removes all below before the app hears of it."""
    problem = _find_problem(chat, text) if _is_known(chat, message_id) else Sentence("lost.edit")
    if problem is None:
        await cl.context.emitter.send_window_message({"fullstopMayEdit": message_id})
    else:
        await cl.context.emitter.send_window_message({"fullstopMayNotEdit": message_id})
        await _explain_edit(chat, problem)


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
        await _explain_edit(chat, Sentence("lost.edit"))
        for exchange in chat.history.shown:
            await chat.versions[exchange].show()


def _is_known(chat: Chat, message_id: str) -> bool:
    """True if that is a message of the person which the app knows."""
    return message_id in chat.question_ids and any(message.id == message_id for message in chat_context.get())


def _find_problem(chat: Chat, text: str) -> Sentence | None:
    """Return why that text is not a question, None if it is one."""
    profile = chat.choice.profile(chat.shelf())
    if doctor.is_written_command(text):
        return Sentence("message.command_edit", {"command": text.strip()})
    if not text.strip():
        return Sentence("message.blank_edit")
    if profile is None:
        return None
    try:
        chosen = choose(text, chat.choice.settings.mode, profile)
    except UnknownMode as problem:
        return problem.sentence
    return None if chosen.question else Sentence("message.empty")


async def _explain_edit(chat: Chat, problem: Sentence) -> None:
    """Say why a message cannot be edited. A toast is plain text."""
    await cl.context.emitter.send_toast(say(problem, chat.language).replace("`", ""), "warning")

"""The gauge of the model's window (fullstop.js draws it)."""

import chainlit as cl

from chat.page.session import Chat
from chat.page.version import Version
from chat.words.details import gauge


async def show_for(chat: Chat) -> None:
    """How much of its model's window the reply that is shown last takes; while that is played all stays as it is."""
    last = next((chat.versions[each] for each in reversed(chat.history.shown)), None)
    if last is None or not last.view.is_running:
        await cl.context.emitter.send_window_message({"fullstopMeter": _told(chat, last)})


def _told(chat: Chat, last: Version | None) -> dict[str, object] | None:
    """None where the server does not say."""
    if last is None or last.reply.prepared is None:
        return None
    used, window = last.reply.used, last.reply.prepared.window
    if used is None or not window:
        return None
    return {"used": used, "window": window, "text": gauge(used, window, chat.language)}

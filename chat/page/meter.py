"""The gauge of the model's window (fullstop.js draws it)."""

import chainlit as cl

from chat.page.session import Chat
from chat.page.version import Version
from chat.words.details import gauge


async def show_for(chat: Chat) -> None:
    """Show how much of its model's window the last reply takes. While that reply runs, the gauge stays as it is."""
    last = next((chat.versions[each] for each in reversed(chat.history.shown)), None)
    if last is None or not last.view.is_running:
        await cl.context.emitter.send_window_message({"fullstopMeter": _gauge(chat, last)})


def _gauge(chat: Chat, last: Version | None) -> dict[str, object] | None:
    """Return what the page draws; None if the server does not count, or its window is unknown."""
    if last is None or last.reply.prepared is None:
        return None
    used, window = last.reply.used, last.reply.prepared.window
    if used is None or not window:
        return None
    return {"used": used, "window": window, "text": gauge(used, window, chat.language)}

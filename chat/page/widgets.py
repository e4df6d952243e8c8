"""What the page's own widgets send to the app (fullstop.js)."""

from typing import Any

from chat.page import buttons, owners
from chat.page.reload import edits, lost, restore
from chat.page.session import Chat
from chat.page.view.pill import ANSWER_NOW

HELLO, MAY_EDIT, TAB, TOO_LONG = "hello", "may_edit", "tab", "too_long"


async def handle_message(chat: Chat, message: Any) -> None:
    """Do what a widget of the page wants. Messages of other senders come this way too, and are ignored."""
    wanted = message.get("fullstopDo") if isinstance(message, dict) else None
    if wanted == ANSWER_NOW and chat.work.version:
        chat.work.version.reply.answer_now()
    elif wanted == HELLO:
        await restore.request_hello(chat)
    elif wanted == TAB:
        shown = lost.read_shown(message)
        await restore.receive_hello(chat, str(message.get("tab")), message.get("loaded") is True, shown)
    elif wanted == TOO_LONG:
        await owners.explain_length(chat, message.get("size"))
    elif wanted == MAY_EDIT:
        await edits.answer_may_edit(chat, str(message.get("id")), str(message.get("text")))
    elif wanted == buttons.EDIT:
        await buttons.save_thought(chat, str(message.get("id")), str(message.get("text", "")))

"""The buttons under a reply, and what the page's own widgets say: which of them does what."""

from typing import Any

import chainlit as cl

from chat.page import lost, owners, parked, turns
from chat.page.install import shutdown
from chat.page.running import idle
from chat.page.session import Chat
from chat.page.version import Version
from chat.page.view.pill import ANSWER_NOW
from chat.page.view.receipt import Receipt
from chat.profiles.profile import Profile
from chat.words.texts import say
from termination import Begun

EDIT, HELLO, MAY_EDIT, TAB, TOO_LONG = "edit", "hello", "may_edit", "tab", "too_long"


async def act(chat: Chat, action: cl.Action) -> None:
    """A button of a receipt was pressed. Most have to wait for what is still going on, and it may replace them."""
    version = _version(chat, str(action.payload.get("version")))
    if not version:
        await lost.explain_button(chat)
    elif receipt := version.view.receipt:
        await _press(chat, version, receipt, action.name)


async def _press(chat: Chat, version: Version, receipt: Receipt, name: str) -> None:
    if name == "details":
        await receipt.toggle()
    elif not await shutdown.refuses(chat) and await _is_free(chat, version) and version.view.receipt is receipt:
        await _do(chat, version, name)


async def _is_free(chat: Chat, version: Version) -> bool:
    """Whether something can be done with that version now."""
    return await idle(chat) and version.exchange in chat.history.shown


async def _do(chat: Chat, version: Version, name: str) -> None:
    so_far, reply = version.reply.so_far, version.reply
    match name:
        case "edit":
            await _offer_editor(chat, version)
        case "former":
            turns.step(chat, version, -1)
        case "later":
            turns.step(chat, version, 1)
        case _ if not await owners.may_run(chat):
            return
        case "answer_now":
            turns.go_on(chat, version, answer=True)
        case "continue":
            turns.go_on(chat, version)
        case "retry" | "again":
            turns.again(chat, version)
        case "reroll" if so_far:
            turns.from_thought(chat, version, Begun("answer", so_far.thought), reply.thought)


async def _offer_editor(chat: Chat, version: Version) -> None:
    await _open_editor(chat, version.key, version.reply.thought)


async def _open_editor(chat: Chat, key: str, thought: str) -> None:
    """The thought in a field of its own; what is saved comes back by `said`."""
    words = {name: say(f"edit.{name}", chat.language) for name in ("title", "note", "save", "cancel")}
    editor = {"id": key, "text": thought, "do": EDIT, **words}
    await cl.context.emitter.send_window_message({"fullstopEdit": editor})


async def said(chat: Chat, message: Any) -> None:
    """A widget of the page was used. Other words that come this way are not for us."""
    done = message.get("fullstopDo") if isinstance(message, dict) else None
    if done == ANSWER_NOW and chat.playing:
        chat.playing.reply.answer_now()
    elif done == HELLO:
        await parked.greet()
    elif done == TAB:
        await parked.take(chat, str(message.get("tab")), message.get("loaded") is True, lost.read_shown(message))
    elif done == TOO_LONG:
        await owners.explain_length(chat, message.get("size"))
    elif done == MAY_EDIT:
        await lost.answer_may_edit(chat, str(message.get("id")))
    elif done == EDIT:
        await _take_edited(chat, str(message.get("id")), str(message.get("text", "")))


async def _take_edited(chat: Chat, key: str, text: str) -> None:
    """Take the thought that the person wrote; give it back, with the reason, if its chat is unknown."""
    version = _version(chat, key)
    if version and not await shutdown.refuses(chat) and await owners.may_run(chat):
        await _take_thought(chat, version, text)
        return
    if not version:
        await lost.explain_button(chat)
    await _open_editor(chat, key, text)


async def _take_thought(chat: Chat, version: Version, text: str) -> None:
    """Goes on from the thought that the person wrote; where that cannot be, the editor comes back with it."""
    if not await _is_free(chat, version):
        return await _offer_editor(chat, version)
    text = without_markers(text, version.question.profile)
    return turns.from_thought(chat, version, Begun("thought", text), text)


def without_markers(text: str, profile: Profile) -> str:
    """A thought as the person may write it: the markers round it are not theirs to set."""
    for marker in (*profile.thinking.open, *profile.thinking.close) if profile.thinking else ():
        text = text.replace(marker, "")
    return text


def _version(chat: Chat, key: str) -> Version | None:
    return next((version for version in chat.versions.values() if version.key == key), None)

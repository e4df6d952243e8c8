"""The buttons under a reply: which of them does what."""

import chainlit as cl

from chat.page import owners, picker, turns
from chat.page.install import shutdown
from chat.page.reload import lost
from chat.page.session import Chat
from chat.page.version import Version
from chat.page.view.receipt import Receipt
from chat.profiles.profile import Profile
from chat.words.texts import say
from termination import Begun

EDIT = "edit"


async def press_button(chat: Chat, action: cl.Action) -> None:
    """Do what a button of a receipt is for. Most have to wait for the work that still runs, which may replace them."""
    version = _find_version(chat, str(action.payload.get("version")))
    if not version:
        await lost.explain_button(chat)
    elif receipt := version.view.receipt:
        await _press(chat, version, receipt, action.name)


async def _press(chat: Chat, version: Version, receipt: Receipt, name: str) -> None:
    if name == "details":
        await receipt.toggle()
    elif await shutdown.may_start(chat) and await _becomes_free(chat, version) and version.view.receipt is receipt:
        await _do(chat, version, name)


async def _becomes_free(chat: Chat, version: Version) -> bool:
    """True if something can be done with that version now or soon."""
    return await chat.work.becomes_idle() and version.exchange in chat.history.shown


async def _do(chat: Chat, version: Version, name: str) -> None:
    so_far, reply = version.reply.so_far, version.reply
    match name:
        case "edit":
            await _open_editor(chat, version.key, version.reply.thought)
        case "former":
            turns.switch_version(chat, version, -1)
        case "later":
            turns.switch_version(chat, version, 1)
        case _ if not await owners.may_run(chat) or chat.work.running:
            return
        case "answer_now":
            turns.resume(chat, version, answer=True)
        case "continue":
            turns.resume(chat, version)
        case "retry" | "again":
            await picker.follow_model(chat)
            if not chat.work.running:  # another press came meanwhile
                turns.ask_again(chat, version)
        case "reroll" if so_far:
            turns.start_from_thought(chat, version, Begun("answer", so_far.thought), reply.thought)


async def _open_editor(chat: Chat, key: str, thought: str) -> None:
    """Open the thought in a field of its own. What is saved comes back to `save_thought`."""
    words = {name: say(f"edit.{name}", chat.language) for name in ("title", "note", "save", "cancel")}
    editor = {"id": key, "text": thought, "do": EDIT, **words}
    await cl.context.emitter.send_window_message({"fullstopEdit": editor})


async def save_thought(chat: Chat, key: str, text: str) -> None:
    """Continue from the thought that the person wrote. If that is impossible, the editor opens again."""
    version = _find_version(chat, key)
    if not version:
        await lost.explain_button(chat)
        await _open_editor(chat, key, text)
    elif not (await shutdown.may_start(chat) and await owners.may_run(chat)):
        await _open_editor(chat, key, text)
    elif not await _becomes_free(chat, version):
        await _open_editor(chat, key, version.reply.thought)
    else:
        text = without_markers(text, version.question.profile)
        turns.start_from_thought(chat, version, Begun("thought", text), text)


def without_markers(text: str, profile: Profile) -> str:
    """Return a thought as the person may write it: the markers around it are the model's."""
    for marker in (*profile.thinking.open, *profile.thinking.close) if profile.thinking else ():
        text = text.replace(marker, "")
    return text


def _find_version(chat: Chat, key: str) -> Version | None:
    return next((version for version in chat.versions.values() if version.key == key), None)

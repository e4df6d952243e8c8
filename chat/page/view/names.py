"""Names of the page's controls for screen readers, in the page's language."""

import chainlit as cl

from chat.words.texts import Language, say

CONTROLS = (
    "new_chat",
    "profile",
    "settings",
    "send",
    "stop",
    "edit",
    "edit_field",
    "field",
    "theme",
    "copy_code",
    "copy",
    "modes",
    "close",
    "down",
    "skip",
)


async def send_names(language: Language) -> None:
    """Send the page the names of Chainlit's controls that have none, and its language (fullstop.js)."""
    names = {control: say(f"control.{control}", language) for control in CONTROLS}
    tag = "zh-CN" if language == "zh" else "en"
    await cl.context.emitter.send_window_message({"fullstopNames": names, "language": tag})

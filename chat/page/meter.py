"""The gauge of the model's window (fullstop.js draws it)."""

import chainlit as cl

from chat.details import gauge
from chat.profile import Profile
from chat.texts import Language
from chat.window import window


async def show(used: int | None, profile: Profile, language: Language) -> None:
    """How much of the window the chat takes; none where the server does not say."""
    whole = await window(profile)
    if used is None or whole is None:
        return
    meter = {"used": used, "window": whole, "text": gauge(used, whole, language)}
    await cl.context.emitter.send_window_message({"fullstopMeter": meter})

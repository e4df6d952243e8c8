"""The button that floats above the composer while a thought streams: answer now (fullstop.js draws it)."""

import chainlit as cl

from chat.words.texts import Language, say

ANSWER_NOW = "answer_now"


class Pill:
    """The button of one reply. It comes after the first second of a thought, with a hint if the text repeats itself."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._hint = ""
        self._shown = False

    async def show(self, hint: str = "") -> None:
        """Show the button, unless the page shows it already with that hint."""
        if self._shown and hint in ("", self._hint):
            return
        self._shown, self._hint = True, hint or self._hint
        label, tooltip = say("act.answer_now", self._language), say("act.answer_now.tip", self._language)
        await self._send({"label": label, "tooltip": tooltip, "hint": self._hint, "do": ANSWER_NOW})

    async def hide(self) -> None:
        """Take the button away."""
        if self._shown:
            self._shown, self._hint = False, ""
            await self._send(None)

    async def resend(self) -> None:
        """Send the button or its absence again, to a page that may have missed either."""
        if self._shown:
            self._shown = False
            await self.show(self._hint)
        else:
            await self._send(None)

    @staticmethod
    async def _send(pill: dict[str, str] | None) -> None:
        await cl.context.emitter.send_window_message({"fullstopPill": pill})

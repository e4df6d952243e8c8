"""The receipt on the page: one muted line with its buttons, and the details if the person opens them."""

import uuid
from typing import get_args

import chainlit as cl

from chat.page.view.markdown import display
from chat.words.details import details
from chat.words.receipt import ICONS, Act, Facts, Look, acts, line
from chat.words.texts import Language, say
from termination import EndingCode

_ICONS: dict[EndingCode, str] = {
    "complete": "check",
    "thought_complete": "lightbulb",
    "stopped": "square",
    "first_token_timeout": "timer-off",
    "idle_timeout": "timer-off",
    "total_timeout": "timer-off",
    "loop": "refresh-cw",
    "disconnected": "unplug",
    "server_error": "circle-alert",
    "refused": "circle-alert",
}


async def send_tooltips(language: Language) -> None:
    """Send the page what the buttons do (fullstop.js). Chainlit's own tooltips make a long chat slow."""
    tips = {act: say(f"act.{act}.tip", language) for act in get_args(Act)}
    await cl.context.emitter.send_window_message({"fullstopTips": tips})


class Receipt:
    """The receipt of one version of a reply. `version` is its key on the page, `_place` its number and their count."""

    def __init__(self, facts: Facts, version: str, language: Language) -> None:
        self._facts, self._version, self._language = facts, version, language
        self._open = False
        self._place = (1, 1)
        self._copied: dict[str, object] = {}
        self.message = cl.Message(
            self._text(),
            metadata={"icon": _ICONS.get(facts.ending.code, "circle-stop"), "ending": facts.ending.code},
        )

    async def show(self, answer: str, blocks: list[str]) -> None:
        """Put the receipt on the page. Chainlit's copy button is on it, and has to copy the answer (fullstop.js)."""
        self._copied = {"fullstop": [*blocks, self.message.id], "text": answer} if answer else {}
        self.message.actions = self._actions()
        await self._send_copied()
        await self.message.send()

    async def remove(self) -> None:
        """Take the receipt off the page, as the reply continues."""
        await self.message.remove_actions()
        await self.message.remove()

    async def hide(self) -> None:
        """Take the buttons off the page. The message goes with its turn."""
        await self.message.remove_actions()

    async def resend(self) -> None:
        """Show the receipt again on a page that may have missed it, with its present buttons."""
        await self._send_copied()
        await cl.context.emitter.send_step(self.message.to_dict())
        await self.message.remove_actions()
        self.message.actions = self._actions()
        for action in self.message.actions:
            await action.send(for_id=self.message.id)

    def count(self, place: int, versions: int) -> None:
        """Note that this is version number `place` of `versions`. The buttons say so when they are shown next."""
        self._place = (place, versions)

    async def toggle(self) -> None:
        """Open the details, or close them."""
        self._open = not self._open
        self.message.content = self._text()
        await self.message.update()

    def _text(self) -> str:
        said = display(line(self._facts, self._language))
        return f"{said}\n\n{details(self._facts, self._language)}" if self._open else said

    async def _send_copied(self) -> None:
        if self._copied:
            await cl.context.emitter.send_window_message(self._copied)

    def _actions(self) -> list[cl.Action]:
        _, versions = self._place
        buttons: list[tuple[Act, Look]] = acts(self._facts)
        if versions > 1:
            buttons += [("former", "quiet"), ("place", "text"), ("later", "quiet")]
        return [self._action(act, look) for act, look in buttons]

    def _action(self, act: Act, look: Look) -> cl.Action:
        place, versions = self._place
        label = f"{place}/{versions}" if act == "place" else say(f"act.{act}", self._language)
        return cl.Action(
            name=act,
            payload={"version": self._version},
            label=label,
            icon=ICONS.get(act),
            id=f"fs-{look}-{act}-{uuid.uuid4()}",
        )

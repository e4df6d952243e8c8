"""The line on the empty page that says how the chat's profile was made, with a button to save it and a fold."""

import chainlit as cl
from chainlit.utils import utc_now

from chat.discover.discover import Discovered
from chat.offers.offer import shorten
from chat.page.view.markdown import display
from chat.words.texts import Language, say

SAVE = "save_profile"


class MadeLine:
    """The line of one chat. It is about one profile at a time."""

    def __init__(self) -> None:
        self._key = ""
        self._found: Discovered | None = None
        self._parts: tuple[cl.Message, cl.Step] | None = None

    def is_about(self, key: str, found: Discovered | None) -> bool:
        """True if the line is about the profile of that choice. `found` is None if its server does not answer now."""
        return self._key == key and found in (self._found, None)

    async def show(self, key: str, found: Discovered, language: Language) -> None:
        """Put the line on the page, for the profile of that choice."""
        line = cl.Message(display(say("made.line", language, model=shorten(found.profile.model))))
        line.actions = [cl.Action(name=SAVE, payload={"key": key}, label=say("made.save", language), icon="save")]
        fold = cl.Step(name=say("made.findings", language), type="tool", icon="list-checks", show_input=False)
        fold.output = display("\n".join(f"- {say(each, language)}" for each in found.findings))
        fold.start = fold.end = utc_now()
        self._key, self._found, self._parts = key, found, (line, fold)
        await line.send()
        await fold.send()

    async def hide(self) -> None:
        """Take the line off the page."""
        parts, self._key, self._found, self._parts = self._parts, "", None, None
        for part in parts or ():
            await part.remove()

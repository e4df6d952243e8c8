"""A profile that was made by asking: made when it is needed, shown on the empty page, and saved if the person wants."""

import asyncio
from contextlib import suppress
from pathlib import Path

import chainlit as cl
from chainlit.utils import utc_now

from chat.discover.discover import Discovered
from chat.discover.made import Made
from chat.discover.saving import NotSaved, save_profile
from chat.page import panel
from chat.page.errors import show_error
from chat.page.session import FOLDERS, OFFERING, Chat
from chat.page.view.markdown import display
from chat.profiles.sentence import Sentence
from chat.words.texts import plain, say

SAVE = "save_profile"
_MADE = Made(OFFERING)


async def prepare(chat: Chat) -> Discovered | None:
    """Make the profile of the chat's model if it has none, within the time that the first token may take."""
    offer = OFFERING.catalogue().offers.get(chat.choice.profile_name)
    if offer is None:
        return None
    found = None
    with suppress(TimeoutError):
        async with asyncio.timeout(offer.profile.end.clocks.first_token):
            found = await _MADE.make(offer)
    await panel.refresh_panel(chat, chat.shelf())
    return found


async def show_findings(chat: Chat, found: Discovered) -> None:
    """Show how the profile was made: one line with a button to save it, and the findings in a fold."""
    name = found.profile.model
    line = cl.Message(display(say("made.line", chat.language, model=name)))
    label = say("made.save", chat.language)
    line.actions = [cl.Action(name=SAVE, payload={"key": chat.choice.profile_name}, label=label, icon="save")]
    await line.send()
    fold = cl.Step(name=say("made.findings", chat.language), type="tool", icon="list-checks", show_input=False)
    fold.output = display("\n".join(f"- {say(each, chat.language)}" for each in found.findings))
    fold.start = fold.end = utc_now()
    await fold.send()


async def save(chat: Chat, key: str) -> None:
    """Write the profile of that choice to the owner's folder, where it wins from now on."""
    offer = OFFERING.catalogue().offers.get(key)
    found = await _MADE.make(offer) if offer else None
    if found is None:
        await cl.context.emitter.send_toast(say("made.gone", chat.language), "warning")
        return
    try:
        saved = save_profile(found, FOLDERS, lambda sentence: plain(sentence, chat.language))
        path, sentence = saved.path, saved.sentence
    except NotSaved as problem:
        if problem.path is None:
            await show_error(say(problem.sentence, chat.language))
            return
        path, sentence = problem.path, problem.sentence
    await _use(chat, key, path, sentence)


async def _use(chat: Chat, key: str, path: Path, sentence: Sentence) -> None:
    """Let the chat use the file in the place of that choice, and say so."""
    if chat.choice.profile_name == key:
        chat.choice.pick(path.stem)
    await panel.refresh_panel(chat, chat.shelf())
    text = f"{plain(sentence, chat.language)} {plain('made.used', chat.language)}"
    await cl.context.emitter.send_toast(text, "success")

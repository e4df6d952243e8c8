"""The button that saves a profile that was made by asking."""

from pathlib import Path

import chainlit as cl

from chat.discover.saving import NotSaved, save_profile
from chat.page import panel
from chat.page.errors import show_error
from chat.page.made.follow import MADE
from chat.page.session import FOLDERS, OFFERING, Chat
from chat.profiles.folders import short_path
from chat.profiles.sentence import Sentence
from chat.words.texts import plain, say


async def save(chat: Chat, key: str) -> None:
    """Write the profile of that choice to the owner's folder, where it wins from now on."""
    catalogue = OFFERING.catalogue()
    present = catalogue.present_key(key)
    if present != key and (path := FOLDERS.find(f"{present}.yaml")):  # another page has saved it
        await _use(chat, key, path, Sentence("saving.exists", {"path": short_path(path)}))
        return
    offer = catalogue.offers.get(key)
    found = await MADE.make(offer) if offer else None
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

"""Chainlit's picker of profiles, and the profile that a new chat starts with."""

import asyncio
from contextlib import suppress

import chainlit as cl
from chainlit.utils import utc_now

from chat.offers.offer import Offer, is_place, shorten
from chat.offers.offering import LOOK_SECONDS, Catalogue
from chat.page import panel
from chat.page.session import OFFERING, Chat, Choice
from chat.process.limits import read_shared_seconds
from chat.profiles.profile import Endpoint
from chat.server.shared_answer import SharedAnswer
from chat.words.texts import plain

LOOK_AGAIN_SECONDS = 1.0
_shared = SharedAnswer[None](read_shared_seconds)
_again = SharedAnswer[None](lambda: min(read_shared_seconds(), LOOK_AGAIN_SECONDS))
_looks: set[asyncio.Task[None]] = set()


async def build_choices() -> list[cl.ChatProfile]:
    """Return the profiles as they are on disk now, for each page that is loaded.

    Waits for no server: Chainlit also runs this to its end when a connection opens.
    """
    _looks.add(look := asyncio.create_task(_shared.get("look", OFFERING.look)))
    look.add_done_callback(_looks.discard)
    catalogue = OFFERING.catalogue()
    return [_choice(key, offer, key == catalogue.first) for key, offer in catalogue.offers.items()]


def _choice(key: str, offer: Offer, first: bool) -> cl.ChatProfile:
    name, model = offer.profile.name, offer.profile.model.replace("`", "'")
    return cl.ChatProfile(name=key, display_name=name, markdown_description=f"`{model}`", default=first)


def choose_first(choice: Choice) -> None:
    """Choose the profile that the person picked for this chat. If there is none, or it is gone, choose the first."""
    catalogue = OFFERING.catalogue()
    picked = str(cl.user_session.get("chat_profile"))
    if picked in catalogue.offers and picked != catalogue.first:
        choice.pick(picked)
    else:
        choice.profile_name = catalogue.first
    choice.model = _served_model(catalogue, choice)


async def update(chat: Chat) -> None:
    """Look for models, and show the panel again if the chat can choose among others now."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_SECONDS):
            await _shared.get("look", OFFERING.look)
    choice, catalogue = chat.choice, OFFERING.catalogue()
    choice.profile_name = catalogue.present_key(choice.profile_name)
    if choice.is_automatic and not _served_model(catalogue, choice):
        choice.profile_name = catalogue.first
    choice.model = _served_model(catalogue, choice) or choice.model
    await panel.refresh_panel(chat, catalogue.shelf)


async def follow_model(chat: Chat) -> None:
    """Choose again if the model of the chat is no longer served, and say which one answers now."""
    choice, before = chat.choice, chat.choice.model
    if profile := chat.choice.profile(chat.shelf()):
        await _look_again(profile.endpoint)
    catalogue = OFFERING.catalogue()
    choice.profile_name = catalogue.present_key(choice.profile_name)
    now = _served_model(catalogue, choice)
    is_there = choice.profile_name in catalogue.offers or is_place(choice.profile_name)
    if is_there and not now and (choice.is_automatic or before):
        await OFFERING.look_within(LOOK_SECONDS)
        catalogue = OFFERING.catalogue()
        if catalogue.offers and catalogue.offers[catalogue.first].model:
            choice.profile_name, choice.is_automatic = catalogue.first, True
        now = _served_model(catalogue, choice)
    choice.model = now or before
    if before and now and before != now and chat.versions:
        await _show_line(chat, plain("served.changed", chat.language, before=shorten(before), now=shorten(now)))


async def _show_line(chat: Chat, text: str) -> None:
    """Show a muted line in the run of the question that is being answered."""
    line = cl.Step(name=text, type="tool", icon="replace", show_input=False, parent_id=chat.work.run_id or None)
    line.start = line.end = utc_now()
    await line.send()


def _served_model(catalogue: Catalogue, choice: Choice) -> str:
    """Return the model of the choice, if it is known to be served."""
    offer = catalogue.offers.get(choice.profile_name)
    return offer.profile.model if offer and offer.model else ""


async def _look_again(endpoint: Endpoint) -> None:
    """Ask that server what it serves. All chats share the answer, and none waits longer than LOOK_AGAIN_SECONDS."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_AGAIN_SECONDS):
            await _again.get(endpoint, lambda: OFFERING.look([endpoint]))


async def look_at_start() -> None:
    """Look for models before the first page is loaded, for at most LOOK_SECONDS."""
    await OFFERING.look_within(LOOK_SECONDS)

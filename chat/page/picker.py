"""Chainlit's picker of profiles, and the profile that a new chat starts with."""

import asyncio

import chainlit as cl

from chat.offers.offer import Offer
from chat.offers.offering import LOOK_SECONDS
from chat.page.session import OFFERING
from chat.process.limits import read_shared_seconds
from chat.server.shared_answer import SharedAnswer

_shared = SharedAnswer[None](read_shared_seconds)
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


def choice() -> str:
    """Return the profile that the person picked for this chat. If there is none, or it is gone, return the first."""
    catalogue = OFFERING.catalogue()
    picked = str(cl.user_session.get("chat_profile"))
    return picked if picked in catalogue.offers else catalogue.first


async def look_at_start() -> None:
    """Look for models before the first page is loaded, for at most LOOK_SECONDS."""
    await OFFERING.look_within(LOOK_SECONDS)

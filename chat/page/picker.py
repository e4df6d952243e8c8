"""Chainlit's picker of profiles, and the profile that a new chat starts with."""

import asyncio
from contextlib import suppress

import chainlit as cl

from chat.page.session import PROFILES
from chat.process.limits import read_shared_seconds
from chat.profiles.shelf import Shelf, first_profile
from chat.server.endpoint import read_served_models
from chat.server.server import server_of
from chat.server.shared_answer import SharedAnswer

START_SECONDS = 2.0
_shared = SharedAnswer[None](read_shared_seconds)
_looks: set[asyncio.Task[None]] = set()


async def build_choices() -> list[cl.ChatProfile]:
    """Return the profiles as they are on disk now, for each page that is loaded.

    Waits for no server: Chainlit also runs this to its end when a connection opens.
    """
    _looks.add(look := asyncio.create_task(_shared.get("look", look_for_models)))
    look.add_done_callback(_looks.discard)
    shelf = PROFILES.read()
    first = first_profile(shelf, _served(shelf))
    return [
        cl.ChatProfile(
            name=name, display_name=profile.name, markdown_description=f"`{profile.model}`", default=name == first
        )
        for name, profile in shelf.profiles.items()
    ]


def choice(shelf: Shelf) -> str:
    """Return the profile that the person picked for this chat. If there is none, or it is gone, return the first."""
    picked = cl.user_session.get("chat_profile")
    return picked if picked in shelf.profiles else first_profile(shelf, _served(shelf))


async def look_at_start() -> None:
    """Look for models before the first page is loaded, for at most START_SECONDS."""
    with suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            await look_for_models()


async def look_for_models() -> None:
    """Ask the servers of all profiles which models they serve, each server once."""
    profiles = PROFILES.read().profiles.values()
    one_of_each = {profile.endpoint: server_of(profile) for profile in profiles}
    names = await asyncio.gather(*map(read_served_models, one_of_each.values()))
    served = dict(zip(one_of_each, names, strict=True))
    for profile in profiles:
        server_of(profile).serves_model = profile.model in served[profile.endpoint]


def _served(shelf: Shelf) -> set[str]:
    """Return the profiles whose server serves their model, as far as is known."""
    return {name for name, profile in shelf.profiles.items() if server_of(profile).serves_model}

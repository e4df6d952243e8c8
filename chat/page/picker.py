"""Chainlit's picker of chat profiles: which profile a new chat starts with."""

import asyncio
from contextlib import suppress

import chainlit as cl

from chat.page.session import PROFILES
from chat.process.limits import read_shared_seconds
from chat.profiles.shelf import Shelf, first_profile
from chat.server.endpoint import read_served_models
from chat.server.server import server_of
from chat.server.shared_answer import SharedAnswer

FIRST_SECONDS = 2.0
_shared = SharedAnswer[None](read_shared_seconds)
_looks: set[asyncio.Task[None]] = set()


async def offered() -> list[cl.ChatProfile]:
    """The profiles as they are on disk at this moment; called at each load of the page.

    Waits for nothing: Chainlit also runs it to its end within the opening of a connection.
    """
    _looks.add(look := asyncio.create_task(_shared.get("look", look_who_serves)))
    look.add_done_callback(_looks.discard)
    shelf = PROFILES.read()
    first = first_profile(shelf, _served(shelf))
    return [
        cl.ChatProfile(
            name=name, display_name=profile.name, markdown_description=f"`{profile.model}`", default=name == first
        )
        for name, profile in shelf.profiles.items()
    ]


def chosen(shelf: Shelf) -> str:
    """The profile that the person picked for this chat; else, or where that is gone, the first."""
    named = cl.user_session.get("chat_profile")
    return named if named in shelf.profiles else first_profile(shelf, _served(shelf))


async def first_look() -> None:
    """Before the first page is loaded; servers that do not answer at once are not waited for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(FIRST_SECONDS):
            await look_who_serves()


async def look_who_serves() -> None:
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

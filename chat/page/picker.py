"""Chainlit's picker of chat profiles: which profile a new chat starts with."""

import asyncio
from contextlib import suppress

import chainlit as cl

from chat.page.session import PROFILES
from chat.process.limits import read_shared_seconds
from chat.profiles.shelf import Shelf, first_profile
from chat.server.endpoint import served_models
from chat.server.shared_answer import SharedAnswer

FIRST_SECONDS = 2.0
_shared = SharedAnswer[None](read_shared_seconds)
_looks: set[asyncio.Task[None]] = set()
_served: set[str] = set()  # the profiles whose server has their model, as far as is known


async def offered() -> list[cl.ChatProfile]:
    """The profiles as they are on disk at this moment; called at each load of the page.

    Waits for nothing: Chainlit also runs it to its end within the opening of a connection.
    """
    _looks.add(look := asyncio.create_task(_shared.get("look", look_who_serves)))
    look.add_done_callback(_looks.discard)
    shelf = PROFILES.read()
    first = first_profile(shelf, _served)
    return [
        cl.ChatProfile(
            name=name, display_name=profile.name, markdown_description=f"`{profile.model}`", default=name == first
        )
        for name, profile in shelf.profiles.items()
    ]


def chosen(shelf: Shelf) -> str:
    """The profile that the person picked for this chat; else, or where that is gone, the first."""
    named = cl.user_session.get("chat_profile")
    return named if named in shelf.profiles else first_profile(shelf, _served)


async def first_look() -> None:
    """Before the first page is loaded; servers that do not answer at once are not waited for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(FIRST_SECONDS):
            await look_who_serves()


async def look_who_serves() -> None:
    """Asks the servers of all profiles, each once."""
    shelf = PROFILES.read()
    endpoints = list({profile.endpoint for profile in shelf.profiles.values()})
    models = dict(zip(endpoints, await asyncio.gather(*map(served_models, endpoints)), strict=True))
    _served.clear()
    _served.update(name for name, each in shelf.profiles.items() if each.model in models[each.endpoint])

"""A profile that is made by asking: made when it is needed, and shown as long as nothing has been asked."""

import asyncio
from contextlib import suppress

from chainlit.session import WebsocketSession

from chat.discover.discover import Discovered
from chat.discover.made import Made
from chat.page import panel, picker
from chat.page.session import OFFERING, Chat
from chat.process.waits import read_waits

MADE = Made(OFFERING)
_SLOWER, _SLOWEST = 1.5, 12  # times the wait between two looks


async def prepare(chat: Chat) -> Discovered | None:
    """Make the profile of the chat's model if it has none, within the chat's limit for the first token."""
    catalogue = OFFERING.catalogue()
    offer, profile = catalogue.offers.get(chat.choice.profile_name), chat.choice.profile(catalogue.shelf)
    if offer is None or profile is None:
        return None
    found = None
    with suppress(TimeoutError):
        async with asyncio.timeout(profile.end.clocks.first_token):
            found = await MADE.make(offer)
    await panel.refresh_panel(chat, chat.shelf())
    return found


async def follow(chat: Chat) -> None:
    """Show on the empty page how the chat's profile was made, and take off what it says of another one."""
    before = chat.choice.profile_name
    found = await prepare(chat)
    key = chat.choice.profile_name
    if not is_empty(chat) or chat.made_line.is_about(key, found):
        return
    await chat.made_line.hide()
    if found and key == before:
        await chat.made_line.show(key, found, chat.language)


async def watch(chat: Chat) -> None:
    """Follow the person's choice and the models of the servers as long as the page is empty.

    Looks at the servers less and less often.
    """
    seconds = read_waits().page_models_seconds
    longest = seconds * _SLOWEST
    while is_empty(chat) and WebsocketSession.get_by_id(chat.session.id) is chat.session:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await chat.choice.has_changed.wait()
        chat.choice.has_changed.clear()
        if is_empty(chat) and not chat.tab.has_left:
            await picker.follow_model(chat)
            await panel.refresh_panel(chat, chat.shelf())
            await follow(chat)
        seconds = min(seconds * _SLOWER, longest)


def is_empty(chat: Chat) -> bool:
    """True if nothing has been asked in the chat."""
    return not (chat.question_ids or chat.versions or chat.work.turn)

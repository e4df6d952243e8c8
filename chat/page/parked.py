"""A page that is loaded anew gets its chat back: Chainlit would begin an empty one (fullstop.js names the tab)."""

import asyncio
from collections import OrderedDict
from contextlib import suppress

import chainlit as cl

from chat.page import meter, panel
from chat.page.session import Chat, end

MOST = 200  # chats that are kept for tabs
PATIENCE_SECONDS = 2.0  # until the former page's connection is known to be gone
_by_tab: OrderedDict[str, Chat] = OrderedDict()


async def greet(known: bool = True) -> None:
    """Asks the page which tab it is, once the connection stands; or tells it that it is not the one it says."""
    await cl.context.emitter.send_window_message({"fullstopHello": known})


async def take(chat: Chat, tab: str, loaded: bool) -> None:
    """The page has said which tab it is, and whether it was just `loaded`: the chat that stood there is shown again.

    A chat whose page is still open elsewhere stays there: browsers copy what a tab knows when it is duplicated.
    """
    former = _by_tab.get(tab)
    if loaded and former and former is not chat:
        if not await _has_left(former):
            return await greet(known=False)
        await _end(former)
        if chat.left:
            return None  # it was loaded anew meanwhile
        if former.versions and not chat.versions:
            await _restore(former, chat)
            chat = former
    _by_tab[tab] = chat
    _by_tab.move_to_end(tab)
    while len(_by_tab) > MOST:
        _by_tab.popitem(last=False)
    return None


def forget(chat: Chat) -> None:
    """Nobody has come back to it."""
    for tab in [tab for tab, each in _by_tab.items() if each is chat and chat.left]:
        del _by_tab[tab]


async def _has_left(chat: Chat) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not chat.left:  # noqa: ASYNC110  (Chainlit tells of a lost connection whenever it notices)
                await asyncio.sleep(0.05)
    return chat.left


async def _end(chat: Chat) -> None:
    """A turn that was running when the page was left ends there; the person can go on with it."""
    if chat.task and not chat.task.done():
        end(chat.task)
        await asyncio.wait([chat.task])


async def _restore(former: Chat, opened: Chat) -> None:
    """In the place of the one that was opened."""
    if opened.greeting:
        opened.greeting.cancel()
    former.left, former.opening, former.language = False, opened.opening, opened.language
    cl.user_session.set("chat", former)
    await panel.offer(former)
    for exchange in former.history.shown:
        await former.versions[exchange].show()
    if former.playing:
        await meter.show(former.playing.reply.used, former.playing.question.profile, former.language)

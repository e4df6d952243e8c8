"""A page that is reloaded gets its chat back: Chainlit would begin an empty one (fullstop.js names the tab)."""

import asyncio
from contextlib import suppress
from itertools import dropwhile

import chainlit as cl
from chainlit.emitter import ChainlitEmitter
from chainlit.session import WebsocketSession

from chat.page import meter, panel
from chat.page.connection import current_connection
from chat.page.reload.lost import Shown, show_if_lost
from chat.page.reload.tabs import TABS
from chat.page.session import Chat
from chat.process.waits import read_waits
from chat.reply.history import Exchange
from chat.words.texts import say


async def request_hello(chat: Chat, known: bool = True) -> None:
    """Let the page say which tab it is, with a name for a new one. If not `known`, its tab is not the one it said."""
    hello = {"fullstopHello": chat.tab.new_name, "known": known, "away": say("lost.away", chat.language)}
    await ChainlitEmitter(chat.session).send_window_message(hello)


async def receive_hello(chat: Chat, tab: str, loaded: bool, shown: Shown) -> None:
    """Handle that the page has said which tab it is. If it was just `loaded`, the chat of that tab is shown again.

    If it was not loaded and shows questions that the app does not know, it gets a line about that.

    A chat whose page is still open elsewhere stays there: browsers copy what a tab knows when it is duplicated. A name
    that the app has not given is rejected: a foreign page could have brought it.
    """
    chat.tab.has_answered = True
    former = TABS.get(tab)
    if not former and tab != chat.tab.new_name:
        await request_hello(chat, known=False)
    elif loaded and former and former is not chat:
        await _hand_over(former, chat)
    else:
        TABS.keep(chat, tab)
    await show_if_lost(chat, shown)
    chat.tab.said_hello.set()


async def reconnect(chat: Chat) -> None:
    """Show a page that has a new connection what it may have missed, also what its buttons have done."""
    if chat.session is not current_connection():
        return await _reload(current_connection())
    chat.tab.has_left = False
    TABS.keep_again(chat)
    await chat.lost_line.resend()
    await chat.work.wait_for_short()
    await _hide_others(chat)
    shown = chat.history.shown
    for exchange in dropwhile(_is_alone, shown):
        await chat.versions[exchange].show()
    if chat.work.version and chat.work.version.exchange in shown:
        await chat.work.version.view.resend()
    return await meter.show_for(chat)


async def _hide_others(chat: Chat) -> None:
    """Hide versions that the page may still show."""
    shown = chat.history.shown
    for exchange, version in chat.versions.items():
        if exchange not in shown:
            stays = any(exchange.id == each.id for each in shown)
            await (version.hide_reply() if stays else version.hide())


def _is_alone(exchange: Exchange) -> bool:
    """True if there is no other version of it."""
    return exchange.parent is None or len(exchange.parent.versions) == 1


async def _reload(page: WebsocketSession) -> None:
    """Make a page begin an empty chat, if it is still there: another page shows its chat now."""
    await ChainlitEmitter(page).emit("reload", {})


async def _hand_over(former: Chat, chat: Chat) -> None:
    """Give the chat of the tab to the page that was loaded, which is busy meanwhile.

    After a message that was faster, the former chat waits for the page's next loading.
    """
    if chat.work.opening:
        await asyncio.wait([chat.work.opening])  # at its end Chainlit says that the page is not busy
    await cl.context.emitter.task_start()
    try:
        if await _has_left(former):
            former.tab.has_left = True
            await former.work.end_turn()
            await _replace(chat, former)
        else:
            await request_hello(chat, known=False)
    finally:
        if not chat.work.running:
            await cl.context.emitter.task_end()


async def _has_left(chat: Chat) -> bool:
    """True if the page of the chat is gone.

    The page itself has to answer: of a connection that broke without a word Chainlit hears most of a minute later.
    """
    chat.tab.has_answered = False
    await request_hello(chat)
    with suppress(TimeoutError):
        async with asyncio.timeout(read_waits().page_answer_seconds):
            while not (chat.tab.has_left or chat.tab.has_answered):  # noqa: ASYNC110  (two pages and Chainlit may say so)
                await asyncio.sleep(0.05)
    return not chat.tab.has_answered


async def _replace(opened: Chat, former: Chat) -> None:
    """Show the former chat instead, if it has anything to show and nothing was sent in the opened one yet."""
    if opened.tab.has_left:
        return  # it was reloaded meanwhile
    if not former.versions:
        TABS.keep(opened, former.tab.name)
    elif not opened.work.turn and not opened.question_ids:
        await _restore(former, opened)


async def _restore(former: Chat, opened: Chat) -> None:
    if opened.work.greeting:
        opened.work.greeting.cancel()
    await _reload(former.session)
    former.session, former.work.opening, former.language = opened.session, opened.work.opening, opened.language
    former.tab.has_left = False
    cl.user_session.set("chat", former)
    TABS.keep(former, former.tab.name)
    await panel.show_panel(former)
    for exchange in former.history.shown:
        await former.versions[exchange].show()
    await meter.show_for(former)

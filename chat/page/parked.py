"""A page that is loaded anew gets its chat back: Chainlit would begin an empty one (fullstop.js names the tab)."""

import asyncio
from collections import Counter, OrderedDict
from contextlib import suppress
from itertools import dropwhile

import chainlit as cl
from chainlit.config import config
from chainlit.emitter import ChainlitEmitter
from chainlit.session import WebsocketSession

from chat.page import lost, meter, panel
from chat.page.lost import Shown
from chat.page.running import settled
from chat.page.session import Chat, connection, current_chat, end
from chat.process.limits import read_limits
from chat.process.waits import read_waits
from chat.reply.history import Exchange
from chat.words.texts import say

MOST = 200  # chats that are kept for tabs
_by_tab: OrderedDict[str, Chat] = OrderedDict()


async def greet() -> None:
    """Asks the page which tab it is, once the connection stands."""
    await ask(current_chat())


async def take(chat: Chat, tab: str, loaded: bool, shown: Shown) -> None:
    """The page has said which tab it is, and whether it was just `loaded`: the chat that stood there is shown again.

    If it was not loaded and shows questions that the app does not know, it shows a line about that.

    A chat whose page is still open elsewhere stays there: browsers copy what a tab knows when it is duplicated. A name
    that is not from us is not taken: a foreign page could have brought it.
    """
    chat.there = True
    former = _by_tab.get(tab)
    if not former and tab != chat.new_tab:
        await ask(chat, known=False)
    elif loaded and former and former is not chat:
        await _hand_over(former, chat)
    else:
        _keep(chat, tab)
    await lost.show_if_lost(chat, shown)
    chat.heard.set()


def leave(chat: Chat) -> None:
    """Its page is gone: unless it comes back, the chat is forgotten."""
    chat.left = True
    if _by_tab.get(chat.tab) is chat:
        chat.forgetting = asyncio.get_running_loop().call_later(config.project.session_timeout, _drop, chat)


async def back(chat: Chat) -> None:
    """Its page has a new connection: it is shown what it may have missed, also of what its buttons have done."""
    if chat.session is not connection():
        return await _clear(connection())
    chat.left = False
    if chat.tab and _by_tab.get(chat.tab, chat) is chat:
        _keep(chat, chat.tab)
    if chat.lost:
        await cl.context.emitter.send_step(chat.lost.to_dict())
    await settled(chat)
    await _hide_others(chat)
    shown = chat.history.shown
    for exchange in dropwhile(_is_alone, shown):
        await chat.versions[exchange].show()
    if chat.playing and chat.playing.exchange in shown:
        await chat.playing.view.resend()
    return await meter.show_for(chat)


async def _hide_others(chat: Chat) -> None:
    """Versions that the page may still show."""
    shown = chat.history.shown
    for exchange, version in chat.versions.items():
        if exchange not in shown:
            stays = any(exchange.id == each.id for each in shown)
            await (version.hide_reply() if stays else version.hide())


def _is_alone(exchange: Exchange) -> bool:
    """There is no other version of it."""
    return exchange.parent is None or len(exchange.parent.versions) == 1


async def ask(chat: Chat, known: bool = True) -> None:
    """Which tab its page is, with a name for a new one; not `known`: it is not the one it says."""
    hello = {"fullstopHello": chat.new_tab, "known": known, "away": say("lost.away", chat.language)}
    await ChainlitEmitter(chat.session).send_window_message(hello)


async def _clear(page: WebsocketSession) -> None:
    """Its chat stands in another page now: it begins anew, if it is there."""
    await ChainlitEmitter(page).emit("reload", {})


def _keep(chat: Chat, tab: str) -> None:
    """It stands in that tab, in the place of another one."""
    for gone in (chat, _by_tab.get(tab)):
        if gone:
            _drop(gone)
    chat.tab = tab
    _by_tab[tab] = chat
    _drop_beyond(chat, chat.owner, read_limits().parked)
    while len(_by_tab) > MOST:
        [(owner, count)] = Counter(each.owner for each in _by_tab.values()).most_common(1)
        _drop_beyond(chat, owner, count - 1)


def _drop_beyond(new: Chat, owner: str, limit: int) -> None:
    """Keep at most `limit` chats of a browser address: the `new` one, then those with a question, then the newest."""
    own = [each for each in _by_tab.values() if each.owner == owner]
    own.sort(key=lambda each: (each is new, bool(each.versions)))  # stable: the oldest first
    for chat in own[: max(len(own) - limit, 0)]:
        _drop(chat)


def _drop(chat: Chat) -> None:
    if chat.forgetting:
        chat.forgetting.cancel()
    if _by_tab.get(chat.tab) is chat:
        del _by_tab[chat.tab]


async def _hand_over(former: Chat, chat: Chat) -> None:
    """The page is busy meanwhile. After a message that was faster the former chat waits for the page's next loading."""
    if chat.opening:
        await asyncio.wait([chat.opening])  # at its end Chainlit says that the page is not busy
    await cl.context.emitter.task_start()
    try:
        if await _has_left(former):
            await _end(former)
            await _replace(chat, former)
        else:
            await ask(chat, known=False)
    finally:
        if not chat.busy:
            await cl.context.emitter.task_end()


async def _has_left(chat: Chat) -> bool:
    """The page itself is asked: of a connection that broke without a word Chainlit hears most of a minute later."""
    chat.there = False
    await ask(chat)
    with suppress(TimeoutError):
        async with asyncio.timeout(read_waits().page_answer_seconds):
            while not (chat.left or chat.there):  # noqa: ASYNC110  (two pages and Chainlit may say so)
                await asyncio.sleep(0.05)
    return not chat.there


async def _end(chat: Chat) -> None:
    """A turn that was running when the page was left ends there; the person can go on with it."""
    chat.left = True
    if chat.task and not chat.task.done():
        end(chat.task)
        await asyncio.wait([chat.task])
    await settled(chat)


async def _replace(opened: Chat, former: Chat) -> None:
    """By the former one, if that has anything to show and nothing is asked in the other yet."""
    if opened.left:
        return  # it was loaded anew meanwhile
    if not former.versions:
        _keep(opened, former.tab)
    elif not opened.task and not opened.asked:
        await _restore(former, opened)


async def _restore(former: Chat, opened: Chat) -> None:
    if opened.greeting:
        opened.greeting.cancel()
    await _clear(former.session)
    former.session, former.opening, former.language = opened.session, opened.opening, opened.language
    former.left = False
    cl.user_session.set("chat", former)
    _keep(former, former.tab)
    await panel.offer(former)
    for exchange in former.history.shown:
        await former.versions[exchange].show()
    await meter.show_for(former)

"""Stalls of the app's event loop while a long block of code streams beside ten other chats."""

import asyncio
import time

from socketio.exceptions import SocketIOError

from bench.chats import Chat, open_chats
from bench.model import code_question, question
from bench.table import Figure
from bench.watched import Lags, WatchedApp, watched_app

TOKENS, PER_SECOND, OTHERS = 5_000, 100, 10
OTHER_THOUGHT, OTHER_ANSWER, OTHER_PER_SECOND = 500, 1_500, 40
BETWEEN_SECONDS, REST_SECONDS, CAP_SECONDS, MOST_MILLISECONDS = 0.25, 20, 240, 50
TITLE = "The event loop under load"
HOW = (
    f"{TOKENS:,} tokens of JavaScript in a code fence that stays open, {PER_SECOND} a second, beside {OTHERS} chats "
    f"with {OTHER_THOUGHT + OTHER_ANSWER:,} tokens at {OTHER_PER_SECOND} a second each; clients over socket.io. A "
    f"monitor in the app's process sets a timer of 5 ms again and again and notes how late it runs. At rest: the same "
    f"process with the same open chats, {REST_SECONDS} s before. The machine has other work: `without waits for a "
    f"processor` excludes the time in which the loop's thread was ready to run but another process had the "
    f"processor, and `work` is the processor time that the thread used: the lag on a machine with nothing else to do."
)


def measure() -> list[Figure]:
    """Measure all figures."""
    with watched_app() as watched:
        complete, rest, load = asyncio.run(_run(watched))
    return [
        Figure("longest lag while code streams beside ten chats", load.longest(), "ms", most=MOST_MILLISECONDS),
        Figure("the same without waits for a processor", load.longest_own(), "ms"),
        Figure("longest work between two timers, in processor time", load.longest_work(), "ms", most=MOST_MILLISECONDS),
        Figure("99.9 % of the timers were at most late by", load.share_below(0.999), "ms"),
        Figure("longest lag of the app at rest", rest.longest(), "ms"),
        Figure("longest work between two timers at rest", rest.longest_work(), "ms"),
        Figure("turns that came to their last token", complete, least=1 + OTHERS),
    ]


async def _run(watched: WatchedApp) -> tuple[int, Lags, Lags]:
    async with open_chats(watched.app.url, 1 + OTHERS) as chats:
        code, *others = chats
        await asyncio.gather(*(chat.ask(question(10, 10, 100)) for chat in chats))  # the first turn loads modules
        rested = time.time()
        await asyncio.sleep(REST_SECONDS)
        begun = time.time()
        turns = [asyncio.create_task(_play(code, code_question(TOKENS, PER_SECOND)))]
        for chat in others:
            await asyncio.sleep(BETWEEN_SECONDS)  # people do not ask at the same instant
            turns.append(asyncio.create_task(_play(chat, question(OTHER_THOUGHT, OTHER_ANSWER, OTHER_PER_SECOND))))
        complete = sum(await asyncio.gather(*turns))
        ended = time.time()
    return complete, watched.lags(rested, begun), watched.lags(begun, ended)


async def _play(chat: Chat, text: str) -> bool:
    """Play a turn. True if the last token of the model arrives."""
    try:
        async with asyncio.timeout(CAP_SECONDS):
            await chat.ask(text)
    except (RuntimeError, TimeoutError, SocketIOError):
        return False
    return True

"""The end of the app: running turns end with their receipt on the page first, then uvicorn ends the process."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

from chainlit.user_session import user_sessions

from chat.page.errors import show_error
from chat.page.reload.restore import request_hello
from chat.page.session import Chat
from chat.page.work import cancel_once
from chat.process.waits import read_waits
from chat.words.texts import say

LAUNCHER = "FULLSTOP_LAUNCHER"  # set by our launcher, which has the other end of our standard input

log = logging.getLogger("fullstop")

Handler = Callable[[int, FrameType | None], Any]
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Shutdown:
    """The handler of both signals. `former` has uvicorn's own handlers, which a second signal reaches at once."""

    def __init__(self, former: Mapping[int, Handler], loop: asyncio.AbstractEventLoop) -> None:
        self.former = former
        self._loop = loop
        self._task: asyncio.Task[None] | None = None
        self.under_way = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.under_way:
            self.former[number](number, frame)
        else:
            self.under_way = True
            self._loop.call_soon_threadsafe(self._start, number)

    def _start(self, number: int) -> None:
        self._task = asyncio.ensure_future(self._end(number))

    async def _end(self, number: int) -> None:
        try:
            async with asyncio.timeout(read_waits().page_receipt_seconds):
                await _all_arrived(await end_turns())
        except TimeoutError:
            log.warning("the app ends, although not all pages have their receipts yet")
        finally:
            self.former[number](number, None)


def install() -> None:
    """Take over the signals from uvicorn, which sets its handlers before the app starts. May run again."""
    if threading.current_thread() is not threading.main_thread():
        return  # Python delivers signals to the main thread only
    handlers: dict[int, Any] = {number: _former(number) for number in SIGNALS}
    former = {number: handler for number, handler in handlers.items() if callable(handler)}
    shutdown = Shutdown(former, asyncio.get_running_loop())
    for number in former:
        signal.signal(number, shutdown)


def _former(number: int) -> Any:
    """Return the handler that was there before. In watch mode this module is loaded again, over its former version."""
    handler: Any = signal.getsignal(number)
    return handler.former[number] if hasattr(handler, "former") else handler


def reinstall() -> None:
    """Put this module's code in the place of that of its former version, in watch mode."""
    if hasattr(signal.getsignal(signal.SIGTERM), "former"):
        install()


def end_with_launcher() -> None:
    """End the process when our launcher ends, which may be killed. A process without a launcher continues."""
    if os.environ.pop(LAUNCHER, ""):
        threading.Thread(target=_watch_standard_input, name="launcher", daemon=True).start()


def _watch_standard_input() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


async def may_start(chat: Chat) -> bool:
    """True if new work may start; else the app is ending, and the page says so."""
    if not getattr(signal.getsignal(signal.SIGTERM), "under_way", False):
        return True
    await show_error(say("shutdown.refused", chat.language))
    return False


async def end_turns() -> list[Any]:
    """End all running turns, wait until they have sent their receipts, and return their chats."""
    tasks, ended = set(), []
    for chat in _chats():
        for task in chat.work.running:
            chat.work.is_shut_down = True
            cancel_once(task)
            tasks.add(task)
            ended.append(chat)
    if tasks:
        await asyncio.wait(tasks)
    return ended


def _chats() -> Iterator[Any]:
    """Yield all chats. They may be of a class that has been loaded again since."""
    chats = {id(values["chat"]): values["chat"] for values in user_sessions.values() if "chat" in values}
    return iter(chats.values())


async def _all_arrived(chats: list[Any]) -> None:
    """Wait until the page of each chat has answered once more, which it does after it has read all that was sent.

    Bytes that are only sent may be lost: a process that ends with unread bytes resets its connections.
    """
    for chat in chats:
        chat.tab.has_answered = False
        await request_hello(chat)
    while not all(chat.tab.has_answered or chat.tab.has_left for chat in chats):  # noqa: ASYNC110  (pages say so, or Chainlit)
        await asyncio.sleep(0.02)

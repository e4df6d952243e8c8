"""Repairs of Chainlit 2.12. Each one says what goes wrong without it. `repair` may run again."""

import asyncio
import logging
import sys
from typing import Any

import chainlit as cl
import chainlit.server
import chainlit.socket
from chainlit.chat_context import chat_contexts
from chainlit.config import ChainlitConfig, config
from chainlit.context import init_ws_context
from chainlit.session import WebsocketSession

from chat.page.connection import current_connection, current_language
from chat.page.errors import show_error
from chat.page.reload import edits, restore
from chat.page.reload.tabs import TABS
from chat.page.session import Chat
from chat.page.work import cancel_once
from chat.process.waits import read_waits
from chat.words.texts import language, say

server: Any = chainlit.server
configuration: Any = ChainlitConfig

_KATEX_CDN = "https://cdn.jsdelivr.net/npm/katex@0.16.22/dist/katex.min.css"


def repair() -> None:
    """Install all repairs that do not need a running loop."""
    server.sio.on("stop", _stop)
    server.sio.on("connection_successful", _connected)
    server.sio.on("edit_message", edits.edit_message)
    server.get_html_template = _page
    server.load_module = _reload
    configuration.load_translation = _translation
    for noisy in ("watchfiles", "httpx", "httpx2"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def close_generators() -> None:
    """Give the loop its hooks for async generators, which nest_asyncio drops.

    Without them a later garbage collection closes a stream that was not read to its end, during another request.
    """
    loop: Any = asyncio.get_running_loop()
    sys.set_asyncgen_hooks(firstiter=loop._asyncgen_firstiter_hook, finalizer=loop._asyncgen_finalizer_hook)


async def _stop(sid: str) -> None:
    """End the running turn.

    Chainlit's own handler also posts an English message, which its context would send to the model.
    """
    if session := WebsocketSession.get(sid):
        init_ws_context(session)
        if session.current_task:
            cancel_once(session.current_task)


async def _connected(sid: str) -> None:
    """Show a page that reconnects what it has missed: Chainlit forgets what was sent meanwhile."""
    await chainlit.socket.connection_successful(sid)
    session = WebsocketSession.get(sid)
    if session is None:
        return  # the connection was lost meanwhile
    init_ws_context(session)
    chat = cl.user_session.get("chat")
    if isinstance(chat, Chat):
        await restore.reconnect(chat)


def watch_leaving() -> None:
    """End the turn and free the memory of a page that has left, unless it comes back in time.

    Chainlit lets the handler run to its end, generating for no one, and keeps the messages forever. After “New chat”
    no page comes back.
    """
    session, chat = current_connection(), cl.user_session.get("chat")
    if server.sio.manager.is_connected(session.socket_id, "/"):
        return  # it is back already: Chainlit has waited before it called this
    if isinstance(chat, Chat) and chat.session is session:
        TABS.leave(chat)
    away = read_waits().page_return_seconds
    grace, kept = (0.0, 0.0) if session.to_clear else (away, config.project.session_timeout)
    loop = asyncio.get_running_loop()
    loop.call_later(grace, _end_turn, session, session.socket_id)
    loop.call_later(kept + away, _forget, session.id)


def _end_turn(session: WebsocketSession, socket_id: str) -> None:
    if session.socket_id == socket_id and session.current_task:
        cancel_once(session.current_task)


def _forget(session_id: str) -> None:
    if not WebsocketSession.get_by_id(session_id):
        chat_contexts.pop(session_id, None)


def _original(function: Any) -> Any:
    """Return Chainlit's own function, also if this module was loaded again and is in its place."""
    return getattr(function, "chainlit", function)


_chainlit_page = _original(server.get_html_template)
_chainlit_translation = _original(configuration.load_translation)
_chainlit_load = _original(server.load_module)


def _page(root_path: str) -> str:
    """Return the page without anything from outside hosts; the guard's policy keeps it so (chat/doors)."""
    html: str = _chainlit_page(root_path)
    lines = [line for line in html.splitlines() if "preconnect" not in line]
    style = f"{root_path.rstrip('/')}/public/katex/katex.min.css"
    return "\n".join(lines).replace(_KATEX_CDN, style)


def _translation(self: ChainlitConfig, browser: str) -> dict[str, Any]:
    """Return Chainlit's texts in one of the app's languages. Chainlit has more, but a page in two would be worse.

    Its words before the name of a step ("Used …") are dropped: our titles are whole sentences.
    """
    lang = language(browser)
    translation: dict[str, Any] = _chainlit_translation(self, {"zh": "zh-CN", "en": "en-US"}[lang])
    translation["chat"]["messages"]["status"] = {"using": "", "used": ""}
    translation["chat"]["watermark"] = say("watermark", lang)
    return translation


def _reload(target: str, force_refresh: bool = False) -> None:
    """Load the app again, in watch mode. If that fails, the page says so.

    Chainlit alone would leave the page without handlers, and say nothing.
    """
    try:
        _chainlit_load(target, force_refresh)
    except Exception as error:
        _stand_in(f"{type(error).__name__}: {error}")
        raise


def _stand_in(problem: str) -> None:
    """Install handlers that show what is wrong, until the app loads again."""

    async def show_problem(*_: object) -> None:
        await show_error(say("reload.broken", current_language(), problem=problem))

    cl.on_chat_start(show_problem)
    cl.on_message(show_problem)


vars(_page)["chainlit"] = _chainlit_page
vars(_translation)["chainlit"] = _chainlit_translation
vars(_reload)["chainlit"] = _chainlit_load

"""A chat is kept for its tab as long as its page may come back, and no longer; without a browser."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.scripted_server import ScriptedServer, thought_and_answer
from tests.session import Session
from tests.test_handlers import app, server, session

__all__ = ["app", "server", "session"]


@pytest.fixture(autouse=True)
def profiles(app: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read anew: other tests of the same app have another server."""
    assert app.__name__ == "app"
    module = importlib.import_module("chat.page.session")
    monkeypatch.setattr(module, "PROFILES", module.Profiles(Path(module.APP_ROOT) / "profiles"))


@pytest.fixture
async def opened(session: Session) -> AsyncIterator[list[Session]]:
    """Pages of one tab, oldest first; each one that `another` opens is closed at the end."""
    pages = [session]
    yield pages
    for page in pages[1:]:
        await page.real.delete()


async def another(pages: list[Session]) -> Session:
    """The page as loaded anew."""
    page = Session(importlib.import_module("chainlit.socket"), importlib.import_module("chainlit.session"))
    pages.append(page)
    await page.says("connection_successful")
    await page.until(lambda: hello(page) and page.idle())
    return page


def hello(page: Session) -> dict[str, Any]:
    """What the app has asked last: which tab it is, with a name for a new one."""
    asked = [data for name, data in page.events if name == "window_message" and "fullstopHello" in data]
    return asked[-1] if asked else {}


async def answers(page: Session, tab: str, loaded: bool) -> None:
    await page.says("window_message", {"fullstopDo": "tab", "tab": tab, "loaded": loaded})


async def asks(page: Session, text: str) -> None:
    await page.sends(text)
    await page.until(lambda: page.idle() and "".join(page.lines()[-1:]).startswith("Complete"))


def kept(tab: str) -> Any:
    """The chat that stands in that tab; None if there is none."""
    return importlib.import_module("chat.page.parked")._by_tab.get(tab)


async def asks_and_leaves(page: Session, server: ScriptedServer) -> str:
    """The name of its tab."""
    server.play(thought_and_answer("Hm.", "Four."))
    tab: str = hello(page)["fullstopHello"]
    await answers(page, tab, loaded=True)
    await asks(page, "2 + 2?")
    await page.says("disconnect")
    return tab


async def test_a_chat_is_forgotten_some_time_after_it_was_left_for_the_last_time(
    opened: list[Session], server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = importlib.import_module("chainlit.config").config.project
    page = opened[0]
    tab = await asks_and_leaves(page, server)
    first = kept(tab).forgetting
    page.comes_back()
    await page.says("connection_successful")
    assert first.cancelled()
    monkeypatch.setattr(settings, "session_timeout", 0.1)
    await page.says("disconnect")
    await page.until(lambda: kept(tab) is None)
    fresh = await another(opened)
    await answers(fresh, tab, loaded=True)
    assert hello(fresh)["known"] is False
    assert fresh.lines() == []


async def test_what_a_new_chat_has_taken_the_place_of_is_not_kept(opened: list[Session]) -> None:
    tab = hello(opened[0])["fullstopHello"]
    await answers(opened[0], tab, loaded=True)
    left = kept(tab)
    await opened[0].says("clear_session")
    await opened[0].says("disconnect")
    await answers(await another(opened), tab, loaded=False)
    assert kept(tab) is not left
    assert left.forgetting.cancelled()


async def test_a_chat_that_others_have_pushed_out_is_kept_again_when_its_page_comes_back(
    opened: list[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("chat.page.parked"), "MOST", 1)
    page, other = opened[0], await another(opened)
    tab = hello(page)["fullstopHello"]
    await answers(page, tab, loaded=True)
    await answers(other, hello(other)["fullstopHello"], loaded=True)
    assert kept(tab) is None
    page.comes_back()
    await page.says("connection_successful")
    assert kept(tab)


async def test_after_a_message_that_was_faster_the_former_chat_waits_for_the_next_loading(
    opened: list[Session], server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."), thought_and_answer("Hm.", "Six."))
    tab = hello(opened[0])["fullstopHello"]
    await answers(opened[0], tab, loaded=True)
    await asks(opened[0], "2 + 2?")
    await opened[0].says("disconnect")
    fast = await another(opened)
    await asks(fast, "3 + 3?")
    await answers(fast, tab, loaded=True)
    assert "Four." not in fast.lines()
    await fast.says("disconnect")
    fresh = await another(opened)
    await answers(fresh, tab, loaded=True)
    assert "Four." in fresh.lines()


async def test_the_page_is_busy_while_it_waits_for_its_chat(
    opened: list[Session], server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("chat.page.parked"), "PATIENCE_SECONDS", 0.5)
    server.play(thought_and_answer("Hm.", "Four."))
    tab = hello(opened[0])["fullstopHello"]
    await answers(opened[0], tab, loaded=True)
    await asks(opened[0], "2 + 2?")
    fresh = await another(opened)
    waiting = asyncio.create_task(answers(fresh, tab, loaded=True))
    await fresh.until(lambda: not fresh.idle())
    assert fresh.lines() == []
    await waiting
    assert fresh.idle()
    assert "Four." in fresh.lines()
    assert opened[0].names()[-1] == "reload"


async def test_a_page_that_comes_back_to_a_chat_that_went_elsewhere_begins_anew(
    opened: list[Session], server: ScriptedServer
) -> None:
    page = opened[0]
    tab = await asks_and_leaves(page, server)
    fresh = await another(opened)
    await answers(fresh, tab, loaded=True)
    page.events.clear()
    page.comes_back()
    await page.says("connection_successful")
    assert page.names()[-1] == "reload"
    assert page.lines() == []

"""A chat is kept for its tab as long as its page may come back, and no longer; without a browser."""

import asyncio
import importlib
import signal
import uuid
from collections.abc import AsyncIterator
from types import ModuleType
from typing import Any

import pytest

from tests.page.session import Session
from tests.scripted_server import Content, Hang, Reasoning, Role, ScriptedServer, thought_and_answer
from tests.sentences import sentence


@pytest.fixture
async def opened(session: Session) -> AsyncIterator[list[Session]]:
    """Yield the pages of one tab, oldest first. Each one that `another` opens is closed at the end."""
    pages = [session]
    yield pages
    for page in pages[1:]:
        await page.real.delete()


async def another(pages: list[Session]) -> Session:
    """Return the page after a reload."""
    page = Session(importlib.import_module("chainlit.socket"), importlib.import_module("chainlit.session"))
    pages.append(page)
    await page.says("connection_successful")
    await page.until(lambda: page.hello() and page.idle())
    return page


async def answers(page: Session, tab: str, loaded: bool) -> None:
    await page.greets(tab, loaded=loaded)


async def asks(page: Session, text: str) -> str:
    """Send a message, wait for its answer, and return its id."""
    asked = await page.sends(text)
    await page.until(lambda: page.idle() and "".join(page.lines()[-1:]).startswith(sentence("ending.complete")))
    return asked


def kept(tab: str) -> Any:
    """Return the chat that is kept for that tab; None if there is none."""
    return importlib.import_module("chat.page.reload.tabs").TABS.get(tab)


async def asks_and_leaves(page: Session, server: ScriptedServer) -> str:
    """Ask a question, leave, and return the name of the tab."""
    server.play(thought_and_answer("Hm.", "Four."))
    tab: str = page.hello()["fullstopHello"]
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
    first = kept(tab).tab.forgetting
    page.comes_back()
    await page.says("connection_successful")
    assert first.cancelled()
    monkeypatch.setattr(settings, "session_timeout", 0.1)
    await page.says("disconnect")
    await page.until(lambda: kept(tab) is None)
    fresh = await another(opened)
    await answers(fresh, tab, loaded=True)
    assert fresh.hello()["known"] is False
    assert fresh.lines() == []


async def test_what_a_new_chat_has_taken_the_place_of_is_not_kept(opened: list[Session]) -> None:
    tab = opened[0].hello()["fullstopHello"]
    await answers(opened[0], tab, loaded=True)
    left = kept(tab)
    await opened[0].says("clear_session")
    await opened[0].says("disconnect")
    await answers(await another(opened), tab, loaded=False)
    assert kept(tab) is not left
    assert left.tab.forgetting.cancelled()


async def test_a_chat_that_others_have_pushed_out_is_kept_again_when_its_page_comes_back(
    opened: list[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("chat.page.reload.tabs"), "MAX_TABS", 1)
    page, other = opened[0], await another(opened)
    tab = page.hello()["fullstopHello"]
    await answers(page, tab, loaded=True)
    await answers(other, other.hello()["fullstopHello"], loaded=True)
    assert kept(tab) is None
    page.comes_back()
    await page.says("connection_successful")
    assert kept(tab)


async def test_after_a_message_that_was_faster_the_former_chat_waits_for_the_next_loading(
    opened: list[Session], server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."), thought_and_answer("Hm.", "Six."))
    tab = opened[0].hello()["fullstopHello"]
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
    monkeypatch.setenv("FULLSTOP_PAGE_ANSWER_SECONDS", "0.5")
    server.play(thought_and_answer("Hm.", "Four."))
    tab = opened[0].hello()["fullstopHello"]
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


async def test_a_page_that_comes_back_to_a_chat_that_went_elsewhere_begins_an_empty_one(
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


async def test_a_connection_that_is_lost_while_it_is_greeted_fails_nothing(opened: list[Session]) -> None:
    page = opened[0]
    greeted = asyncio.create_task(page.says("connection_successful"))
    await asyncio.sleep(0)
    page.comes_back()
    await greeted


async def test_a_page_that_is_back_before_its_leaving_was_noticed_has_not_left(opened: list[Session]) -> None:
    page = opened[0]
    tab = page.hello()["fullstopHello"]
    await page.greets(tab)
    leaving = asyncio.create_task(page.says("disconnect"))
    await asyncio.sleep(0)
    sid = await importlib.import_module("chainlit.server").sio.manager.connect("engine", "/")
    page.sid = sid
    page.real.restore(new_socket_id=sid)
    await leaving
    assert not kept(tab).tab.has_left


# A page that shows questions which the app does not know


def lost(page: Session) -> list[str]:
    """Return all lines that have come about an unknown chat."""
    names = [data["name"] for event, data in page.events if event == "new_message"]
    return [name for name in names if name.startswith(sentence("lost.line"))]


async def test_a_page_that_shows_an_unknown_question_gets_one_notice_and_its_turn_ends(opened: list[Session]) -> None:
    page = opened[0]
    shown: dict[str, Any] = {
        "asked": ["old"],
        "runs": ["run"],
        "steps": [
            {"id": "thought", "title": "Thinking… 12 s"},
            {"id": "answer", "title": "", "streaming": True},
            {"id": "line", "title": "Something else"},
            {"id": "waiting", "title": sentence("waiting.reading", seconds=40)},
        ],
    }
    for tab in ("unknown", page.hello()["fullstopHello"]):
        await page.greets(tab, loaded=False, **shown)
    assert len(lost(page)) == 1
    ended = {data["id"]: data for name, data in page.events if name == "update_message" and data.get("end")}
    assert set(ended) >= {"run", "thought", "answer"}
    assert "line" not in ended
    assert [data["id"] for name, data in page.events if name == "delete_message"] == ["waiting"]
    assert ended["thought"]["name"] == sentence("thought.cut", seconds=12)
    assert "name" not in ended["answer"]
    assert page.idle()


async def test_a_page_that_shows_only_known_questions_gets_no_notice(
    opened: list[Session], server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    page = opened[0]
    await page.greets(loaded=False, asked=[])
    asked = await asks(page, "2 + 2?")
    await page.greets(loaded=False, asked=[asked])
    assert lost(page) == []


@pytest.mark.parametrize("shown", [{"asked": 1, "steps": {}, "runs": 1}, {"asked": [1], "steps": [1]}, {}])
async def test_a_malformed_hello_is_ignored(opened: list[Session], shown: dict[str, Any]) -> None:
    await opened[0].greets(loaded=False, **shown)
    assert lost(opened[0]) == []


async def test_the_line_stands_above_the_answer_to_a_question_that_was_faster(
    opened: list[Session], server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_PAGE_HELLO_SECONDS", "30")
    server.play(thought_and_answer("Hm.", "Six."))
    page = await another(opened)
    new = await page.sends("3 + 3?")
    assert not server.chats()
    await page.greets("unknown", loaded=False, asked=["old", new])
    await page.until(lambda: "Six." in page.lines())
    run = next(step for step in page.standing().values() if step["parentId"] == new)
    assert next(step["name"] for step in page.standing().values() if step["parentId"] == run["id"]) == lost(page)[0]


async def test_a_question_does_not_wait_for_a_page_that_says_nothing(
    opened: list[Session], server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_PAGE_HELLO_SECONDS", "0.05")
    server.play(thought_and_answer("Hm.", "Six."))
    page = await another(opened)
    await asks(page, "3 + 3?")
    assert "Six." in page.lines()


@pytest.mark.parametrize("which", ["unknown", "answer"])
async def test_only_a_known_question_can_be_edited(opened: list[Session], server: ScriptedServer, which: str) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    page = opened[0]
    await asks(page, "2 + 2?")
    answer = next(key for key, step in page.shown().items() if step.get("output") == "Four.")
    edited = {"unknown": str(uuid.uuid4()), "answer": answer}[which]
    await page.says("window_message", {"fullstopDo": "may_edit", "id": edited, "text": "3 + 3?"})
    assert page.toasts()[-1].startswith(sentence("lost.edit"))
    assert "fullstopMayEdit" not in str(page.events)
    before = len(page.toasts())
    await page.sends("3 + 3?", event="edit_message", edits=edited)
    assert len(page.toasts()) == before + 1
    assert len(server.chats()) == 1
    assert page.standing()[answer]["output"] == "Four."
    assert page.idle()


async def test_a_known_question_can_be_edited(opened: list[Session], server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    page = opened[0]
    asked = await asks(page, "2 + 2?")
    await page.says("window_message", {"fullstopDo": "may_edit", "id": asked, "text": "3 + 3?"})
    assert ("window_message", {"fullstopMayEdit": asked}) in page.events


async def test_a_button_of_an_unknown_receipt_explains_itself(opened: list[Session]) -> None:
    page = opened[0]
    importlib.import_module("chainlit.context").init_ws_context(page.real)
    press = importlib.import_module("chainlit.config").config.code.action_callbacks["continue"]
    await press(importlib.import_module("chainlit").Action(name="continue", payload={"version": "old"}))
    assert page.toasts()[-1].startswith(sentence("lost.button"))
    await page.says("window_message", {"fullstopDo": "edit", "id": "old", "text": "My own thought."})
    assert len(page.toasts()) == 2
    editor = next(data["fullstopEdit"] for name, data in page.events if "fullstopEdit" in str(data))
    assert editor["text"] == "My own thought."


# The end of the app


@pytest.fixture
async def signals(app: ModuleType) -> AsyncIterator[list[int]]:
    """Yield those that reach the handlers of uvicorn, which `app` has taken over."""
    assert app.__name__ == "app"
    reached: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda number, _: reached.append(number))
    importlib.import_module("chat.page.install.shutdown").install()
    yield reached
    for number, handler in before.items():
        signal.signal(number, handler)


async def test_a_shutdown_ends_a_turn_as_such(opened: list[Session], server: ScriptedServer) -> None:
    server.play([Role(), Reasoning("Hm."), Content("It is"), Hang()])
    page = opened[0]
    await page.sends("2 + 2?")
    await page.until(lambda: "It is" in page.lines())
    await importlib.import_module("chat.page.install.shutdown").end_turns()
    assert page.idle()
    assert page.lines()[-1].startswith(sentence("ending.shutdown") + f" · {sentence('phase.in.answer')}")
    assert "continue" in page.buttons()


async def test_a_signal_ends_the_turns_first_and_a_second_one_goes_through_at_once(
    opened: list[Session], server: ScriptedServer, signals: list[int]
) -> None:
    server.play([Role(), Reasoning("Hm."), Content("It is"), Hang()])
    page = opened[0]
    await page.sends("2 + 2?")
    await page.until(lambda: "It is" in page.lines())
    signal.raise_signal(signal.SIGINT)
    assert signals == []
    signal.raise_signal(signal.SIGTERM)
    assert signals == [signal.SIGTERM]
    await page.until(lambda: len(signals) == 2)
    assert page.lines()[-1].startswith(sentence("ending.shutdown"))


async def test_the_signals_are_taken_over_once_however_often_the_app_is_loaded(signals: list[int]) -> None:
    shutdown = importlib.import_module("chat.page.install.shutdown")
    shutdown.install()
    shutdown.reinstall()
    signal.raise_signal(signal.SIGTERM)
    async with asyncio.timeout(30):
        while not signals:  # noqa: ASYNC110  (a signal says nothing to the loop)
            await asyncio.sleep(0.01)
    assert signals == [signal.SIGTERM]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_an_app_that_ends_refuses_questions_and_buttons(
    opened: list[Session], server: ScriptedServer, signals: list[int], number: signal.Signals
) -> None:
    server.play(thought_and_answer("Hm.", "Four."))
    page = opened[0]
    await asks(page, "2 + 2?")
    signal.raise_signal(number)
    await page.sends("3 + 3?")
    await page.until(page.errors)
    await page.presses("again")
    await page.until(lambda: page.idle() and len(page.errors()) == 2 and signals)
    assert all(error.startswith(sentence("shutdown.refused")) for error in page.errors())
    assert len(server.chats()) == 1

"""However a turn ends, the page's receipt says why, in both languages, and then nothing changes any more."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from types import ModuleType
from typing import Any, get_args

import pytest

from chat.words.texts import Language
from termination import EndingCode
from tests.endings import WAYS, Way
from tests.page.conftest import opened_session
from tests.page.session import Session
from tests.scripted_server import ScriptedServer

MAIN = ("answer_now", "continue", "retry")
BROWSER: dict[Language, str] = {"en": "en-US", "zh": "zh-CN"}
STILL_SECONDS = 1.1  # a title counts seconds
ESCAPED = re.compile(r"\\(.)")


@pytest.fixture(params=BROWSER)
async def language(request: pytest.FixtureRequest) -> Language:
    return request.param


@pytest.fixture
async def session(app: ModuleType, server: ScriptedServer, language: Language) -> AsyncIterator[Session]:
    assert app.__name__ == "app"
    async with opened_session(server, BROWSER[language]) as session:
        yield session


def shows(session: Session, text: str) -> Callable[[], bool]:
    return lambda: any(text in str(step.get("output")) for step in session.shown().values())


async def stop(session: Session, server: ScriptedServer, phase: str) -> None:
    """Press Stop in that phase."""
    if phase == "waiting":
        await asyncio.to_thread(server.wait_chat, 1)
    else:
        await session.until(shows(session, {"thought": "That is four.", "answer": "It is four"}[phase]))
    await session.says("stop")


def receipt(session: Session) -> str:
    """Return the line under the reply, as it reads."""
    bearer = next(data["forId"] for name, data in reversed(session.events) if name == "action")
    return ESCAPED.sub(r"\1", session.standing()[bearer]["output"])


def test_every_code_has_a_way() -> None:
    assert {way.code for way in WAYS} == set(get_args(EndingCode))


@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
async def test_a_turn_ends_for_a_stated_reason(
    session: Session, server: ScriptedServer, way: Way, language: Language, caplog: pytest.LogCaptureFixture
) -> None:
    if way.settings:
        await session.says("chat_settings_change", dict(way.settings))
    server.play(*way.scripts())
    caplog.set_level("INFO", "fullstop")
    await session.sends(way.question)
    if way.stop_in:
        await stop(session, server, way.stop_in)
    await session.until(lambda: session.idle() and "details" in session.buttons())
    assert receipt(session).startswith(way.line(language))
    assert tuple(name for name in session.buttons() if name in MAIN) == way.buttons
    assert f"code='{way.code}'" in caplog.text
    steps = session.standing().values()
    assert all(step["end"] for step in steps if step["type"] == "tool")
    assert not any(step.get("streaming") for step in steps)
    before: list[tuple[str, Any]] = list(session.events)
    await asyncio.sleep(STILL_SECONDS if language == "en" else 0)
    assert session.events == before
    await session.presses("details")
    await session.until(lambda: way.code in receipt(session))

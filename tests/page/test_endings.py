"""However a turn ends, the page's receipt says why, in both languages, and then nothing changes any more."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from types import ModuleType
from typing import get_args

import pytest
import pytest_asyncio

from chat.server.server import close_servers
from chat.words.texts import Language
from termination import EndingCode
from tests.endings import WAYS, Way
from tests.page.conftest import close_session, open_session
from tests.page.session import Session
from tests.scripted_server import ScriptedServer

MAIN = ("answer_now", "continue", "retry")
BROWSER: dict[Language, str] = {"en": "en-US", "zh": "zh-CN"}
STILL_SECONDS = 1.1  # a title counts seconds
ONE_LOOP = pytest.mark.asyncio(loop_scope="module")  # for sessions that stay open
ESCAPED = re.compile(r"\\(.)")


@pytest.fixture(params=BROWSER)
def language(request: pytest.FixtureRequest) -> Language:
    return request.param


Ended = list[tuple[Session, int]]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ended() -> AsyncIterator[Ended]:
    """Yield the sessions whose turn has ended, each with its number of events then. They stay open to the end."""
    ended: Ended = []
    yield ended
    for session, _ in ended:
        await close_session(session)


@pytest_asyncio.fixture(loop_scope="module")
async def session(app: ModuleType, server: ScriptedServer, language: Language, ended: Ended) -> AsyncIterator[Session]:
    assert app.__name__ == "app"
    session = await open_session(server, BROWSER[language])
    yield session
    if session not in dict(ended):
        await close_session(session)
    await close_servers()


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


@ONE_LOOP
@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
async def test_a_turn_ends_for_a_stated_reason(
    session: Session,
    server: ScriptedServer,
    way: Way,
    language: Language,
    ended: Ended,
    caplog: pytest.LogCaptureFixture,
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
    await session.presses("details")
    await session.until(lambda: way.code in receipt(session))
    ended.append((session, len(session.events)))


@ONE_LOOP
async def test_then_nothing_changes_any_more(ended: Ended) -> None:
    """Wait once for all the sessions above, which are still open."""
    await asyncio.sleep(STILL_SECONDS)
    assert [session.events[number:] for session, number in ended] == [[] for _ in ended]

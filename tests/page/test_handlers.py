"""The handlers work in a real Chainlit session, without a browser."""

import asyncio
import importlib
from pathlib import Path
from types import ModuleType

import pytest

from chat.server.server import close_servers
from tests.page.session import Session
from tests.scripted_server import Content, Finish, Hang, Reasoning, Role, ScriptedServer, thought_and_answer
from tests.sentences import STOPPED, sentence

HANGING = [Role(), Reasoning("Hm."), Content("It is"), Hang()]
CUT = [Role(), Reasoning("Hm."), Content("It is"), Finish("length")]


async def test_an_opened_chat_has_its_panel_and_its_picker(session: Session) -> None:
    panel = next(data for name, data in session.events if name == "chat_settings")
    assert panel[0]["initial"] == "dasd-4b-thinking"
    modes = next(data for name, data in session.events if name == "set_modes")
    assert [option["id"] for option in modes[0]["options"]] == ["AUTO", "FULL", "THINK_ONLY"]


async def test_a_message_becomes_a_thought_an_answer_and_a_line(session: Session, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Two and two.", "Four."))
    session.events.clear()
    await session.sends("2 + 2?")
    await session.until(session.idle)
    assert session.names()[0] == "task_start"
    thought, answer, line = session.lines()
    assert thought.startswith(sentence("thought.cut"))
    assert answer == "Four."
    assert line.startswith("Complete · ")


async def test_stop_ends_the_turn_and_says_nothing_of_its_own(session: Session, server: ScriptedServer) -> None:
    server.play(HANGING)
    await session.sends("2 + 2?")
    await session.until(lambda: "It is" in session.lines())
    await session.says("stop")
    await session.until(session.idle)
    assert session.lines()[1] == "It is"
    assert session.lines()[2].startswith(STOPPED)
    assert len(session.lines()) == 3
    assert await asyncio.to_thread(server.wait_chat().wait_closed)


async def test_stop_pressed_twice_loses_nothing(session: Session, server: ScriptedServer) -> None:
    server.play(HANGING)
    await session.sends("2 + 2?")
    await session.until(lambda: "It is" in session.lines())
    await session.says("stop")
    for _ in range(20):
        await session.says("stop")
        await asyncio.sleep(0)
    await session.until(session.idle)
    assert session.lines()[2].startswith(STOPPED)


@pytest.mark.parametrize("button", ["again", "reroll", "continue"])
async def test_whenever_stop_comes_a_whole_reply_stands_there(
    session: Session, server: ScriptedServer, button: str
) -> None:
    server.by_message({"": CUT})
    await session.sends("2 + 2?")
    await session.until(lambda: session.idle() and "details" in session.buttons())
    for events in range(1, 40):
        session.events = [each for each in session.events if not each[0].startswith("task_")]
        await session.presses(button)
        session.stop_after = events
        await session.until(lambda: session.idle() and "details" in session.buttons())
        await asyncio.sleep(0.02)
        session.stop_after = 0
        standing, buttons = session.standing().values(), session.buttons()
        assert len(buttons) == len(set(buttons)), events
        assert all(step["end"] for step in standing if step["type"] == "tool"), events
        if "continue" not in buttons:
            await session.presses("retry" if "retry" in buttons else "again")
            await session.until(lambda: session.idle() and "continue" in session.buttons())


async def test_a_button_that_is_pressed_the_moment_it_comes_does_its_work_once(
    session: Session, server: ScriptedServer
) -> None:
    server.play(CUT, [Content(" four."), Finish()], CUT)
    session.press_at_once = "continue"
    await session.sends("2 + 2?")
    await session.until(lambda: any(line.startswith(sentence("ending.complete")) for line in session.lines()))
    await session.until(session.idle)
    assert "It is four." in session.lines()
    assert len(server.chats()) == 2


async def test_of_two_things_done_at_once_the_second_waits_for_the_first(
    session: Session, server: ScriptedServer
) -> None:
    server.play(*[thought_and_answer("Hm.", answer) for answer in ("Four.", "Five.", "Six.", "Seven.")])
    await session.sends("2 + 2?")
    await session.until(lambda: session.idle() and "details" in session.buttons())
    await session.presses("again")
    await session.until(lambda: session.idle() and "former" in session.buttons())
    await asyncio.gather(session.presses("former"), session.presses("again"), session.sends("And one more?"))
    await session.until(lambda: session.idle() and session.buttons().count("details") == 2)
    assert [each["content"] for each in server.chats()[-1].body["messages"]][1:] == ["2 + 2?", "Four.", "And one more?"]
    answers = [step["output"] for step in session.standing().values() if step["output"] in ("Four.", "Five.", "Six.")]
    assert answers == ["Four.", "Six."]
    assert session.buttons().count("later") == 1


async def test_a_thought_that_cannot_be_taken_comes_back_to_the_editor(
    session: Session, server: ScriptedServer
) -> None:
    server.play(thought_and_answer("Hm.", "Four."), HANGING)
    await session.sends("2 + 2?")
    await session.until(lambda: session.idle() and "edit" in session.buttons())
    edited = next(data["payload"]["version"] for name, data in session.events if name == "action")
    await session.sends("3 + 3?")
    await session.until(lambda: "It is" in session.lines())
    await session.says("window_message", {"fullstopDo": "edit", "id": edited, "text": "Two and two."})
    editors = [data["fullstopEdit"] for name, data in session.events if "fullstopEdit" in (data or ())]
    assert [(editor["id"], editor["text"]) for editor in editors] == [(edited, "Hm.")]
    assert "It is" in session.lines()
    assert len(server.chats()) == 2


async def test_the_buttons_of_a_version_come_when_it_is_shown(session: Session, server: ScriptedServer) -> None:
    server.by_message({"": thought_and_answer("Hm.", "Four.")})
    await session.sends("2 + 2?")
    await session.until(lambda: session.idle() and "details" in session.buttons())
    for versions in (2, 3):
        session.events = [each for each in session.events if each[0] in ("action", "new_message")]
        before = len(session.events)
        await session.presses("again")
        await session.until(lambda: session.idle() and f"{versions}/{versions}" in session.labels())  # noqa: B023
        actions = [data["forId"] for name, data in session.events[before:] if name == "action"]
        assert len(set(actions)) == 1
    await session.presses("former")
    await session.until(lambda: "2/3" in session.labels() and "later" in session.buttons())


async def test_stop_ends_the_turn_of_an_edited_message(session: Session, server: ScriptedServer) -> None:
    server.play(thought_and_answer("Hm.", "Four."), HANGING)
    first = await session.sends("2 + 2?")
    await session.until(lambda: session.idle() and "Four." in session.lines())
    editing = asyncio.create_task(session.sends("3 + 3?", "edit_message", first))
    await session.until(lambda: "It is" in session.lines())
    await session.says("stop")
    await session.until(lambda: session.lines()[-1].startswith(STOPPED) and session.idle())
    await asyncio.wait([editing])
    assert [message["content"] for message in server.chats()[1].body["messages"]][1:] == ["3 + 3?"]


async def test_a_message_in_the_middle_of_a_turn_ends_that_turn(session: Session, server: ScriptedServer) -> None:
    server.play(HANGING, thought_and_answer("Hm.", "Six."))
    await session.sends("2 + 2?")
    await session.until(lambda: "It is" in session.lines())
    await session.sends("3 + 3?")
    await session.until(lambda: session.lines()[-1].startswith(sentence("ending.complete")))
    assert any(line.startswith(STOPPED) for line in session.lines())
    assert "Six." in session.lines()
    assert await asyncio.to_thread(server.chats()[0].wait_closed)


@pytest.mark.parametrize("going_on", [False, True])
async def test_a_message_right_after_stop_has_a_stop_button(
    session: Session, server: ScriptedServer, going_on: bool
) -> None:
    """Begin the next turn while the stopped one ends."""
    server.play(HANGING)
    await session.sends("2 + 2?")
    await session.until(lambda: "It is" in session.lines())
    if going_on:
        await session.says("stop")
        await session.until(lambda: session.idle() and "continue" in session.buttons())
        server.play(HANGING)
        await session.presses("continue")
        await session.until(lambda: len(server.chats()) == 2)
    server.play(HANGING)
    await session.says("stop")
    await session.sends("3 + 3?")
    await session.until(lambda: len(server.chats()) == (3 if going_on else 2) and session.lines()[-1] == "It is")
    assert not session.idle()


async def test_a_turn_outlives_a_short_absence_but_not_a_long_one(
    session: Session, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_PAGE_RETURN_SECONDS", "1")
    server.play(HANGING)
    await session.sends("2 + 2?")
    await session.until(lambda: "It is" in session.lines())
    await session.says("disconnect")
    session.comes_back()
    await session.says("connection_successful")
    await asyncio.sleep(1.5)
    assert not server.chats()[0].closed_early
    assert not session.idle()
    await session.says("disconnect")
    assert await asyncio.to_thread(server.chats()[0].wait_closed)
    await session.until(lambda: session.lines()[-1].startswith(sentence("ending.left")))


async def test_dropped_turns_are_reported_whenever_there_are_more(
    session: Session, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "max_model_len", 2000)
    await close_servers()
    server.by_message({"": thought_and_answer("Hm.", "Yes. " * 60)})

    def notices() -> int:
        return sum("no longer fit" in step["name"] for step in session.standing().values())

    sent = []
    while not notices():
        sent.append(await session.sends(f"{len(sent)}: " + "And is it so? " * 20))
        await session.until(lambda: session.idle() and session.buttons().count("details") == len(sent))
        assert len(sent) < 20
    assert len(sent) > 4
    await session.sends("And again? " * 10)
    await session.until(lambda: session.idle() and session.buttons().count("details") == len(sent) + 1)
    assert notices() == 1
    await session.sends("This one is new. " * 60, "edit_message", sent[-2])
    await session.until(lambda: session.idle() and session.buttons().count("details") == len(sent) - 1)
    assert notices() == 1


async def test_a_fault_of_the_app_is_shown(
    app: ModuleType, session: Session, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(app, "choose", mistaken)
    server.play(thought_and_answer("Hm.", "Four."))
    await session.sends("2 + 2?")
    await session.until(lambda: session.errors() and session.idle())
    assert session.errors() == [sentence("fault.ours", problem="RuntimeError: boom")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FULLSTOP_MAX_SOCKETS", "0"),
        ("FULLSTOP_SHARED_SECONDS", "soon"),
        ("FULLSTOP_LOOKUP_SECONDS", "soon"),
        ("FULLSTOP_PROXIES", "proxy.lan"),
    ],
)
def test_a_malformed_setting_ends_the_start_with_a_sentence(
    app: ModuleType, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """See tests/attacks/test_hosts.py for one in a process of its own."""
    assert app.__name__ == "app"
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=f"^fullstop: {name}"):
        importlib.import_module("chat.page.install.doors").install()


def test_a_folder_of_files_never_leaves_the_folder_of_all_files(session: Session) -> None:
    """Check the second line of defence, for ids that the door rejects."""
    all_files = Path(importlib.import_module("chainlit.config").FILES_DIRECTORY).resolve()
    own = session.real.id
    assert session.real.files_dir == all_files / own
    for other in ("..", "/tmp", "a/b", f"{own}/.."):
        session.real.id = other
        with pytest.raises(ValueError, match="folder"):
            _ = session.real.files_dir
    session.real.id = own

"""In watch mode the next message uses an edit, a broken edit is reported, and no other file reloads the app."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.driver import Chat
from tests.browser.running_app import RunningApp, copy_of_the_house, running_app
from tests.scripted_server import Model, ScriptedServer
from tests.sentences import sentence

MODEL = Model("Two and two.", "Four.")


@pytest.fixture(scope="module")
def app(scripted_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Start an app in watch mode, instead of the one that other tests share."""
    root = copy_of_the_house(tmp_path_factory.mktemp("watched") / "house")
    with running_app(root, scripted_server.base_url, "--watch") as app:
        yield app


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Open a new tab: the app sends the pages of former tests a reload, too."""
    return open_page()


@pytest.fixture(autouse=True)
def model(server: ScriptedServer) -> None:
    server.by_message({"": MODEL})


def reloads(app: RunningApp) -> int:
    return app.output().count("Reloading app")


def edit(chat: Chat, file: Path, old: str, new: str) -> None:
    """Save the file in one step, as an editor does, and wait until the page has reloaded by itself."""
    text = file.read_text()
    assert old in text
    saved = file.with_suffix(".saved")
    saved.write_text(text.replace(old, new))
    with chat.page.expect_event("load", timeout=120_000):
        saved.replace(file)
    chat.wait_ready()


def test_an_edit_anywhere_in_the_code_is_used_by_the_next_message(chat: Chat, app: RunningApp) -> None:
    edit(chat, app.root / "chat" / "words" / "tables" / "endings.py", '"Complete"', '"Quite complete"')
    assert chat.ask("2 + 2?").ending.startswith("Quite complete")
    edit(chat, app.root / "termination" / "tags.py", "MODE", "MODUS")
    assert chat.ask("[MODUS:THINK_ONLY] 2 + 2?").ending.startswith(sentence("ending.thought_complete"))
    edit(chat, app.root / "app.py", '"message.empty"', '"no_way"')
    assert chat.ask("[MODUS:FULL]").errors[0].startswith(sentence("no_way"))


@pytest.mark.parametrize("part", ["app.py", "termination/tags.py"])
def test_a_broken_edit_is_reported_and_the_next_good_one_recovers(chat: Chat, app: RunningApp, part: str) -> None:
    file = app.root / part
    edit(chat, file, '"""', '(\n"""')
    chat.wait_text(sentence("reload.broken") + "SyntaxError: ")
    assert Path(part).name in chat.everything()
    assert sentence("reload.broken") in chat.ask("2 + 2?").errors[0]
    assert "Error reloading module" in app.output()
    edit(chat, file, '(\n"""', '"""')
    assert chat.ask("2 + 2?").answer == "Four."
    assert chat.mode() == sentence("mode.AUTO")


def test_an_edited_profile_needs_no_reload(chat: Chat, app: RunningApp, server: ScriptedServer) -> None:
    before = reloads(app)
    file = app.root / "profiles" / "dasd-4b-thinking.yaml"
    text = file.read_text()
    chat.ask("2 + 2?")
    file.write_text(text.replace("temperature: 1.0", "temperature: 0.125"))
    chat.ask("2 + 2?")
    assert [request.body["temperature"] for request in server.chats()] == [1.0, 0.125]
    file.write_text(text)
    assert reloads(app) == before


def test_chatting_does_not_reload_the_app(app: RunningApp, open_page: OpenPage) -> None:
    before = reloads(app)
    for _ in range(2):
        chat = Chat(open_page("en-US"), app.url).open()
        chat.ask("2 + 2?")
    chat.page.wait_for_timeout(1000)
    assert reloads(app) == before

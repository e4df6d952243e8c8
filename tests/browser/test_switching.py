"""The header names the profile that answers, and offers the others for a new chat."""

from collections.abc import Iterator

import pytest
import yaml

from tests.browser.driver import Chat
from tests.browser.running_app import RunningApp
from tests.scripted_server import ScriptedServer, thought_and_answer


@pytest.fixture
def shelf(app: RunningApp, server: ScriptedServer) -> Iterator[None]:
    """Put two profiles of a person's own beside the others."""
    modes = {"FULL": {"stop_tokens": []}, "THINK_ONLY": {"stop_tokens": []}}
    files = {name: app.root / "profiles" / f"zz-{name.lower()}.yaml" for name in ("Ash", "Birch")}
    for name, file in files.items():
        own = {"name": name, "model": name.lower(), "endpoint": {"base_url": server.base_url}, "modes": modes}
        file.write_text(yaml.safe_dump(own))
    yield
    for file in files.values():
        file.unlink()


def header(chat: Chat) -> str:
    """Return the profile that the header names, as it is drawn."""
    drawn = "span => getComputedStyle(span, '::before').content"
    return str(chat.page.locator("#chat-profiles > span").evaluate(drawn)).strip('"')


@pytest.mark.usefixtures("shelf")
def test_the_header_offers_the_profiles_for_a_new_chat(chat: Chat, server: ScriptedServer) -> None:
    server.by_message({"": lambda body: thought_and_answer("Hm.", body["model"])})
    chat.reload()
    chat.wait_for(lambda _: header(chat) == "DASD-4B-Thinking")
    chat.page.locator("#chat-profiles").click()
    chat.page.get_by_role("option", name="Birch", exact=True).press("Enter")
    chat.wait_for(lambda _: header(chat) == "Birch")
    assert chat.ask("Who?").answer == "birch"
    chat.change(profile="Ash")
    chat.wait_for(lambda _: header(chat) == "Ash")
    assert chat.ask("And now?").answer == "ash"

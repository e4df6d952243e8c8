"""The page needs only its own server, and lets no other host in."""

import urllib.error
import urllib.request

import pytest

from tests.browser.conftest import OpenPage, is_abroad
from tests.browser.driver import Chat
from tests.browser.running_app import RunningApp
from tests.scripted_server import ScriptedServer, thought_and_answer

ABROAD = "fetch('https://example.org/').then(() => 'answered', () => 'refused')"


def test_everything_comes_from_the_pages_own_server(
    app: RunningApp, server: ScriptedServer, open_page: OpenPage
) -> None:
    page = open_page("en-US")
    urls: list[str] = []
    missing: list[str] = []
    page.on("request", lambda asked: urls.append(asked.url))
    page.on("response", lambda got: missing.append(got.url) if got.status >= 400 else None)
    chat = Chat(page, app.url).open()
    server.play(thought_and_answer("Hm.", r"\[ \int_0^1 x \] ![x](http://evil.example/x.png) `code`"))
    chat.ask("2 + 2?")
    chat.page.locator("#readme-button").click()
    chat.wait_text("A chat page for")
    assert not [url for url in urls if is_abroad(url)]
    assert not missing
    assert any(url.endswith("katex.min.css") for url in urls)
    assert any("/public/katex/fonts/" in url for url in urls)


def test_the_pages_policy_forbids_other_hosts(chat: Chat, complaints: list[str]) -> None:
    assert chat.page.evaluate(ABROAD) == "refused"
    assert all("Content Security Policy" in complaint for complaint in complaints)
    complaints.clear()


def test_another_page_may_not_drive_the_chat(app: RunningApp) -> None:
    request = urllib.request.Request(
        f"{app.url}/ws/socket.io/?EIO=4&transport=polling", headers={"Origin": "http://evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        urllib.request.urlopen(request, timeout=30)
    refused.value.close()

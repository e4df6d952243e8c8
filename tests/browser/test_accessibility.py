"""A person with a screen reader or a keyboard: each control has a name, in the page's language."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Chat
from tests.scripted_server import ScriptedServer, thought_and_answer
from tests.sentences import sentence

CODE = "Here:\n\n```python\n" + "x = 1; " * 60 + "\n```\n"
NAMELESS = """() => [...document.querySelectorAll('button, textarea, [role=dialog]')]
  .filter((each) => each.checkVisibility() && !each.ariaLabel && !each.innerText.trim() && !each.title
    && !each.getAttribute('aria-labelledby'))
  .map((each) => each.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize(("locale", "tag", "language"), [("en-US", "en", "en"), ("zh-CN", "zh-CN", "zh")])
def test_each_control_has_a_name(chat: Chat, server: ScriptedServer, tag: str, language: str) -> None:
    page = chat.page
    server.play(thought_and_answer("Think.", CODE))
    chat.ask("Code?")
    expect(page.locator("html")).to_have_attribute("lang", tag)
    for control, found in [
        ("new_chat", "#new-chat-button"),
        ("profile", "#chat-profiles"),
        ("settings", "#chat-settings-open-modal"),
        ("send", "#chat-submit"),
        ("theme", "#theme-toggle"),
        ("copy_code", ".message-content .bg-card button"),
    ]:
        expect(page.locator(found)).to_have_accessible_name(sentence(f"control.{control}", language))
    expect(page.locator(".message-content pre code")).to_have_attribute("tabindex", "0")
    page.locator("[data-step-type=user_message]").hover()
    page.locator(".edit-message").click()
    name = sentence("control.edit_field", language)
    expect(page.locator("#edit-chat-input")).to_have_accessible_name(name)
    page.locator("[id^=mode-picker-trigger]").click()
    expect(page.get_by_role("dialog")).to_have_accessible_name(sentence("control.modes", language))
    page.wait_for_function(f"({NAMELESS})().length === 0")
    assert page.evaluate(NAMELESS) == []


def test_the_page_has_landmarks_and_a_link_past_the_chat(chat: Chat) -> None:
    page = chat.page
    for role in ("banner", "main"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    skip = page.get_by_role("link", name=sentence("control.skip"))
    skip.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chat-input")).to_be_focused()

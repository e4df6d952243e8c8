"""The look of the receipt and its buttons, and a thought that continues."""

import re

from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import PHONE
from tests.browser.driver import Chat
from tests.browser.widgets import (
    SCREENS,
    app,
    post,
    receipt,
)
from tests.sentences import sentence

__all__ = ["app"]


EDGES = """(line, buttons) =>
  [line.getBoundingClientRect().bottom, ...buttons.map(button => button.getBoundingClientRect().top)]"""

# The receipt


@SCREENS
def test_the_receipt_has_its_buttons_beside_it_or_below(chat: Chat, viewport: ViewportSize) -> None:
    chat.ask("answer")
    line = receipt(chat.page).get_by_role("article")
    buttons = receipt(chat.page).get_by_role("button")
    expect(buttons).to_have_count(7)
    expect(line).to_have_css("font-size", "13px")
    expect(receipt(chat.page).locator("svg.lucide-check")).to_be_visible()
    # Measured at one moment: the page may still be scrolling.
    bottom, *tops = line.evaluate(EDGES, buttons.element_handles())
    assert len(set(tops)) == 1
    assert (tops[0] >= bottom) is (viewport == PHONE)
    for name in (
        sentence("act.edit"),
        sentence("act.reroll"),
        sentence("act.details"),
        sentence("act.former"),
        "2/3",
        sentence("act.later"),
    ):
        expect(receipt(chat.page).get_by_role("button", name=name, exact=True)).to_be_visible()
    expect(receipt(chat.page).get_by_role("button", name=sentence("act.details"))).to_have_css("font-size", "0px")
    expect(receipt(chat.page).get_by_role("button", name="2/3")).to_have_css("font-size", "13px")


def test_the_buttons_of_a_receipt_can_be_read_pressed_and_reached(chat: Chat) -> None:
    """Check that the version's number is text, that the copy button copies, and that an ending that asks is clearer."""
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask("answer")
    grey = receipt(chat.page).get_by_role("article").evaluate("line => getComputedStyle(line).color")
    post(chat.page, fullstopTips={"place": sentence("act.place.tip")})
    place = receipt(chat.page).get_by_role("button", name=(sentence("act.place.tip") + ": 2/3"), exact=True)
    expect(place).to_have_attribute("aria-disabled", "true")
    receipt(chat.page).get_by_role("button", name=sentence("act.former")).focus()
    chat.page.keyboard.press("Tab")
    expect(receipt(chat.page).get_by_role("button", name=sentence("act.later"))).to_be_focused()
    place.click(force=True)
    chat.press(sentence("act.details"))
    chat.wait_text("pressed details")
    assert chat.toasts() == ["pressed details"]

    receipt(chat.page).locator("button:has(.lucide-copy)").click()
    expect(receipt(chat.page).locator(".lucide-check")).to_have_count(2)
    text, html = chat.page.evaluate("""async () => {
      const [item] = await navigator.clipboard.read();
      return Promise.all(['text/plain', 'text/html'].map(async type => (await item.getType(type)).text()));
    }""")
    assert re.fullmatch(r"2 and 2 is 4\.\n\nThat follows .*\n\nA further block of the answer\.", text)
    assert "That follows from counting" in html
    assert "A further block" in html
    assert "40 tokens" not in html

    chat.ask("loop details")
    action = receipt(chat.page).get_by_role("button", name=sentence("act.continue"))
    expect(action).to_have_css("border-top-width", "1px")
    expect(receipt(chat.page).get_by_role("article").first).not_to_have_css("color", grey)
    expect(receipt(chat.page).locator("table")).to_have_css("color", grey)
    receipt(chat.page).get_by_role("button", name=sentence("act.retry")).click()
    chat.wait_text("pressed retry")


# A thought that continues


def test_a_thought_that_continues_opens_and_folds_again_unless_the_person_has_opened_it(chat: Chat) -> None:
    for touched in (False, True):
        chat.ask("loop")
        title = chat.page.locator('[data-step-type=tool] button[id^="step-"]').last
        expect(title).to_have_attribute("aria-expanded", "false")
        if touched:
            title.click()
        chat.press(sentence("act.continue"))
        expect(title).to_have_class(re.compile("loading-shimmer"))
        expect(title).to_have_attribute("aria-expanded", "true")
        post(chat.page, over=True)
        expect(title).not_to_have_class(re.compile("loading-shimmer"))
        expect(title).to_have_attribute("aria-expanded", str(touched).lower())
        expect(chat.page.locator("#stop-button")).to_have_count(0)

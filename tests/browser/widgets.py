"""A page without a model, for the tests of what `fullstop.js` and `fullstop.css` add to Chainlit's."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.driver import Chat
from tests.browser.running_app import RunningApp

PILL = {"label": "Answer now", "tooltip": "End the thought here and have the model answer", "do": "answer_now"}
PILL_ZH = {"label": "立即回答", "tooltip": "就此结束思考，让模型回答", "do": "answer_now"}
HINT = "The text may be going round in circles"
EDIT = {
    "id": "thought-1",
    "title": "Edit the thought",
    "text": "Two and two. " * 400 + "The end",
    "note": "The model answers again from this thought.",
    "save": "Save and answer",
    "cancel": "Cancel",
    "do": "edit_thought",
}
SCREENS = pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
# WCAG requires a ratio of 4.5; the colours behind are opaque or transparent.
CONTRAST = """element => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => channels(colour).slice(0, 3)
    .map(value => value / 255)
    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, place) => sum + value * [0.2126, 0.7152, 0.0722][place], 0);
  let behind = element;
  const ground = () => getComputedStyle(behind).backgroundColor;
  while (channels(ground())[3] === 0) behind = behind.parentElement;
  const [low, high] = [light(getComputedStyle(element).color), light(ground())].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.fixture
def app(widgets_app: RunningApp) -> RunningApp:
    """Return the app with widgets, instead of the one that other tests share."""
    return widgets_app


def post(page: Page, **data: object) -> None:
    """Send the page a window message, as the app does."""
    page.evaluate("data => window.postMessage(data, window.location.origin)", data)


def think(chat: Chat, thought: str = "") -> None:
    chat.send(f"think {thought}")
    expect(chat.page.locator("#stop-button")).to_be_visible()
    expect(chat.page.locator("[data-step-type=tool] .message-content").last).to_contain_text("Two and two.")


def box(locator: Locator) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom."""
    found = locator.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def pill(page: Page) -> Locator:
    return page.locator(".fullstop-pill").get_by_role("button")


def composer(page: Page) -> Locator:
    return page.locator("#message-composer")


def receipt(page: Page) -> Locator:
    return page.locator("[data-step-type=assistant_message]").last

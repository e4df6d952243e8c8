"""What Fullstop adds to Chainlit's page: the receipt's buttons, the pill, the thought's editor, the context gauge."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.page.conftest import DESKTOP, PHONE
from tests.page.driver import Chat
from tests.page.running_app import ROOT, RunningApp, copy_of_the_house, running_app

PILL = {"label": "Answer now", "tooltip": "End the thought here and have the model answer", "do": "answer_now"}
PILL_ZH = {"label": "立即回答", "tooltip": "就此结束思考，让模型回答", "do": "answer_now"}
HINT = "The text may be going round in circles"
EDIT = {
    "id": "thought-1",
    "title": "Edit the thought",
    "text": "Two and two. " * 400 + "The end",
    "note": "The model answers anew from this thought.",
    "save": "Save and answer",
    "cancel": "Cancel",
    "do": "edit_thought",
}
SCREENS = pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
# The ratio that WCAG asks for is 4.5; the colours behind are opaque or clear.
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


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The house with another app in it: no model, each turn looks as the message says."""
    root = copy_of_the_house(tmp_path_factory.mktemp("widgets") / "house")
    shutil.copy(ROOT / "tests" / "page" / "widgets_app.py", root / "app.py")
    with running_app(root, "http://127.0.0.1:9/v1") as app:
        yield app


def tell(page: Page, **said: object) -> None:
    """What the app would say to the page."""
    page.evaluate("said => window.postMessage(said, window.location.origin)", said)


def think(chat: Chat, thought: str = "") -> None:
    chat.send(f"think {thought}")
    expect(chat.page.locator("#stop-button")).to_be_visible()
    expect(chat.page.locator("[data-step-type=tool] .message-content").last).to_contain_text("Two and two.")


def box(locator: Locator) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    found = locator.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def pill(page: Page) -> Locator:
    return page.locator(".fullstop-pill").get_by_role("button")


def composer(page: Page) -> Locator:
    return page.locator("#message-composer")


def receipt(page: Page) -> Locator:
    return page.locator("[data-step-type=assistant_message]").last


# The pill


@pytest.mark.parametrize(("locale", "viewport", "told"), [("en-US", DESKTOP, PILL), ("zh-CN", PHONE, PILL_ZH)])
def test_the_pill_stands_above_the_composer_and_asks_the_app_once(
    chat: Chat, told: dict[str, str], viewport: ViewportSize
) -> None:
    think(chat)
    tell(chat.page, fullstopPill=told)
    button = chat.page.get_by_role("button", name=told["label"], exact=True)
    left, _, right, bottom = box(button)
    assert bottom <= box(composer(chat.page))[1]
    assert (left + right) / 2 == pytest.approx(viewport["width"] / 2, abs=1)
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click(force=True)
    chat.wait_text("fullstopDo")
    tell(chat.page, fullstopPill=told)
    expect(button).to_have_attribute("aria-busy", "false")
    assert chat.toasts() == ['{"fullstopDo": "answer_now"}']
    tell(chat.page, fullstopPill=None)
    expect(button).to_have_count(0)
    chat.stop()


def test_the_keyboard_reaches_the_pill_and_comes_back(chat: Chat) -> None:
    think(chat)
    tell(chat.page, fullstopPill=PILL)
    expect(pill(chat.page)).to_be_visible()
    chat.page.locator("#stop-button").focus()
    chat.page.keyboard.press("Tab")
    expect(pill(chat.page)).to_be_focused()
    chat.page.keyboard.press("Enter")
    chat.wait_text("answer_now")
    expect(pill(chat.page)).to_be_focused()
    tell(chat.page, fullstopPill=None)
    expect(chat.page.locator("#chat-input")).to_be_focused()
    chat.stop()


def test_the_pill_goes_with_its_turn(chat: Chat) -> None:
    think(chat)
    tell(chat.page, fullstopPill=PILL)
    expect(pill(chat.page)).to_be_visible()
    chat.stop()
    expect(pill(chat.page)).to_have_count(0)


def test_the_pill_and_the_gauge_go_with_their_chat(chat: Chat) -> None:
    think(chat)
    tell(chat.page, fullstopPill=PILL)
    tell(chat.page, fullstopMeter={"used": 1, "window": 4, "text": "Context: 1 of 4 tokens"})
    expect(chat.page.get_by_role("meter")).to_be_visible()
    chat.page.locator("#new-chat-button").click()
    chat.page.locator("#new-chat-dialog #confirm").click()
    expect(chat.page.locator("#welcome-screen")).to_be_visible()
    expect(pill(chat.page)).to_have_count(0)
    expect(chat.page.get_by_role("meter")).to_have_count(0)
    think(chat)
    chat.page.wait_for_timeout(600)
    expect(pill(chat.page)).to_have_count(0)
    expect(chat.page.get_by_role("meter")).to_have_count(0)
    chat.stop()


@SCREENS
def test_a_hint_stands_in_the_pill_and_covers_no_text_that_cannot_be_scrolled_free(chat: Chat) -> None:
    think(chat, "long")
    tell(chat.page, fullstopPill=PILL)
    expect(pill(chat.page)).to_be_visible()
    expect(chat.page.get_by_text(HINT)).to_have_count(0)
    tell(chat.page, fullstopPill=PILL | {"hint": HINT})
    expect(chat.page.get_by_role("status").get_by_text(HINT)).to_be_visible()
    text = chat.page.locator("[data-step-type=tool] .message-content").last
    text.evaluate("""text => {
      const scrolled = text.closest('.overflow-y-auto');
      scrolled.scrollTop = scrolled.scrollHeight;
    }""")
    left, top, right, _ = box(chat.page.locator(".fullstop-pill"))
    assert box(text)[3] <= top
    assert left >= box(composer(chat.page))[0]
    assert right <= box(composer(chat.page))[2]
    chat.stop()


# The editor of the thought


@SCREENS
def test_the_thought_is_edited_and_sent(chat: Chat, viewport: ViewportSize) -> None:
    tell(chat.page, fullstopEdit=EDIT)
    dialog = chat.page.get_by_role("dialog", name=EDIT["title"])
    text = dialog.get_by_role("textbox", name=EDIT["title"])
    expect(text).to_be_focused()
    expect(text).to_have_value(EDIT["text"])
    expect(dialog).to_contain_text(EDIT["note"])
    assert text.evaluate("text => text.scrollTop + text.clientHeight >= text.scrollHeight - 1")
    if viewport == PHONE:
        assert box(dialog) == (0, 0, PHONE["width"], PHONE["height"])
    else:
        assert box(dialog)[3] <= DESKTOP["height"]
    chat.page.keyboard.type(", 终")
    dialog.get_by_role("button", name=EDIT["save"]).click()
    expect(dialog).to_have_count(0)
    chat.wait_text("The end, 终")
    assert '"fullstopDo": "edit_thought", "id": "thought-1"' in chat.toasts()[-1]


def test_what_was_typed_is_there_when_the_thought_is_opened_again(chat: Chat) -> None:
    text = chat.page.get_by_role("textbox", name=EDIT["title"])

    def opened(expected: str, **changed: str) -> None:
        tell(chat.page, fullstopEdit=EDIT | {"text": "given"} | changed)
        expect(text).to_have_value(expected)

    chat.ask("answer")
    opened("given")
    chat.page.keyboard.type(", typed")
    chat.page.keyboard.press("Escape")
    expect(text).to_have_count(0)
    opened("another", id="thought-2", text="another")
    chat.page.get_by_role("button", name=EDIT["cancel"]).click()
    opened("given, typed")
    chat.page.keyboard.press("Control+z")
    expect(text).to_have_value("given")
    chat.page.keyboard.press("Control+Shift+z")
    chat.page.keyboard.press("Control+Enter")
    chat.wait_text("given, typed")
    opened("given, typed")  # by itself: the app could not take it
    chat.page.keyboard.press("Control+Enter")
    expect(text).to_have_count(0)
    chat.press("Edit the thought")
    chat.wait_text("pressed edit")
    opened("given")  # it is another version's now
    chat.page.keyboard.type(", more")
    chat.page.keyboard.press("Escape")
    expect(text).to_have_count(0)
    opened("given, and it goes on", text="given, and it goes on")


def test_the_focus_returns_to_the_button_that_opened_the_editor(chat: Chat) -> None:
    chat.ask("answer")
    button = receipt(chat.page).get_by_role("button", name="Edit the thought")
    button.click()
    tell(chat.page, fullstopEdit=EDIT)
    expect(chat.page.get_by_role("dialog")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    tell(chat.page, fullstopEdit=EDIT)
    chat.page.get_by_role("button", name=EDIT["save"]).click()
    expect(chat.page.locator("#chat-input")).to_be_focused()


# The context gauge


@SCREENS
def test_the_gauge_tells_how_full_the_window_is(chat: Chat, viewport: ViewportSize) -> None:
    tell(chat.page, fullstopMeter={"used": 740, "window": 1000, "text": "Context: empty"})
    expect(chat.page.get_by_role("meter")).to_have_count(0)  # nothing has been said yet
    chat.ask("answer")
    for used, level in ((740, "low"), (750, "high"), (900, "full"), (1200, "full")):
        words = f"Context: {used} of 1000 tokens"
        tell(chat.page, fullstopMeter={"used": used, "window": 1000, "text": words})
        meter = chat.page.get_by_role("meter", name=words)
        expect(meter).to_have_attribute("aria-valuenow", str(min(used, 1000)))
        expect(meter).to_have_attribute("aria-valuemax", "1000")
        expect(meter).to_have_attribute("data-level", level)
    assert box(meter)[3] <= box(composer(chat.page))[3]
    expect(chat.page.get_by_text(words)).not_to_be_visible()
    press = meter.tap if viewport == PHONE else meter.click
    press()
    expect(chat.page.get_by_text(words)).to_be_visible()
    tell(chat.page, fullstopMeter=None)
    expect(meter).to_have_count(0)


def test_the_gauge_waits_for_the_first_message(chat: Chat) -> None:
    chat.page.evaluate("""() => {
      window.postMessage({fullstopMeter: {used: 1, window: 4, text: 'Context: 1 of 4 tokens'}}, window.location.origin);
      const first = document.createElement('div');
      first.dataset.stepType = 'user_message';
      setTimeout(() => document.body.append(first), 400);
    }""")
    expect(chat.page.get_by_role("meter")).to_be_visible()


# The receipt


@SCREENS
def test_the_receipt_has_its_buttons_beside_it_or_below(chat: Chat, viewport: ViewportSize) -> None:
    chat.ask("answer")
    line = receipt(chat.page).get_by_role("article")
    buttons = receipt(chat.page).get_by_role("button")
    expect(buttons).to_have_count(7)
    expect(line).to_have_css("font-size", "13px")
    expect(receipt(chat.page).locator("svg.lucide-check")).to_be_visible()
    tops = {box(button)[1] for button in buttons.all()}
    assert len(tops) == 1
    assert (tops.pop() >= box(line)[3]) is (viewport == PHONE)
    for name in ("Edit the thought", "New answer", "Details", "Previous version", "2/3", "Next version"):
        expect(receipt(chat.page).get_by_role("button", name=name, exact=True)).to_be_visible()
    expect(receipt(chat.page).get_by_role("button", name="Details")).to_have_css("font-size", "0px")
    expect(receipt(chat.page).get_by_role("button", name="2/3")).to_have_css("font-size", "13px")


def test_an_ending_that_asks_for_something_is_clearer(chat: Chat) -> None:
    chat.ask("answer")
    quiet = receipt(chat.page).get_by_role("article")
    grey = quiet.evaluate("line => getComputedStyle(line).color")
    chat.send("loop details")
    chat.wait_idle()
    expect(receipt(chat.page).get_by_role("button", name="Continue")).to_have_css("border-top-width", "1px")
    expect(receipt(chat.page).get_by_role("article").first).not_to_have_css("color", grey)
    expect(receipt(chat.page).locator("table")).to_have_css("color", grey)
    receipt(chat.page).get_by_role("button", name="Try again").click()
    chat.wait_text("pressed retry")


def test_the_versions_number_tells_what_it_is_and_cannot_be_pressed(chat: Chat) -> None:
    chat.ask("answer")
    tell(chat.page, fullstopTips={"place": "Version shown / all versions"})
    place = receipt(chat.page).get_by_role("button", name="Version shown / all versions: 2/3", exact=True)
    expect(place).to_have_attribute("aria-disabled", "true")
    receipt(chat.page).get_by_role("button", name="Previous version").focus()
    chat.page.keyboard.press("Tab")
    expect(receipt(chat.page).get_by_role("button", name="Next version")).to_be_focused()
    place.click(force=True)
    chat.press("Details")
    chat.wait_text("pressed details")
    assert chat.toasts() == ["pressed details"]


def test_the_copy_button_beside_the_receipt_copies_the_answer(chat: Chat) -> None:
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask("answer")
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


# All of them


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_in_both_themes(chat: Chat, theme: str) -> None:
    page = chat.page
    page.evaluate("theme => document.documentElement.classList.replace('light', theme)", theme)
    chat.ask("answer details")
    think(chat)
    tell(page, fullstopPill=PILL | {"hint": HINT})
    expect(page.get_by_text(HINT)).to_be_visible()
    articles = page.locator("[data-step-type=assistant_message]:has(table)")
    read = [articles.get_by_role("article"), articles.locator("td").first, pill(page), page.get_by_text(HINT)]
    tell(page, fullstopEdit=EDIT)
    expect(page.get_by_role("dialog")).to_be_visible()
    read += [page.get_by_role("textbox", name=EDIT["title"]), page.get_by_text(EDIT["note"])]
    read += [page.get_by_role("button", name=EDIT["cancel"])]
    for text in read:
        assert text.evaluate(CONTRAST) >= 4.5, text
    page.keyboard.press("Escape")
    chat.stop()


def test_what_the_app_says_to_the_page_is_not_sent_back_to_it(chat: Chat) -> None:
    tell(chat.page, fullstopMeter=None)
    tell(chat.page, fullstopProfile="DASD-4B-Thinking")
    tell(chat.page, other="for the app")
    chat.wait_text("for the app")
    assert chat.toasts() == ['{"other": "for the app"}']


def test_another_page_cannot_press_our_buttons(chat: Chat) -> None:
    chat.page.evaluate("document.body.append(document.createElement('iframe'))")
    for said in ("{fullstopDo: 'edit_thought', text: 'of another'}", "{other: 'from within'}"):
        chat.page.frames[1].evaluate(f"window.parent.postMessage({said}, '*')")
    chat.wait_text("from within")
    assert chat.toasts() == ['{"other": "from within"}']


# What is typed


def field(chat: Chat) -> Locator:
    return chat.page.locator("#chat-input")


def first_words(chat: Chat) -> None:
    """The app speaks before the person does: Chainlit makes its composer anew."""
    tell(chat.page, speak="Good morning")
    expect(receipt(chat.page)).to_contain_text("Good morning")


def test_what_is_typed_stays_when_enter_does_not_send_it(chat: Chat) -> None:
    field(chat).fill("Two and two")
    chat.page.evaluate("""() => document.addEventListener('keydown', event => {
      event.preventDefault();
      event.stopPropagation();
    }, {capture: true, once: true})""")  # as without a connection
    chat.page.keyboard.press("Enter")
    first_words(chat)
    expect(field(chat)).to_have_value("Two and two")
    expect(field(chat)).to_be_focused()


def test_what_is_typed_stays_when_no_new_chat_is_begun_after_all(chat: Chat) -> None:
    field(chat).fill("Two and two")
    chat.page.locator("#new-chat-button").click()
    expect(chat.page.locator("#new-chat-dialog")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator("#new-chat-dialog")).to_have_count(0)
    first_words(chat)
    expect(field(chat)).to_have_value("Two and two")


def test_a_new_chat_begins_with_nothing_typed(chat: Chat) -> None:
    first_words(chat)
    field(chat).fill("Two and two")
    chat.page.locator("#new-chat-button").click()
    chat.page.locator("#new-chat-dialog #confirm").click()
    expect(chat.page.locator("#welcome-screen")).to_be_visible()
    expect(field(chat)).to_have_value("")


def test_what_is_sent_is_not_typed_again(chat: Chat) -> None:
    chat.send("think **two**\nand  two")
    expect(chat.page.locator("#stop-button")).to_be_visible()
    expect(field(chat)).to_have_value("")
    chat.stop()


# The thought, when it goes on


def test_a_thought_that_goes_on_opens_and_folds_again(chat: Chat) -> None:
    chat.ask("loop")
    title = chat.page.locator('[data-step-type=tool] button[id^="step-"]')
    expect(title).to_have_attribute("aria-expanded", "false")
    chat.press("Continue")
    expect(title).to_have_class(re.compile("loading-shimmer"))
    expect(title).to_have_attribute("aria-expanded", "true")
    expect(title).to_have_attribute("aria-expanded", "false")
    expect(chat.page.locator("#stop-button")).to_have_count(0)


def test_a_thought_that_goes_on_stays_as_the_person_has_left_it(chat: Chat) -> None:
    chat.ask("loop")
    title = chat.page.locator('[data-step-type=tool] button[id^="step-"]')
    expect(title).to_have_attribute("aria-expanded", "false")
    title.click()
    chat.press("Continue")
    expect(title).to_have_class(re.compile("loading-shimmer"))
    expect(title).not_to_have_class(re.compile("loading-shimmer"))
    expect(title).to_have_attribute("aria-expanded", "true")

"""What Fullstop adds to Chainlit's page: the button over a thought, the context gauge, and what they have in common."""

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.driver import Chat
from tests.browser.widgets import CONTRAST, EDIT, HINT, PILL, PILL_ZH, SCREENS, app, box, composer, pill, post, think
from tests.sentences import sentence

__all__ = ["app"]


# The pill


@pytest.mark.parametrize(("locale", "viewport", "shown"), [("en-US", DESKTOP, PILL), ("zh-CN", PHONE, PILL_ZH)])
def test_the_pill_stands_above_the_composer_asks_the_app_once_and_has_room_for_a_hint(
    chat: Chat, shown: dict[str, str], viewport: ViewportSize
) -> None:
    think(chat, "long")
    post(chat.page, fullstopPill=shown)
    button = chat.page.get_by_role("button", name=shown["label"], exact=True)
    left, _, right, bottom = box(button)
    assert bottom <= box(composer(chat.page))[1]
    assert (left + right) / 2 == pytest.approx(viewport["width"] / 2, abs=1)
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click(force=True)
    chat.wait_text("fullstopDo")
    post(chat.page, fullstopPill=shown)
    expect(button).to_have_attribute("aria-busy", "false")
    assert chat.toasts() == ['{"fullstopDo": "answer_now"}']
    expect(chat.page.get_by_text(HINT)).to_have_count(0)
    post(chat.page, fullstopPill=shown | {"hint": HINT})
    expect(chat.page.get_by_role("status").get_by_text(HINT)).to_be_visible()
    covers_nothing(chat)
    post(chat.page, fullstopPill=None)
    expect(button).to_have_count(0)
    chat.stop()


def covers_nothing(chat: Chat) -> None:
    """Assert that the pill covers no text that cannot be scrolled free."""
    text = chat.page.locator("[data-step-type=tool] .message-content").last
    text.evaluate("""text => {
      const scrolled = text.closest('.overflow-y-auto');
      scrolled.scrollTop = scrolled.scrollHeight;
    }""")
    left, top, right, _ = box(chat.page.locator(".fullstop-pill"))
    assert box(text)[3] <= top
    assert left >= box(composer(chat.page))[0]
    assert right <= box(composer(chat.page))[2]


def test_the_keyboard_reaches_the_pill_and_comes_back_and_the_pill_goes_with_its_turn(chat: Chat) -> None:
    think(chat)
    post(chat.page, fullstopPill=PILL)
    expect(pill(chat.page)).to_be_visible()
    chat.page.locator("#stop-button").focus()
    chat.page.keyboard.press("Tab")
    expect(pill(chat.page)).to_be_focused()
    chat.page.keyboard.press("Enter")
    chat.wait_text("answer_now")
    expect(pill(chat.page)).to_be_focused()
    post(chat.page, fullstopPill=None)
    expect(chat.page.locator("#chat-input")).to_be_focused()
    post(chat.page, fullstopPill=PILL)
    expect(pill(chat.page)).to_be_visible()
    chat.stop()
    expect(pill(chat.page)).to_have_count(0)


def test_the_pill_and_the_gauge_go_with_their_chat(chat: Chat) -> None:
    think(chat)
    post(chat.page, fullstopPill=PILL)
    post(chat.page, fullstopMeter={"used": 1, "window": 4, "text": sentence("context.gauge", used=1, window=4)})
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


# The context gauge


@SCREENS
def test_the_gauge_tells_how_full_the_window_is(chat: Chat, viewport: ViewportSize) -> None:
    post(chat.page, fullstopMeter={"used": 740, "window": 1000, "text": "Context: empty"})
    expect(chat.page.get_by_role("meter")).to_have_count(0)  # nothing has been said yet
    chat.ask("answer")
    for used, level in ((740, "low"), (750, "high"), (900, "full"), (1200, "full")):
        words = sentence("context.gauge", used=used, window=1000)
        post(chat.page, fullstopMeter={"used": used, "window": 1000, "text": words})
        meter = chat.page.get_by_role("meter", name=words)
        expect(meter).to_have_attribute("aria-valuenow", str(min(used, 1000)))
        expect(meter).to_have_attribute("aria-valuemax", "1000")
        expect(meter).to_have_attribute("data-level", level)
    assert box(meter)[3] <= box(composer(chat.page))[3]
    expect(chat.page.get_by_text(words)).not_to_be_visible()
    press = meter.tap if viewport == PHONE else meter.click
    press()
    expect(chat.page.get_by_text(words)).to_be_visible()
    post(chat.page, fullstopMeter=None)
    expect(meter).to_have_count(0)


# All of them


def test_every_text_can_be_read_in_both_themes(chat: Chat) -> None:
    page = chat.page
    chat.ask("answer details")
    think(chat)
    post(page, fullstopPill=PILL | {"hint": HINT})
    expect(page.get_by_text(HINT)).to_be_visible()
    articles = page.locator("[data-step-type=assistant_message]:has(table)")
    read = [articles.get_by_role("article"), articles.locator("td").first, pill(page), page.get_by_text(HINT)]
    post(page, fullstopEdit=EDIT)
    expect(page.get_by_role("dialog")).to_be_visible()
    read += [page.get_by_role("textbox", name=EDIT["title"]), page.get_by_text(EDIT["note"])]
    read += [page.get_by_role("button", name=EDIT["cancel"])]
    for theme, other in (("light", "dark"), ("dark", "light")):
        page.evaluate("([theme, other]) => document.documentElement.classList.replace(other, theme)", [theme, other])
        assert page.evaluate("theme => document.documentElement.classList.contains(theme)", theme)
        for text in read:
            chat.wait_for(lambda _, text=text: text.evaluate(CONTRAST) >= 4.5)  # colours may change slowly
    page.keyboard.press("Escape")
    chat.stop()


def test_the_page_says_nothing_back_hears_no_other_page_and_shows_the_gauge_with_the_first_message(chat: Chat) -> None:
    post(chat.page, fullstopMeter=None)
    post(chat.page, fullstopProfile="DASD-4B-Thinking")
    post(chat.page, other="for the app")
    chat.wait_text("for the app")
    chat.page.evaluate("document.body.append(document.createElement('iframe'))")
    for said in ("{fullstopDo: 'edit_thought', text: 'of another'}", "{other: 'from within'}"):
        chat.page.frames[1].evaluate(f"window.parent.postMessage({said}, '*')")
    chat.wait_text("from within")
    assert chat.toasts() == ['{"other": "for the app"}', '{"other": "from within"}']
    chat.page.evaluate("""() => {
      window.postMessage({fullstopMeter: {used: 1, window: 4, text: 'Context: 1 of 4 tokens'}}, window.location.origin);
      const first = document.createElement('div');
      first.dataset.stepType = 'user_message';
      setTimeout(() => document.body.append(first), 400);
    }""")
    expect(chat.page.get_by_role("meter")).to_be_visible()

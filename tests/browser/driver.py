"""The page as a person uses it: send, stop, read the thought, the answer and the ending."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.turn import Block, Turn

PATIENCE_SECONDS = 120.0  # a machine with other work is slow; a test that waits longer fails
USER = "[data-step-type=user_message]"

# Records toasts, which do not stay, and the sockets, so that a test can cut them.
INIT = """
window.fullstop = {sockets: [], toasts: []};
const seen = new WeakSet();
window.WebSocket = class extends WebSocket {
  constructor(...given) { super(...given); window.fullstop.sockets.push(this); }
};
new MutationObserver(() => {
  for (const toast of document.querySelectorAll('[data-sonner-toast]')) {
    if (seen.has(toast) || !toast.innerText.trim()) continue;
    seen.add(toast);
    window.fullstop.toasts.push(toast.innerText.trim());
  }
}).observe(document, {childList: true, subtree: true});
"""

# The blocks below the last message of the person, with the fields of `Block`.
LAST_TURN = """() => {
  const steps = [...document.querySelectorAll('[data-step-type]')];
  const last = steps.map(step => step.dataset.stepType).lastIndexOf('user_message');
  return steps.slice(last + 1).map(step => {
    const title = step.querySelector('button[id^="step-"], p[id^="step-"]');
    const content = step.querySelector('.message-content');
    return {
      kind: step.dataset.stepType,
      title: title ? title.innerText.trim() : '',
      foldable: title !== null && title.tagName === 'BUTTON',
      open: title !== null && title.getAttribute('aria-expanded') === 'true',
      running: title !== null && title.classList.contains('loading-shimmer'),
      text: content ? content.innerText.trim() : '',
      error: step.querySelector('.fill-destructive') !== null,
      buttons: [...step.querySelectorAll('button[id^="fs-"]')].map(button => button.textContent.trim()),
    };
  });
}"""

# A turn has at least one block: an answer, an error, the line why it ended. A Stop button alone proves nothing: one
# also appears while a chat opens.
IDLE = """() => {
  const steps = [...document.querySelectorAll('[data-step-type]')];
  const last = steps.map(step => step.dataset.stepType).lastIndexOf('user_message');
  const begun = last >= 0 && steps.length > last + 1;
  return begun && !document.querySelector('#stop-button, .loading-cursor, .loading-shimmer');
}"""


class Chat:
    """One person's tab. Each verb waits until the page can do it; none waits for the turn but `wait_idle`."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url

    def open(self) -> Self:
        self.page.goto(self.url)
        return self.wait_ready()

    def reload(self) -> None:
        self.page.reload()
        self.wait_ready()

    def wait_ready(self) -> Self:
        self.page.locator("#chat-input").wait_for()
        self.wait_connected()
        return self

    # One turn

    def send(self, text: str) -> None:
        asked = self.page.locator(USER).count()
        self.page.locator("#chat-input").fill(text)
        self.page.locator("#chat-submit").click()
        expect(self.page.locator(USER)).to_have_count(asked + 1)

    def edit_last(self, text: str) -> None:
        message = self.page.locator(USER).last
        message.hover()
        message.locator(".edit-message").dispatch_event("click")  # a toast may stand before it
        message.locator("#edit-chat-input").fill(text)
        message.locator(".confirm-edit").click()
        expect(self.page.locator("#edit-chat-input")).to_have_count(0)

    def press(self, name: str) -> None:
        """Press a button of a receipt, as "Continue"; the last one with that name."""
        self.page.locator('button[id^="fs-"]').get_by_text(name, exact=True).last.click()

    def pill(self) -> Locator:
        """Return the button that floats above the composer while a thought streams."""
        return self.page.locator(".fullstop-pill button")

    def stop(self) -> None:
        self.page.locator("#stop-button").click()

    def ask(self, text: str) -> Turn:
        """Send, and wait for the end of the turn."""
        self.send(text)
        return self.wait_idle()

    def wait_idle(self, seconds: float = PATIENCE_SECONDS) -> Turn:
        """Wait until the turn that the last verb started is over: no Stop button, no cursor, no shimmer."""
        if not self._until(IDLE, None, seconds):
            raise AssertionError(f"the turn is not over after {seconds} s: {self.turn()}")
        return self.turn()

    def wait_for(self, matches: Callable[[Turn], object], seconds: float = PATIENCE_SECONDS) -> Turn:
        """Wait until the turn matches; it may still be running."""
        for pause_ms in _pauses(seconds):
            if matches(turn := self.turn()):
                return turn
            self.page.wait_for_timeout(pause_ms)
        raise AssertionError(f"not so after {seconds} s: {self.turn()}")

    # What the page shows

    def turn(self) -> Turn:
        return Turn(tuple(Block(**block) for block in self.page.evaluate(LAST_TURN)))

    def thought_text(self) -> str:
        """Return the text of the thought, empty while it is folded: the page does not contain it then."""
        return self.turn().thoughts[-1].text

    def thought_is_open(self) -> bool:
        return self.turn().thoughts[-1].open

    def toggle_thought(self) -> None:
        opened = self.thought_is_open()
        self.page.locator('[data-step-type=tool] button[id^="step-"]').last.click()
        self.wait_for(lambda turn: turn.thoughts[-1].open is not opened)

    def answer_text(self) -> str:
        return self.turn().answer

    def ending_line(self) -> str:
        return self.turn().ending

    def asked(self) -> list[str]:
        """Return what the person has sent, as the page shows it."""
        return self.page.locator(f"{USER} .message-content").all_inner_texts()

    def wait_text(self, text: str) -> None:
        """Wait until the text appears anywhere on the page."""
        self.page.get_by_text(text).first.wait_for()

    def everything(self) -> str:
        """Return all text on the page."""
        return self.page.locator("body").inner_text()

    def toasts(self) -> list[str]:
        """Return all toasts since the page was loaded, oldest first."""
        return [str(text) for text in self.page.evaluate("window.fullstop.toasts")]

    def wait_toast(self, text: str) -> None:
        """Wait until a toast with that text has come up."""
        assert self._until("text => window.fullstop.toasts.some(toast => toast.includes(text))", text), self.toasts()

    def is_running(self) -> bool:
        return self.page.locator("#stop-button").count() > 0

    # Settings and mode

    def pick_mode(self, name: str) -> None:
        """Pick a mode by the name that the picker shows."""
        self.page.locator("#mode-picker-trigger-mode").click()
        popover = self.page.locator("#mode-picker-popover-mode")
        popover.get_by_text(name, exact=True).click()
        popover.wait_for(state="detached")

    def mode(self) -> str:
        return self.page.locator("#mode-picker-trigger-mode").inner_text().strip()

    def open_settings(self, tab: str | None = None) -> None:
        self.page.locator("#chat-settings-open-modal, #chat-settings-header-button").click()
        self._settings().wait_for()
        if tab:
            self._settings().get_by_role("tab", name=tab).click()

    def set_field(self, name: str, value: str | float | bool) -> None:
        """Fill in a field by the widget's id; of a select, choose the label that it shows."""
        field = self._field(name)
        match field.evaluate("field => field.getAttribute('role') || field.tagName"):
            case "switch" | "checkbox":
                field.set_checked(bool(value))
            case "combobox":
                field.click()
                option = self.page.get_by_role("option", name=str(value), exact=True)
                option.press("Enter")  # a click goes astray while a long list scrolls to what is chosen
                option.wait_for(state="detached")
            case "radio":
                field.click()
            case "INPUT" | "TEXTAREA":
                field.fill(str(value))
            case _:
                _slide(field.get_by_role("slider"), float(value))

    def field(self, name: str) -> str:
        """Return what a field shows: its text, its choice, or whether it is on."""
        shown = """field => field.getAttribute('aria-checked')
                   ?? (field.matches('input, textarea') ? field.value : field.innerText)"""
        return str(self._field(name).evaluate(shown))

    def change(self, **fields: str | float | bool) -> None:
        """Open the panel, fill in the fields and confirm."""
        self.open_settings()
        for name, value in fields.items():
            self.set_field(name, value)
        self.confirm()

    def confirm(self) -> None:
        """Confirm the panel, and wait for the app's reply."""
        before = len(self.toasts())
        self._settings().locator("#confirm").click()
        self._settings().wait_for(state="detached")
        assert self._until("before => window.fullstop.toasts.length > before", before), "no toast about the settings"

    def _settings(self) -> Locator:
        return self.page.locator("#chat-settings, #chat-settings-sidebar-content, [role=dialog]:has(#confirm)").first

    def _field(self, name: str) -> Locator:
        return self._settings().locator(f'[id="{name}"]')

    # The connection

    def drop_socket(self) -> None:
        """Cut the connection, as a changing network does; the page makes a new one by itself."""
        self.page.evaluate("window.fullstop.sockets.splice(0).forEach(socket => socket.close())")

    def wait_connected(self) -> None:
        assert self._until("() => window.fullstop.sockets.some(socket => socket.readyState === WebSocket.OPEN)")

    def _until(self, script: str, argument: object = None, seconds: float = PATIENCE_SECONDS) -> bool:
        """Poll the page; Playwright's own waiting needs `eval`, which the page's policy forbids."""
        for pause_ms in _pauses(seconds):
            if self.page.evaluate(script, argument):
                return True
            self.page.wait_for_timeout(pause_ms)
        return False

    def screenshot(self, path: Path | str, *, full_page: bool = False) -> None:
        self.page.screenshot(path=path, full_page=full_page, animations="disabled")


def _pauses(seconds: float) -> Iterator[int]:
    """Yield pauses in milliseconds, short ones first: to ask often costs more than the answer is worth."""
    slept_ms = 0
    while slept_ms < seconds * 1000:
        pause_ms = min(20 + slept_ms // 10, 100)
        yield pause_ms
        slept_ms += pause_ms


def _slide(thumb: Locator, value: float) -> None:
    """Move a slider by the arrow keys, as its track is too coarse for a click."""
    for _ in range(1000):
        shown = float(thumb.get_attribute("aria-valuenow") or 0)
        if abs(shown - value) < 1e-6:
            return
        thumb.press("ArrowRight" if shown < value else "ArrowLeft")
    raise AssertionError(f"the slider does not reach {value}; it is at {shown}")

"""The page in a browser: one question in a new tab, with the times at which the page shows the answer."""

import math
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from bench.model import END
from tests.browser.driver import INIT, Chat

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No other host can be reached, so nothing waits for one.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")

Sight = Literal["said", "idle"]

# `said`: the answer's last text is on the page; `idle`: the Stop button has appeared and disappeared.
WATCH = f"""
let busy = false, said = false;
new MutationObserver(() => {{
  const stop = document.getElementById('stop-button') !== null;
  if (busy && !stop) window.seen('idle', Date.now());
  busy = stop;
  const answer = [...document.querySelectorAll('[data-step-type="assistant_message"]')].at(-1);
  if (!said && (said = answer?.textContent.includes('{END}'))) window.seen('said', Date.now());
}}).observe(document, {{childList: true, characterData: true, subtree: true}});
"""


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield a running Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit(f"This part needs Chromium: none of {', '.join(BROWSERS)} is on the PATH.")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, args=ARGUMENTS)


def wait_until_seen(browser: Browser, url: str, text: str, sight: Sight, seconds: float) -> float:
    """Ask, and return the time at which the page shows `sight`; infinity if it does not within `seconds`."""
    seen: dict[Sight, int] = {}
    with browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800}) as context:
        context.expose_function("seen", lambda what, at: seen.setdefault(what, at))
        context.add_init_script(INIT + WATCH)
        page = context.new_page()
        Chat(page, url).open().send(text)
        by = time.monotonic() + seconds
        while sight not in seen and time.monotonic() < by:
            page.wait_for_timeout(100)
    return seen.get(sight, math.inf) / 1000

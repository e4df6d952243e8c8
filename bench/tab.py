"""The page in a browser: asks once in a fresh tab, and notes to the millisecond when it had shown what."""

import math
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from bench.model import END
from tests.browser.driver import INIT, Chat

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No other host is there, so that nobody waits for one.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")

Sight = Literal["said", "idle"]

# `said`: the answer's last text is on the page; `idle`: the Stop button has come and gone.
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
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise SystemExit(f"This part needs Chromium: none of {', '.join(BROWSERS)} is on the PATH.")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, args=ARGUMENTS)


def seen_at(browser: Browser, url: str, text: str, sight: Sight, seconds: float) -> float:
    """When the page showed it, or infinity when it has not within so many seconds."""
    seen: dict[Sight, int] = {}
    with browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800}) as context:
        context.expose_function("seen", lambda what, at: seen.setdefault(what, at))
        context.add_init_script(INIT + WATCH)
        page = context.new_page()
        Chat(page, url).open().send(text)
        by = time.monotonic() + seconds
        while sight not in seen and time.monotonic() < by:
            page.wait_for_timeout(100)
    return seen[sight] / 1000 if sight in seen else math.inf

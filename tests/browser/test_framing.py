"""A page of another origin can neither frame the chat nor talk to it, unless the owner allows it."""

import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import StartApp
from tests.browser.running_app import RunningApp

REACHES = """async (url) => {
  const reached = [];
  for (const [name, ask] of Object.entries({
    read: () => fetch(url + '/project/settings').then((got) => got.text()),
    press: () => fetch(url + '/project/action', { method: 'POST', body: '{}' }).then((got) => got.text()),
    socket: () => new Promise((open, refused) => {
      const socket = new WebSocket(url.replace('http', 'ws') + '/ws/socket.io/?EIO=4&transport=websocket');
      socket.onopen = open;
      socket.onerror = refused;
    })
  })) await ask().then(() => reached.push(name), () => {});
  return reached;
}"""


class _Portal(http.server.BaseHTTPRequestHandler):
    """A page that frames the address in its query."""

    def do_GET(self) -> None:
        framed = self.path.partition("?")[2]
        body = f"<!doctype html><title>portal</title><iframe name=chat src='{framed}'></iframe>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[str]:
    """Yield the origin of another page on the same host, which browsers call the same site."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Portal)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def frames_the_chat(page: Page, portal: str, app: RunningApp) -> bool:
    """True if the portal's frame holds the chat."""
    page.goto(f"{portal}/?{app.url}/")
    frame = page.frame("chat")
    assert frame is not None
    frame.wait_for_load_state()
    return frame.url.startswith(app.url) and frame.locator("#root").count() == 1


def test_another_page_neither_frames_nor_reaches_the_chat(
    page: Page, app: RunningApp, portal: str, complaints: list[str]
) -> None:
    assert not frames_the_chat(page, portal, app)
    assert page.evaluate(REACHES, app.url) == []
    complaints.clear()


def test_a_portal_that_the_owner_names_may_frame_it(
    page: Page, start_app: StartApp, portal: str, complaints: list[str]
) -> None:
    with start_app(FULLSTOP_EMBED_IN=portal) as app:
        assert frames_the_chat(page, portal, app)
        assert page.evaluate(REACHES, app.url) == []
        page.goto("about:blank")  # before its app is gone
    complaints.clear()

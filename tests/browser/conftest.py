"""The page under test: a scripted server, the app beside it, and a browser that connects to no other host."""

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from tests.browser.driver import INIT, PATIENCE_SECONDS, Chat
from tests.browser.running_app import ROOT, RunningApp, copy_of_the_house, running_app
from tests.scripted_server import ScriptedServer

DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)
LOCAL = ("127.0.0.1", "localhost")
# Files whose tests share an app that is not the usual one: a worker starts it once.
OWN_APP = {
    "test_embedded": "embedded",
    "test_watch": "watch",
    **dict.fromkeys(("test_widgets", "test_editor", "test_receipt_buttons"), "widgets"),
}
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

FORGET = """() => {
  if (location.protocol.startsWith('http')) for (const store of [sessionStorage, localStorage]) store.clear();
}"""

OpenPage = Callable[[str, ViewportSize], Page]
Person = Callable[[str, ViewportSize], BrowserContext]
StartApp = Callable[..., AbstractContextManager[RunningApp]]
failed = pytest.StashKey[bool]()
expect.set_options(timeout=PATIENCE_SECONDS * 1000)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the page, and keep those together that share an app of their own; these begin first."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.page)
            if item.path.stem in OWN_APP:
                item.add_marker(pytest.mark.xdist_group(OWN_APP[item.path.stem]))
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[failed] = item.stash.get(failed, False) or report.failed
    return report


@pytest.fixture(scope="session")
def scripted_server() -> Iterator[ScriptedServer]:
    with ScriptedServer(model="Alibaba-Apsara/DASD-4B-Thinking") as server:
        yield server


@pytest.fixture(autouse=True)
def server(scripted_server: ScriptedServer) -> Iterator[ScriptedServer]:
    """Yield the scripted server, reset before and after the test."""
    scripted_server.reset()
    yield scripted_server
    scripted_server.reset()


@pytest.fixture(scope="session")
def app(scripted_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Start the app once; a test that edits its files or its environment uses `start_app`."""
    root = copy_of_the_house(tmp_path_factory.mktemp("app") / "house")
    with running_app(root, scripted_server.base_url) as app:
        yield app


@pytest.fixture(scope="session")
def widgets_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Start another app in a copy of the house: no model, each turn looks as the message says."""
    root = copy_of_the_house(tmp_path_factory.mktemp("widgets") / "house")
    shutil.copy(ROOT / "tests" / "browser" / "widgets_app.py", root / "app.py")
    with running_app(root, "http://127.0.0.1:9/v1") as app:
        yield app


@pytest.fixture
def start_app(scripted_server: ScriptedServer, tmp_path: Path) -> StartApp:
    """Return a function that starts an app of its own: `with start_app("--watch", FULLSTOP_PROFILE="deep") as app:`."""
    root = copy_of_the_house(tmp_path / "house")
    return partial(running_app, root, scripted_server.base_url)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Chromium, for this package only: Playwright keeps a loop running, so pytest-asyncio cannot start one."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail(f"the tests of the page need Chromium: none of {', '.join(BROWSERS)} is on the PATH", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def person(browser: Browser) -> Person:
    """Start one browser profile for each language and screen. Tabs are new; the browser's cache stays."""
    known: dict[tuple[str, int], BrowserContext] = {}

    def person(locale: str, viewport: ViewportSize) -> BrowserContext:
        phone = viewport["width"] < 600
        if (locale, viewport["width"]) not in known:
            context = browser.new_context(locale=locale, viewport=viewport, is_mobile=phone, has_touch=phone)
            context.add_init_script(INIT)
            context.set_default_timeout(PATIENCE_SECONDS * 1000)
            known[locale, viewport["width"]] = context
        return known[locale, viewport["width"]]

    return person


@pytest.fixture
def locale() -> str:
    """Return the choice of `@pytest.mark.parametrize("locale", ["zh-CN"])`."""
    return "en-US"


@pytest.fixture
def viewport() -> ViewportSize:
    """Return the choice of `@pytest.mark.parametrize("viewport", [PHONE])`."""
    return DESKTOP


@dataclass
class Overheard:
    """What the tabs of a test did that they must not do."""

    abroad: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def attend(self, page: Page) -> Page:
        page.on("request", lambda asked: self.abroad.append(asked.url) if is_abroad(asked.url) else None)
        page.on("websocket", lambda socket: self.abroad.append(socket.url) if is_abroad(socket.url) else None)
        page.on("console", lambda said: self.complaints.append(complaint(said)) if is_complaint(said) else None)
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        return page


@pytest.fixture(scope="package")
def all_overheard() -> Overheard:
    return Overheard()


@pytest.fixture
def overheard(all_overheard: Overheard) -> Iterator[Overheard]:
    """Yield an empty record, and assert that it is empty at the end."""
    all_overheard.abroad.clear()
    all_overheard.complaints.clear()
    yield all_overheard
    assert not all_overheard.abroad, "the page asked other hosts"
    assert not all_overheard.complaints, "the browser's console complained"


@pytest.fixture
def complaints(overheard: Overheard) -> list[str]:
    """Collect what the browser's console complains of. The test fails if it is not empty at the end."""
    return overheard.complaints


@pytest.fixture
def open_page(person: Person, overheard: Overheard, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Yield what opens new tabs, and close them at the end."""
    pages: list[Page] = []

    def open_page(locale: str = "en-US", viewport: ViewportSize = DESKTOP) -> Page:
        pages.append(overheard.attend(person(locale, viewport).new_page()))
        return pages[-1]

    yield open_page
    for number, page in enumerate(pages):
        if request.node.stash.get(failed, False):
            keep_for_the_reader(page, f"{request.node.name}-{number}")
        page.close()


@pytest.fixture(scope="package")
def idle_tabs(browser: Browser) -> dict[tuple[str, int], Page]:
    """Return the empty tabs of former tests: to use one again costs half of a new one."""
    assert browser.is_connected()
    return {}


@pytest.fixture
def page(
    person: Person,
    overheard: Overheard,
    idle_tabs: dict[tuple[str, int], Page],
    locale: str,
    viewport: ViewportSize,
    request: pytest.FixtureRequest,
) -> Iterator[Page]:
    """Yield a tab that remembers nothing, though a former test may have used it."""
    kind = (locale, viewport["width"])
    page = idle_tabs.pop(kind, None) or overheard.attend(person(locale, viewport).new_page())
    yield page
    if request.node.stash.get(failed, False):
        keep_for_the_reader(page, request.node.name)
        page.close()
    elif not page.is_closed():
        page.evaluate(FORGET)
        page.goto("about:blank")
        idle_tabs[kind] = page


def is_abroad(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOCAL


def is_complaint(said: ConsoleMessage) -> bool:
    """True for an error, unless it is that of a page whose app has ended: the page may outlive it by a moment."""
    return said.type == "error" and not ("ERR_CONNECTION_REFUSED" in said.text and "/ws/" in said.location["url"])


def complaint(said: ConsoleMessage) -> str:
    return f"{said.text} [{unquote(said.location['url'])}]"


def keep_for_the_reader(page: Page, name: str) -> None:
    folder = ROOT / ".cache" / "failed-pages"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name.replace('/', '_')}.png")


@pytest.fixture
def chat(page: Page, app: RunningApp, request: pytest.FixtureRequest) -> Iterator[Chat]:
    """Open the chat and wait until it is connected. If the test fails, the app's log is in the report."""
    before = len(app.output())
    try:
        yield Chat(page, app.url).open()
    finally:
        request.node.add_report_section("call", "app", app.output()[before:])

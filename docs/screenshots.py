"""Makes docs/img: the real page in a real browser, talking to a scripted server. Run `make screenshots`."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.page.conftest import ARGUMENTS, BROWSERS, DESKTOP, PHONE
from tests.page.driver import INIT, Chat
from tests.page.running_app import copy_of_the_house, running_app
from tests.scripted_server import Hang, Model, ScriptedServer
from tests.scripted_server.demos import ANSWER, ANSWER_ZH, THOUGHT, THOUGHT_ZH

IMAGES = Path(__file__).parent / "img"
QUESTION = "What is the sum of the first n odd numbers?"
QUESTION_ZH = "前 n 个奇数之和是多少？"
QUICK, SLOW = 100, 40  # tokens a second
WIDE = ViewportSize(width=1100, height=1000)


def thinking(chat: Chat, server: ScriptedServer) -> None:
    server.play(Model(THOUGHT, ANSWER, SLOW))
    chat.send(QUESTION)
    chat.wait_for(lambda turn: turn.thoughts and "square" in turn.thoughts[-1].text)


def answered(chat: Chat, server: ScriptedServer) -> None:
    server.play(Model(THOUGHT, ANSWER, QUICK))
    chat.ask(QUESTION)


def think_only(chat: Chat, server: ScriptedServer) -> None:
    server.play(Model(THOUGHT, ANSWER, QUICK))
    chat.ask(f"[MODE:THINK_ONLY] {QUESTION}")
    chat.toggle_thought()


def timeout(chat: Chat, server: ScriptedServer) -> None:
    chat.open_settings()
    chat.set_field("idle", "2s")
    chat.confirm()
    chat.page.locator("[data-sonner-toast]").wait_for(state="detached")
    script = Model(THOUGHT, ANSWER, QUICK)({})
    server.play([*script[: len(script) * 2 // 3], Hang()])
    chat.ask(QUESTION)


def settings(chat: Chat, _: ScriptedServer) -> None:
    chat.open_settings()
    chat.page.wait_for_timeout(500)


def chinese(chat: Chat, server: ScriptedServer) -> None:
    server.play(Model(THOUGHT_ZH, ANSWER_ZH, QUICK))
    chat.ask(QUESTION_ZH)
    chat.toggle_thought()


Scene = Callable[[Chat, ScriptedServer], None]
SCENES: dict[str, tuple[Scene, str, ViewportSize]] = {
    "thinking": (thinking, "en-US", DESKTOP),
    "answered": (answered, "en-US", WIDE),
    "think-only": (think_only, "en-US", DESKTOP),
    "timeout": (timeout, "en-US", DESKTOP),
    "settings": (settings, "en-US", DESKTOP),
    "chinese": (chinese, "zh-CN", WIDE),
    "phone": (answered, "en-US", PHONE),
    "phone-chinese": (chinese, "zh-CN", PHONE),
    "phone-settings": (settings, "zh-CN", PHONE),
}


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    root = copy_of_the_house(Path(tempfile.mkdtemp()) / "house")
    with (
        ScriptedServer(model="Alibaba-Apsara/DASD-4B-Thinking") as server,
        running_app(root, server.base_url) as app,
        browser() as opened,
    ):
        for name, (scene, locale, viewport) in SCENES.items():
            server.reset()
            photograph(opened, app.url, server, name, scene, locale, viewport)
            print(f"docs/img/{name}.png")


@contextmanager
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=ARGUMENTS)


def photograph(
    opened: Browser, url: str, server: ScriptedServer, name: str, scene: Scene, locale: str, viewport: ViewportSize
) -> None:
    context = opened.new_context(locale=locale, viewport=viewport)
    context.add_init_script(INIT)
    chat = Chat(context.new_page(), url).open()
    scene(chat, server)
    chat.page.mouse.move(0, 0)
    chat.page.wait_for_timeout(700)
    chat.screenshot(IMAGES / f"{name}.png")
    context.close()


if __name__ == "__main__":
    main()

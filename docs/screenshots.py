"""The pictures in docs/img: the real page in a real browser, with a scripted server. Run `make screenshots`.

`python -m docs.screenshots endings/loop` makes only those whose names begin with that text.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from chat.words.texts import Language, say
from docs.ending_scenes import CONTEXT, ENDINGS, QUESTION, REPLY, STATES, THOUGHT, WINDOW, Scene, pill
from tests.browser.conftest import ARGUMENTS, BROWSERS, DESKTOP, PHONE
from tests.browser.driver import INIT, Chat
from tests.browser.running_app import copy_of_the_house, running_app
from tests.scripted_server import Model, ScriptedServer
from tests.scripted_server.server import Template, chat_template
from tests.scripted_server.steps import Body

IMAGES = Path(__file__).parent / "img"
LOCALES: dict[Language, str] = {"en": "en-US", "zh": "zh-CN"}
MODEL = "Alibaba-Apsara/DASD-4B-Thinking"
QUICK = 100  # tokens a second
WIDE = ViewportSize(width=1100, height=1080)
LOW_DESKTOP = ViewportSize(width=1000, height=560)
LOW_PHONE = ViewportSize(width=390, height=700)


@dataclass(frozen=True, slots=True)
class Picture:
    """One file of docs/img."""

    name: str
    scene: Scene
    lang: Language
    viewport: ViewportSize


def answer(chat: Chat, server: ScriptedServer, lang: Language) -> None:
    server.play(Model(THOUGHT[lang], REPLY[lang], QUICK))
    chat.ask(QUESTION[lang])


def open_thought(chat: Chat, server: ScriptedServer, lang: Language) -> None:
    answer(chat, server, lang)
    chat.toggle_thought()


def open_settings(chat: Chat, _: ScriptedServer, lang: Language) -> None:
    chat.open_settings()
    chat.page.get_by_text(say("settings.mode", lang), exact=True).first.wait_for()


PICTURES = [
    Picture("thinking", pill, "en", DESKTOP),
    Picture("answered", answer, "en", WIDE),
    Picture("settings", open_settings, "en", DESKTOP),
    Picture("chinese", open_thought, "zh", WIDE),
    Picture("phone", answer, "en", PHONE),
    Picture("phone-chinese", open_thought, "zh", PHONE),
    Picture("phone-settings", open_settings, "zh", PHONE),
]


MADE_MODEL = "my-lab/Thinker-8B"


def open_in_prompt(body: Body) -> str:
    """Render ChatML that writes the opening marker into the prompt."""
    return chat_template(body) + ("<think>\n" if body.get("add_generation_prompt", True) else "")


def show_findings(chat: Chat, _: ScriptedServer, lang: Language) -> None:
    chat.page.get_by_text(say("made.findings", lang)).click()
    chat.page.wait_for_timeout(300)


MADE = [Picture("made", show_findings, "en", DESKTOP), Picture("made-phone", show_findings, "zh", PHONE)]


def on_both_screens(scenes: dict[str, Scene]) -> list[Picture]:
    """Return each scene on a desktop in English, and on a phone in Chinese."""
    desktop = [Picture(f"endings/{name}-desktop", scene, "en", LOW_DESKTOP) for name, scene in scenes.items()]
    return desktop + [Picture(f"endings/{name}-phone", scene, "zh", LOW_PHONE) for name, scene in scenes.items()]


def main(beginnings: tuple[str, ...]) -> None:
    """Make the pictures whose names begin with one of these texts; without any, all of them."""
    (IMAGES / "endings").mkdir(parents=True, exist_ok=True)
    with browser() as chromium:
        for pictures, window, model, template in [
            ([*PICTURES, *on_both_screens(ENDINGS), *on_both_screens(STATES)], 32768, MODEL, chat_template),
            (on_both_screens(CONTEXT), WINDOW, MODEL, chat_template),
            (MADE, 32768, MADE_MODEL, open_in_prompt),
        ]:
            if chosen := [each for each in pictures if each.name.startswith(beginnings or "")]:
                make(chromium, chosen, window, model, template)


def make(chromium: Browser, pictures: Sequence[Picture], window: int, model: str, template: Template) -> None:
    """Make the pictures with one app and one server. `window` is the server's, in tokens."""
    root = copy_of_the_house(Path(tempfile.mkdtemp()) / "house")
    with (
        ScriptedServer(model=model, max_model_len=window) as server,
        running_app(root, server.base_url, FULLSTOP_PROFILE="") as app,
    ):
        for picture in pictures:
            server.reset()
            server.template = template
            photograph(chromium, app.url, server, picture)
            print(f"docs/img/{picture.name}.png", flush=True)


@contextmanager
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=ARGUMENTS)


def photograph(chromium: Browser, url: str, server: ScriptedServer, picture: Picture) -> None:
    phone = picture.viewport["width"] < 600
    locale = LOCALES[picture.lang]
    context = chromium.new_context(locale=locale, viewport=picture.viewport, is_mobile=phone, has_touch=phone)
    context.add_init_script(INIT)
    chat = Chat(context.new_page(), url).open()
    picture.scene(chat, server, picture.lang)
    chat.page.locator("[data-sonner-toast]").wait_for(state="detached")
    chat.page.mouse.move(0, 0)
    chat.page.wait_for_timeout(700)
    chat.screenshot(IMAGES / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main(tuple(sys.argv[1:]))

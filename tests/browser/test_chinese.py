"""A Chinese browser shows a Chinese page, with no English in it but names."""

import re

import pytest
from playwright.sync_api import ViewportSize

from chat.words.sentences import TEXTS
from tests.browser.conftest import PHONE
from tests.browser.driver import Chat
from tests.scripted_server import Content, Finish, Hold, Reasoning, Role, ScriptedServer, thought_and_answer
from tests.sentences import sentence

LETTERS = re.compile(r"[A-Za-z]{4,}")
NAMES = {"Fullstop", "vLLM", "THINK", "ONLY", "FULL", "DASD", "Thinking"}
FOR_SCREEN_READERS = {"Toggle", "theme", "Close"}  # two buttons that Chainlit names in English only, and does not show
CHINESE = "二加二是多少？"


def english(text: str) -> set[str]:
    return set(LETTERS.findall(text)) - NAMES - FOR_SCREEN_READERS


@pytest.mark.parametrize("locale", ["zh-CN"])
@pytest.mark.parametrize("viewport", [PHONE])
def test_a_chinese_browser_sees_no_english_of_ours(chat: Chat, server: ScriptedServer, viewport: ViewportSize) -> None:
    assert not english(chat.everything())
    answer = Hold()
    server.play([Role(), Reasoning("先想一想。"), answer, Content("等于四。"), Finish()])
    chat.send(CHINESE)
    chat.wait_for(lambda turn: turn.thoughts and re.fullmatch(r"思考中… [1-9]\d* 秒", turn.thoughts[0].title))
    answer.release()
    turn = chat.wait_idle()
    assert re.fullmatch(r"思考了 \d+(\.\d)? 秒 · \d 个词元", turn.thoughts[0].title)
    assert sentence("watermark", "zh") in chat.everything()
    figures = r"\d+(\.\d)? 秒 · 思考 \d，回答 \d 个词元 · 首个词元 \d+(\.\d)? 秒 · \d+(\.\d)? 词元/秒"
    assert re.fullmatch((sentence("ending.complete", "zh") + f" · {figures}"), turn.ending)
    assert not english(chat.everything())
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    chat.pick_mode(sentence("mode.THINK_ONLY", "zh"))
    server.play(thought_and_answer("先想一想。", ""))
    assert chat.ask(CHINESE).ending.startswith(sentence("ending.thought_complete", "zh"))


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_the_panel_and_the_readme_are_chinese(chat: Chat) -> None:
    assert not english(chat.everything())
    chat.open_settings()
    panel = chat.page.locator("[role=dialog]").inner_text()
    for key in [key for key in TEXTS if re.fullmatch(r"settings\.(profile|mode|system|top_p|idle|reset|display)", key)]:
        assert TEXTS[key][1] in panel
    assert not english(panel)
    chat.confirm()
    assert chat.toasts() == [sentence("settings.saved", "zh")]
    chat.page.locator("#readme-button").click()
    chat.wait_text("面向 vLLM")

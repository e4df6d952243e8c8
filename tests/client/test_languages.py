"""A Chinese browser gets Chinese, any other English; never a page in two languages."""

import json
import re
import urllib.request
from typing import Any

import pytest

from tests.browser.running_app import RunningApp
from tests.client.driver import Client
from tests.scripted_server import ScriptedServer, thought_and_answer
from tests.sentences import sentence

LETTERS = re.compile(r"[A-Za-z]{4,}")


def texts_of_the_page(app: RunningApp, locale: str) -> dict[str, Any]:
    """Return what Chainlit's part of the page says."""
    with urllib.request.urlopen(f"{app.url}/project/translations?language={locale}", timeout=60) as response:
        return dict(json.load(response)["translation"])


def texts_of_the_turn(chat: Client) -> str:
    return "\n".join(f"{block.title} {block.text} {block.buttons}" for block in chat.turn().blocks)


@pytest.mark.parametrize("locale", ["zh-CN", "zh-TW", "zh-Hans-SG"])
def test_all_kinds_of_chinese_get_chinese(chat: Client, app: RunningApp, server: ScriptedServer, locale: str) -> None:
    server.play(thought_and_answer("先想一想。", "等于四。"))
    assert chat.ask("二加二是多少？").ending.startswith(sentence("ending.complete", "zh"))
    assert not LETTERS.findall(texts_of_the_turn(chat))
    texts = texts_of_the_page(app, locale)
    assert texts == texts_of_the_page(app, "zh-CN")
    assert texts["chat"]["watermark"] == sentence("watermark", "zh")


@pytest.mark.parametrize("locale", ["fr-FR"])
def test_other_languages_get_english(chat: Client, app: RunningApp, server: ScriptedServer, locale: str) -> None:
    server.play(thought_and_answer("Je pense.", "Quatre."))
    assert chat.ask("2 + 2 ?").ending.startswith(sentence("ending.complete"))
    texts = texts_of_the_page(app, locale)
    assert texts == texts_of_the_page(app, "en-US")
    assert texts["chat"]["watermark"] == sentence("watermark")

"""The doctor in the page: its greeting takes nothing from the person, and its command is on a list."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Chat
from tests.browser.running_app import RunningApp
from tests.scripted_server import Hold, Model, ScriptedServer, thought_and_answer
from tests.sentences import sentence

ANSWER = thought_and_answer("Two and two make four.", "Four.")
WRONG = {
    'FULL:\n    stop_tokens: ["<|im_end|>"': 'FULL:\n    stop_tokens: ["<|eot_id|>"',
    'model: "${VLLM_MODEL:-Alibaba-Apsara/DASD-4B-Thinking}"': "model: another-name",
}


@pytest.fixture
def mistaken_app(app: RunningApp) -> Iterator[RunningApp]:
    """Yield the app that other tests share, with two mistakes in its first profile."""
    file = app.root / "profiles" / "dasd-4b-thinking.yaml"
    text = good = file.read_text()
    for old, new in WRONG.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    yield app
    file.write_text(good)


def test_what_a_person_types_stays_when_the_greeting_comes(
    mistaken_app: RunningApp, server: ScriptedServer, page: Page
) -> None:
    server.serves = ()  # then no profile is matched, and the doctor probes the profile's model with a reply
    hold = Hold()
    server.by_message({"": lambda _: [hold, *ANSWER]})
    chat = Chat(page, mistaken_app.url)
    page.goto(mistaken_app.url)
    assert hold.reached.wait(60)
    field = page.locator("#chat-input")
    field.press_sequentially("What is 2 + ")
    assert sentence("doctor.greeting") not in chat.everything()
    hold.release()
    chat.wait_text(sentence("doctor.greeting", name="DASD-4B-Thinking"))
    assert "<|eot_id|>" in chat.everything()
    chat.wait_for(lambda _: field.input_value() == "What is 2 + ")
    page.keyboard.type("2?")
    page.locator("#chat-submit").click()
    chat.wait_for(lambda _: chat.asked() == ["What is 2 + 2?"])
    expect(field).to_have_value("")


def test_the_report_is_on_the_list_of_commands(chat: Chat, server: ScriptedServer) -> None:
    server.by_message({"": Model("Two and two make four.", "Four.")})
    chat.page.locator("#chat-input").press_sequentially("/doc")
    chat.page.get_by_text(sentence("doctor.about")).click()
    chat.page.locator("#chat-submit").click()
    chat.wait_text(sentence("doctor.summary_good"))

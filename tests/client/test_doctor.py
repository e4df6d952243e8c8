"""The doctor in a chat: it greets only if something is wrong, and reports on command."""

import time
from collections.abc import Iterator

import pytest

from chat.words.texts import Language
from tests.browser.running_app import RunningApp
from tests.client.driver import Client
from tests.scripted_server import Model, ScriptedServer
from tests.sentences import sentence

MODEL = Model("Two and two make four.", "Four.")
WRONG = {
    "name: DASD-4B-Thinking": "name: Wrong",
    'FULL:\n    stop_tokens: ["<|im_end|>"': 'FULL:\n    stop_tokens: ["<|eot_id|>"',
}


@pytest.fixture
def wrong_profile(app: RunningApp) -> Iterator[str]:
    """Put a profile with a wrong stop token beside the others, and return the name of its file."""
    text = (app.root / "profiles" / "dasd-4b-thinking.yaml").read_text()
    for old, new in WRONG.items():
        assert old in text
        text = text.replace(old, new)
    file = app.root / "profiles" / "zz-wrong.yaml"
    file.write_text(text)
    yield file.stem
    file.unlink()


def test_there_is_no_greeting_without_a_problem(chat: Client, server: ScriptedServer) -> None:
    server.reset()
    chat.new_chat()
    # The doctor has started. Stop tokens that it knows already it does not ask for again.
    chat.wait_for(lambda _: any(each.path == "/v1/models" for each in server.requests))
    time.sleep(1)
    assert sentence("doctor.greeting") not in chat.everything()


@pytest.mark.parametrize(("locale", "lang"), [("en-US", "en"), ("zh-CN", "zh")])
def test_a_problem_is_reported_when_the_page_opens(
    chat: Client, app: RunningApp, server: ScriptedServer, wrong_profile: str, lang: Language
) -> None:
    server.by_message({"": MODEL})
    chat.new_chat(wrong_profile)
    chat.wait_text(sentence("doctor.greeting", lang, name="Wrong"))
    assert "<|eot_id|>" in chat.everything()
    chat.send("/doctor")
    chat.wait_text(sentence("doctor.summary", lang, problems=1))
    assert "Traceback" not in app.output()


def test_the_report_comes_on_command(chat: Client, server: ScriptedServer) -> None:
    server.by_message({"": MODEL})
    chat.send("/doctor")
    chat.wait_text(sentence("doctor.summary_good"))
    assert sentence("doctor.stop_tokens.single") in chat.everything()
    server.play(MODEL)
    assert chat.ask("2 + 2?").answer == "Four."
    assert [each["content"] for each in server.chats()[-1].body["messages"]][1:] == ["2 + 2?"]

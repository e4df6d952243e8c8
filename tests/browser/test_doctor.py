"""The doctor in the page: it greets only if something is wrong, and reports on command."""

from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from chat.words.texts import Language
from tests.browser.conftest import PHONE, OpenPage, StartApp
from tests.browser.driver import Chat
from tests.scripted_server import Hold, Model, ScriptedServer
from tests.sentences import sentence

MODEL = Model("Two and two make four.", "Four.")


WRONG_TOKEN = {'FULL:\n    stop_tokens: ["<|im_end|>"': 'FULL:\n    stop_tokens: ["<|eot_id|>"'}


def edit(folder: Path, *edits: dict[str, str]) -> None:
    """Edit the profile of the app that will be started."""
    file = folder / "house" / "profiles" / "dasd-4b-thinking.yaml"
    text = file.read_text()
    for old, new in [each for edit in edits for each in edit.items()]:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def examined(server: ScriptedServer) -> bool:
    """True if the doctor has started. Stop tokens that it knows already it does not ask for again."""
    return any(each.path == "/v1/models" for each in server.requests)


def test_there_is_no_greeting_without_a_problem(chat: Chat, server: ScriptedServer) -> None:
    chat.wait_for(lambda _: examined(server))
    chat.page.wait_for_timeout(1000)
    assert sentence("doctor.greeting") not in chat.everything()


@pytest.mark.parametrize(
    ("locale", "viewport", "greeting", "named"),
    [
        (
            "en-US",
            ViewportSize(width=1280, height=800),
            sentence("doctor.greeting", name="DASD-4B-Thinking"),
            "<|eot_id|>",
        ),
        ("zh-CN", PHONE, sentence("doctor.greeting", "zh", name="DASD-4B-Thinking"), "<|eot_id|>"),
    ],
)
def test_a_problem_is_reported_when_the_page_opens(
    start_app: StartApp,
    server: ScriptedServer,
    open_page: OpenPage,
    tmp_path: Path,
    locale: str,
    viewport: ViewportSize,
    greeting: str,
    named: str,
) -> None:
    edit(tmp_path, WRONG_TOKEN)
    server.by_message({"": MODEL})
    with start_app() as app:
        chat = Chat(open_page(locale, viewport), app.url).open()
        chat.wait_text(greeting)
        assert named in chat.everything()
        chat.send("/doctor")
        lang: Language = "en" if locale == "en-US" else "zh"
        chat.wait_text(sentence("doctor.summary", lang, problems=1))
        assert "Traceback" not in app.output()


def test_what_a_person_types_stays_when_the_greeting_comes(
    start_app: StartApp, server: ScriptedServer, open_page: OpenPage, tmp_path: Path
) -> None:
    edit(tmp_path, WRONG_TOKEN, {'model: "${VLLM_MODEL:-Alibaba-Apsara/DASD-4B-Thinking}"': "model: another-name"})
    hold = Hold()  # the doctor probes a model of another name with a reply
    server.by_message({"": lambda request: [hold, *MODEL(request)]})
    with start_app() as app:
        chat = Chat(open_page(), app.url)
        chat.page.goto(app.url)
        assert hold.reached.wait(30)
        chat.page.locator("#chat-input").press_sequentially("What is 2 + ")
        assert sentence("doctor.greeting") not in chat.everything()
        hold.release()
        chat.wait_text(sentence("doctor.greeting", name="DASD-4B-Thinking"))
        assert "<|eot_id|>" in chat.everything()
        chat.wait_for(lambda _: chat.page.locator("#chat-input").input_value() == "What is 2 + ")
        chat.page.keyboard.type("2?")
        chat.page.locator("#chat-submit").click()
        chat.wait_for(lambda _: chat.asked() == ["What is 2 + 2?"])
        expect(chat.page.locator("#chat-input")).to_have_value("")


@pytest.mark.parametrize("written", [True, False])
def test_the_report_comes_on_command(chat: Chat, server: ScriptedServer, written: bool) -> None:
    server.by_message({"": MODEL})
    if written:
        chat.send("/doctor")
    else:
        chat.page.locator("#chat-input").press_sequentially("/doc")
        chat.page.get_by_text(sentence("doctor.about")).click()
        chat.page.locator("#chat-submit").click()
    chat.wait_text(sentence("doctor.summary_good"))
    assert sentence("doctor.stop_tokens.single") in chat.everything()
    server.play(MODEL)
    assert chat.ask("2 + 2?").answer == "Four."
    assert [each["content"] for each in server.chats()[-1].body["messages"]][1:] == ["2 + 2?"]

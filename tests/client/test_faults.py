"""Whatever goes wrong: a plain sentence on the page that says what to do, and what the person typed is still there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.browser.running_app import RunningApp, copy_of_the_house, free_port, running_app
from tests.client.driver import Background, Client
from tests.scripted_server import (
    Content,
    Drop,
    ErrorEvent,
    Raw,
    Reasoning,
    Reset,
    Role,
    Script,
    ScriptedServer,
    Status,
    error,
    thought_and_answer,
)
from tests.sentences import sentence

BEGUN = [Role(), Reasoning("Hm."), Content("It is")]
BUSY = error(503, "The server has too many queued requests.", "ServiceUnavailable")
NOT_SERVED = error(404, "The model `Alibaba-Apsara/DASD-4B-Thinking` does not exist.", "NotFoundError")
TOO_LONG = error(400, "This model's maximum context length is 32768 tokens. However, you requested 50000 tokens.")


def error_after(chat: Client, question: str = "2 + 2?") -> str:
    """Ask, and return what the page says instead of a full answer."""
    turn = chat.ask(question)
    assert chat.asked()[-1] == question
    everything = chat.everything()
    assert not any(word in everything for word in ("Traceback", "Error:", "Exception", "openai."))
    assert len(turn.errors) == 1
    return turn.errors[0]


def faulty(server: ScriptedServer, script: Script) -> None:
    """Play a script three times, because the client retries where that may help."""
    server.reset()
    server.play(*[list(script)] * 3)


def test_a_stream_that_breaks_off_keeps_what_had_come(chat: Client, server: ScriptedServer) -> None:
    for end in ([Drop()], [Reset()], []):
        faulty(server, [*BEGUN, *end])
        assert error_after(chat) == sentence("fault.disconnected")
        assert chat.answer_text() == "It is"
        assert chat.ending_line().startswith(sentence("ending.disconnected"))


def test_an_error_in_the_stream_is_shown_in_the_servers_words(chat: Client, server: ScriptedServer) -> None:
    faulty(server, [*BEGUN, ErrorEvent("EngineCore is dead.")])
    assert error_after(chat) == sentence("fault.server_error", message="EngineCore is dead.")
    assert chat.answer_text() == "It is"
    faulty(server, [*BEGUN, Raw(b"data: {nope\n\n")])
    assert error_after(chat).startswith(sentence("fault.not_json"))
    assert chat.answer_text() == "It is"


def test_a_refused_request_says_what_to_do(chat: Client, server: ScriptedServer) -> None:
    url = server.base_url
    for refusal, expected in (
        (Status(401, {"error": "Unauthorized"}), sentence("fault.key", url=url, message="Unauthorized")),
        (NOT_SERVED, sentence("fault.model", url=url, model="Alibaba-Apsara/DASD-4B-Thinking")),
        (Status(404, {"detail": "Not Found"}), sentence("fault.path", url=url)),
        (BUSY, sentence("fault.busy", url=url, message="The server has too many queued ")),
        (TOO_LONG, sentence("fault.too_long")),
        (error(400, "temperature must be cold"), sentence("fault.status", url=url, status=400)),
        (Status(200, "<html><body>Log in</body></html>"), sentence("fault.not_chat", url=url)),
    ):
        faulty(server, [refusal])
        assert error_after(chat).startswith(expected)
    server.reset()
    server.play(thought_and_answer("Hm.", "Four."))
    assert chat.ask("And now?").answer == "Four."


def test_a_message_of_200000_characters_is_sent_and_its_refusal_shown(chat: Client, server: ScriptedServer) -> None:
    faulty(server, [TOO_LONG])
    text = "long word " * 20_000
    chat.send(text)
    assert chat.wait_idle().errors[0].startswith(sentence("fault.too_long"))
    assert len(chat.asked()[0]) >= 199_999
    assert len(server.chats()[0].message) >= 199_999


Profile = Callable[..., str]


@pytest.fixture
def add_profile(app: RunningApp) -> Iterator[Profile]:
    """Put a profile beside the others, as a person would, and return its name."""
    file = app.root / "profiles" / "zz-test.yaml"

    def add_profile(base_url: str) -> str:
        modes = {"FULL": {"stop_tokens": []}, "THINK_ONLY": {"stop_tokens": []}}
        profile = {"name": "Test", "model": "test", "endpoint": {"base_url": base_url}, "modes": modes}
        file.write_text(yaml.safe_dump(profile))
        return "Test"

    yield add_profile
    file.unlink(missing_ok=True)


def test_an_address_without_a_chat_endpoint_is_error_after(
    app: RunningApp, add_profile: Profile, server: ScriptedServer, chat: Client
) -> None:
    unused, ourselves = f"http://127.0.0.1:{free_port()}/v1", f"{app.url}/v1"
    add_profile(unused)
    chat.reload()
    chat.change(profile="Test")
    assert error_after(chat).startswith(sentence("fault.unreachable", url=unused))
    add_profile(f"{server.url}/v2")
    assert error_after(chat) == sentence(
        "fault.path", url=f"{server.url}/v2", guess=server.base_url, message="Not Found"
    )
    for address in (ourselves, app.url, f"{app.url}/"):
        add_profile(address)
        assert error_after(chat).startswith(sentence("fault.ourselves", url=address))


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_a_chinese_browser_shows_faults_in_chinese(chat: Client, server: ScriptedServer) -> None:
    for script, expected in (
        ([*BEGUN, Drop()], sentence("fault.disconnected", "zh")),
        ([Status(401, {"error": "Unauthorized"})], sentence("fault.key", "zh", url=server.base_url)),
        ([TOO_LONG], sentence("fault.too_long", "zh")),
    ):
        faulty(server, script)
        assert error_after(chat, "二加二？").startswith(expected)
    unknown = sentence("mode.unknown", "zh", name="LOUD", known="FULL, THINK_ONLY")
    assert chat.ask("[MODE:LOUD] 二加二？").errors[0].startswith(unknown)


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def at_key(line: int, key: str, problem: str) -> str:
    return sentence("profile.at_key", file="profiles/dasd-4b-thinking.yaml", line=line, key=key, problem=problem)


def test_a_broken_profile_is_reported_and_the_last_good_one_serves(
    app: RunningApp, chat: Client, server: ScriptedServer
) -> None:
    file = app.root / "profiles" / "dasd-4b-thinking.yaml"
    good = file.read_text()
    line = 1 + [line.startswith("  temperature") for line in good.splitlines()].index(True)
    server.by_message({"": thought_and_answer("Hm.", "Four.")})
    assert chat.mode() == sentence("mode.AUTO")  # the chat is open, and has found nothing wrong
    try:
        edited(file, "temperature: 1.0", "temperatur: 1.0")
        turn = chat.ask("2 + 2?")
        unknown = sentence("profile.unknown_near", near="temperature")
        assert turn.errors == [f"{at_key(line, 'sampling.temperatur', unknown)} {sentence('profile.last_good')}"]
        assert turn.answer == "Four."
        assert chat.ask("Is that shown again?").errors == []
        edited(file, "temperatur: 1.0", "temperature: warm")
        turn = chat.ask("2 + 2?")
        not_a_number = sentence("profile.value_number", value="'warm'")
        assert at_key(line, "sampling.temperature", not_a_number) in turn.errors[0]
        assert f"dasd-4b-thinking.yaml:{line}" in app.output()
    finally:
        file.write_text(good)
    assert chat.ask("2 + 2?").errors == []


def test_an_app_that_starts_with_broken_profiles_and_its_own_address_says_so_and_recovers(
    background: Background, server: ScriptedServer, tmp_path: Path
) -> None:
    root, port = copy_of_the_house(tmp_path / "house"), free_port()
    folder = root / "profiles"
    for file in folder.glob("[!_]*.yaml"):
        if file.stem == "dasd-4b-thinking":
            edited(file, "thinking:\n", "thinking: [\n")
        else:
            file.unlink()
    with running_app(root, f"http://127.0.0.1:{port}/v1", port=port, FULLSTOP_PROFILE="") as app:
        chat = Client(app.url, background).connect()
        chat.wait_text(sentence("profile.none", folder="profiles"))
        assert "profiles/dasd-4b-thinking.yaml:" in chat.everything()
        assert sentence("profile.none", folder="profiles") in "".join(chat.ask("2 + 2?").errors)
        edited(folder / "dasd-4b-thinking.yaml", "thinking: [\n", "thinking:\n")
        assert error_after(chat).startswith(sentence("fault.ourselves", url=f"{app.url}/v1"))
        assert "Traceback" not in app.output()
        chat.close()
        chat = Client(app.url, background).open()
        chat.change(temperature="0.5")
        edited(folder / "dasd-4b-thinking.yaml", "${VLLM_BASE_URL:-http://localhost:8000/v1}", server.base_url)
        server.play(thought_and_answer("Hm.", "Four."))
        assert chat.ask("2 + 2?").answer == "Four."
        chat.close()

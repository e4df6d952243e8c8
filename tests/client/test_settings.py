"""The settings panel: values apply from the next message; an invalid value is rejected and named."""

from typing import Any

from tests.browser.running_app import RunningApp
from tests.client.driver import Client
from tests.scripted_server import Content, Finish, Model, Reasoning, Role, ScriptedServer
from tests.sentences import sentence

MODEL = Model("Two and two.", "Four.")
SAVED = sentence("settings.saved")
FIELDS = ("system", "temperature", "top_p", "max_tokens", "budget", "first_token", "idle", "total")


def sent(chat: Client, server: ScriptedServer) -> dict[str, Any]:
    chat.ask("2 + 2?")
    return dict(server.chats()[-1].body)


def test_what_stands_in_the_panel_reaches_the_server(chat: Client, server: ScriptedServer) -> None:
    server.by_message({"": MODEL})
    before = sent(chat, server)
    assert (before["temperature"], before["top_p"], before["max_tokens"]) == (1.0, 1.0, 32768)
    chat.change(temperature="0.25", top_p="0.5", max_tokens="1000", system="Be brief: $5.")
    assert chat.toasts() == [SAVED]
    after = sent(chat, server)
    assert (after["temperature"], after["top_p"], after["max_tokens"]) == (0.25, 0.5, 1000)
    assert after["messages"][0] == {"role": "system", "content": "Be brief: $5."}
    chat.change(temperature="", max_tokens="", system="-")
    again = sent(chat, server)
    assert (again["temperature"], again["top_p"], again["max_tokens"]) == (1.0, 0.5, 32768)
    assert again["messages"][0]["role"] == "user"


def test_a_value_that_does_not_fit_is_reported_and_the_previous_one_stays(chat: Client, server: ScriptedServer) -> None:
    server.by_message({"": MODEL})
    chat.change(temperature="0.25")
    chat.change(temperature="warm", top_p="7", max_tokens="-3", idle="soon", total="10m")
    chat.wait_for(lambda _: len(chat.toasts()) == 5)
    assert chat.toasts()[1:] == [
        sentence("settings.bad", value="warm", name=sentence("settings.temperature")),
        sentence("settings.bad", value="7", name=sentence("settings.top_p")),
        sentence("settings.bad", value="-3", name=sentence("settings.max_tokens")),
        sentence("settings.bad", value="soon", name=sentence("settings.idle")),
    ]
    body = sent(chat, server)
    assert (body["temperature"], body["top_p"], body["max_tokens"]) == (0.25, 1.0, 32768)
    assert [chat.field(name) for name in ("temperature", "top_p", "max_tokens", "idle")] == ["0.25", "", "", ""]


def test_one_switch_sets_everything_back(chat: Client, server: ScriptedServer) -> None:
    server.by_message({"": MODEL})
    hidden = sentence("settings.display.hidden")
    chat.change(temperature="0.25", system="Be brief.", mode=sentence("mode.THINK_ONLY"), display=hidden, idle="5s")
    chat.change(reset=True)
    assert [chat.field(name) for name in FIELDS] == [""] * len(FIELDS)
    assert chat.field("mode") == sentence("settings.as_profile", value="FULL")
    assert chat.field("display") == sentence("settings.display.live")
    assert chat.field("reset") == "false"
    body = sent(chat, server)
    assert (body["temperature"], body["messages"][0]["content"]) == (1.0, "You are a helpful assistant.")


def test_another_profile_brings_its_own_values(chat: Client, server: ScriptedServer) -> None:
    server.by_message({"": MODEL})
    chat.change(profile="Qwen3-4B-Thinking-2507")
    body = sent(chat, server)
    assert (body["model"], body["temperature"], body["top_k"]) == ("Qwen/Qwen3-4B-Thinking-2507", 0.6, 20)
    assert chat.field("profile") == "Qwen3-4B-Thinking-2507"
    assert chat.placeholder("temperature") == sentence("settings.as_profile", value="0.6")


def test_a_thinking_budget_ends_the_thought_and_the_answer_follows(chat: Client, server: ScriptedServer) -> None:
    chat.change(budget="5")
    server.play([Role(), *map(Reasoning, ["Hm so. "] * 50), Content("Five."), Finish()], [Content("Four."), Finish()])
    turn = chat.ask("2 + 2?")
    assert sentence("handed.budget", limit=5) in chat.everything()
    assert (turn.answer, turn.ending.partition(" · ")[0]) == ("Four.", sentence("ending.complete"))
    assert turn.thoughts[0].title.startswith(sentence("thought"))
    server.play([Reasoning("Hm."), Content("Yes."), Finish()])
    chat.ask("Sure?")
    assert [each["content"] for each in server.chats()[-1].body["messages"][1:]] == ["2 + 2?", "Four.", "Sure?"]


def test_a_profile_that_is_gone_is_replaced_and_that_is_reported(
    app: RunningApp, chat: Client, server: ScriptedServer
) -> None:
    file = app.root / "profiles" / "zz-passing.yaml"
    file.write_text(
        (app.root / "profiles" / "dasd-4b-thinking.yaml").read_text().replace("name: DASD", "name: Passing")
    )
    server.by_message({"": MODEL})
    chat.reload()
    chat.change(profile="Passing-4B-Thinking")
    assert chat.ask("2 + 2?").answer == "Four."
    file.unlink()
    turn = chat.ask("2 + 2?")
    assert turn.errors == [sentence("profile.gone", name="zz-passing", now="dasd-4b-thinking")]
    assert turn.answer == "Four."

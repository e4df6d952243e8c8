"""Profiles are chosen for a new chat and in the panel, also within a chat: nothing is lost, nothing is mixed."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.browser.running_app import RunningApp
from tests.client.driver import Client
from tests.scripted_server import Content, Finish, Reasoning, Role, ScriptedServer, Step
from tests.sentences import sentence

OTHER_MODEL = "another-model"


@pytest.fixture
def second_server() -> Iterator[ScriptedServer]:
    with ScriptedServer(model=OTHER_MODEL) as server:
        yield server


@pytest.fixture
def shelf(app: RunningApp, server: ScriptedServer, second_server: ScriptedServer) -> Iterator[dict[str, Any]]:
    """Return three profiles of a person's own, by the name in the panel: two models on one server, one on another."""
    modes = {"FULL": {"stop_tokens": []}, "THINK_ONLY": {"stop_tokens": []}}
    thinking = {"open": "<think>", "close": "</think>"}
    usual = {"modes": modes, "thinking": thinking, "messages": {"past_thoughts": "keep"}}
    own = {
        "Ash": usual | {"model": "ash", "endpoint": {"base_url": server.base_url}},
        "Birch": usual | {"model": "birch", "endpoint": {"base_url": server.base_url}, "messages": {}},
        "Cedar": usual | {"model": OTHER_MODEL, "endpoint": {"base_url": second_server.base_url}},
    }
    files = {name: app.root / "profiles" / f"zz-{name.lower()}.yaml" for name in own}
    for name, file in files.items():
        file.write_text(yaml.safe_dump(own[name] | {"name": name}))
    yield own
    for file in files.values():
        file.unlink()


def reply(body: dict[str, Any]) -> list[Step]:
    """Return a reply in which the model thinks and says its own name and the question."""
    asked = body["messages"][-1]["content"]
    return [
        Role(),
        Reasoning(f"{body['model']} thinks of {asked}."),
        Content(f"{body['model']} says {asked}."),
        Finish("stop"),
    ]


def test_twenty_switches_in_one_chat_lose_nothing_and_mix_nothing(
    shelf: dict[str, Any], chat: Client, server: ScriptedServer, second_server: ScriptedServer
) -> None:
    for each in (server, second_server):
        each.by_message({"": reply})
    past: list[tuple[str, str]] = []  # model and question, turn by turn
    for number in range(20):
        name = ("Ash", "Birch", "Cedar", "Ash", "Cedar")[number % 5]
        model, question = shelf[name]["model"], f"question {number}"
        chat.change(profile=name)
        turn = chat.ask(question)
        assert turn.answer == f"{model} says {question}."
        assert turn.ending.startswith(sentence("ending.complete"))
        assert number == 0 or turn.ending.endswith(f" · {name}")
        asked = (second_server if name == "Cedar" else server).chats()[-1].body
        assert asked["model"] == model
        assert asked["messages"] == [*prompt(past, model, keeps=name != "Birch"), user(question)]
        past.append((model, question))
    assert len(server.chats()) + len(second_server.chats()) == 20
    assert chat.asked() == [question for _, question in past]


def prompt(past: list[tuple[str, str]], model: str, keeps: bool) -> list[dict[str, str]]:
    """Return all that was said, with the thoughts of that model alone, and those only if its profile keeps them."""
    messages = []
    for by, question in past:
        thought = f"<think>\n{by} thinks of {question}.\n</think>\n\n" if keeps and by == model else ""
        messages += [user(question), {"role": "assistant", "content": f"{thought}{by} says {question}."}]
    return messages


def user(question: str) -> dict[str, str]:
    return {"role": "user", "content": question}


@pytest.mark.usefixtures("shelf")
def test_a_new_chat_begins_with_the_profile_of_the_header(chat: Client, server: ScriptedServer) -> None:
    server.by_message({"": reply})
    chat.new_chat("zz-birch")
    assert chat.field("profile") == "Birch"
    assert chat.ask("Who?").answer == "birch says Who?."
    chat.change(profile="Ash")
    assert chat.ask("And now?").answer == "ash says And now?."
    chat.new_chat("no-such-profile")
    assert chat.field("profile") == "DASD-4B-Thinking"


def test_the_panel_offers_a_new_file_and_an_edit_from_the_next_message_on(
    app: RunningApp, shelf: dict[str, Any], chat: Client, server: ScriptedServer
) -> None:
    server.by_message({"": reply})
    chat.change(profile="Ash")
    chat.ask("First?")
    base, file = app.root / "profiles" / "_zz-base.yaml", app.root / "profiles" / "zz-dew.yaml"
    try:
        base.write_text(yaml.safe_dump(shelf["Ash"] | {"sampling": {"temperature": 0.25}}))
        file.write_text("extends: _zz-base\nname: Dew\n")
        chat.ask("Second?")
        chat.change(profile="Dew")
        chat.ask("Third?")
        assert server.chats()[-1].body["temperature"] == 0.25
        base.write_text(yaml.safe_dump(shelf["Ash"] | {"sampling": {"temperature": 0.75}}))
        chat.ask("Fourth?")
        assert server.chats()[-1].body["temperature"] == 0.75
        base.write_text(yaml.safe_dump(shelf["Ash"] | {"sampling": {"temperature": "hot"}}))
        turn = chat.ask("Fifth?")
        assert "profiles/_zz-base.yaml:" in turn.errors[0]
        assert sentence("profile.last_good") in turn.errors[0]
        assert "_zz-base.yaml" in app.output()
        assert server.chats()[-1].body["temperature"] == 0.75
    finally:
        base.unlink()
        file.unlink()


def test_the_hint_for_maths_is_switched_on_in_the_panel(
    app: RunningApp, shelf: dict[str, Any], chat: Client, server: ScriptedServer
) -> None:
    server.by_message({"": [Content("4."), Finish("stop")]})
    file = app.root / "profiles" / "zz-ash.yaml"
    file.write_text(yaml.safe_dump(shelf["Ash"] | {"name": "Ash", "messages": {"maths_hint": "Show your steps."}}))
    chat.change(profile="Ash")
    chat.ask("2 + 2?")
    chat.change(maths=True)
    chat.ask("3 + 3?")
    assert [each.message for each in server.chats()] == ["2 + 2?", "3 + 3?\nShow your steps."]
    assert chat.asked() == ["2 + 2?", "3 + 3?"]

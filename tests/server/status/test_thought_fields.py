"""A past thought that is kept goes where the server's template reads it: in its own field, or between its markers."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.reply.history import Exchange
from chat.reply.reply import Reply
from tests.scripted_server import ScriptedServer, Status, thought_and_answer
from tests.scripted_server.families import FAMILIES
from tests.scripted_server.server import chat_template
from tests.scripted_server.templates import jinja
from tests.wire.fixtures import Chat, question

THOUGHT, ANSWER = "It is a sum \ud83c.", "Four."
REPAIRED = "It is a sum \ufffd."
PAST = Exchange("0", "2 + 2?", THOUGHT, ANSWER, "scripted")
BETWEEN = f"<think>\n{REPAIRED}\n</think>\n\n{ANSWER}"
BOTH = {"content": ANSWER, "reasoning": REPAIRED, "reasoning_content": REPAIRED}
Template = Callable[[Any], str]


def reads(name: str) -> Template:
    """Return a template that reads a thought in that field."""

    def template(body: Any) -> str:
        said = [
            {**each, "content": f"<think>{each[name]}</think>{each['content']}" if each.get(name) else each["content"]}
            for each in body["messages"]
        ]
        return chat_template({**body, "messages": said})

    return template


async def sent(server: ScriptedServer, chat: Chat, *past: Exchange) -> list[dict[str, str]]:
    """Return what the server got of the model's past replies."""
    server.play(thought_and_answer("Hm.", "Five."))
    await Reply(question(chat.profile, past=past), lambda _: None).play()
    messages = server.chats()[-1].body["messages"]
    return [
        {name: text for name, text in each.items() if name != "role"}
        for each in messages
        if each["role"] == "assistant"
    ]


@pytest.mark.parametrize(
    ("template", "version", "expected"),
    [
        (reads("reasoning"), "0.33.0", {"content": ANSWER, "reasoning": REPAIRED}),
        (reads("reasoning"), "0.17.0", {"content": ANSWER, "reasoning": REPAIRED}),
        (reads("reasoning_content"), "0.14.1", BOTH),
        (reads("reasoning_content"), None, BOTH),
        (chat_template, "0.33.0", {"content": BETWEEN}),
    ],
)
@pytest.mark.parametrize("llama_cpp", [False, True])
async def test_the_thought_is_where_the_template_reads_it(
    server: ScriptedServer,
    chat: Chat,
    template: Template,
    version: str | None,
    expected: dict[str, str],
    llama_cpp: bool,
) -> None:
    server.template, server.applies_template, server.tokenizes = template, llama_cpp, not llama_cpp
    server.says["/version"] = lambda: Status(200, {"version": version})
    chat.use(messages={"past_thoughts": "keep"})
    for _ in range(2):
        assert await sent(server, chat, PAST) == [expected]
    rendered = [each for each in server.requests if each.path == ("/apply-template" if llama_cpp else "/tokenize")]
    tries = 1 if "reasoning" in expected else 2
    assert len([each for each in rendered if "makes a pair" in str(each.body)]) == tries


async def test_a_server_that_shows_no_prompt_gets_it_between_the_markers(server: ScriptedServer, chat: Chat) -> None:
    server.template, server.bare = reads("reasoning"), True
    chat.use(messages={"past_thoughts": "keep"})
    assert await sent(server, chat, PAST) == [{"content": BETWEEN}]


@pytest.mark.parametrize("name", ["gpt-oss", "Kimi-K2-Thinking", "field only", "DeepSeek-R1"])
async def test_markers_that_a_template_rejects_or_adds_to_are_never_in_the_content(
    server: ScriptedServer, chat: Chat, name: str
) -> None:
    family = FAMILIES[name]
    server.template = jinja(family.template)
    chat.use(messages={"past_thoughts": "keep"}, thinking=family.thinking)
    assert await sent(server, chat, PAST) == [{"content": ANSWER, "reasoning": REPAIRED}]


async def test_a_thought_without_an_answer_is_sent_too(server: ScriptedServer, chat: Chat) -> None:
    server.template = reads("reasoning")
    chat.use(messages={"past_thoughts": "keep"})
    silent = Exchange("0", "2 + 2?", "Hm.", "", "scripted")
    assert await sent(server, chat, silent) == [{"content": "", "reasoning": "Hm."}]


@pytest.mark.parametrize(("messages", "model"), [({}, "scripted"), ({"past_thoughts": "keep"}, "another model")])
async def test_nothing_is_asked_if_no_thought_is_sent(
    server: ScriptedServer, chat: Chat, messages: dict[str, str], model: str
) -> None:
    server.template = reads("reasoning")
    chat.use(messages=messages)
    assert await sent(server, chat, Exchange("0", "2 + 2?", "Hm.", ANSWER, model)) == [{"content": ANSWER}]
    assert not any("makes a pair" in str(each.body) for each in server.requests)

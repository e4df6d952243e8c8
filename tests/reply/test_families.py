"""A reply is resumed with the very prompt that the model's own chat template makes of the same conversation."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from chat.profiles.modes import policy
from chat.reply.handoff import close_thought
from chat.reply.resume import resume_request
from chat.server.endpoint import open_stream
from chat.server.request import ChatMessage
from termination import Begun, Delta, Turn
from tests.scripted_server import Content, Done, Finish, Role, ScriptedServer
from tests.scripted_server.families import FAMILIES, Family
from tests.scripted_server.templates import jinja
from tests.shelf import FULL_STOPS
from tests.wire.fixtures import ASKED, Chat

THOUGHT, ANSWER = "One and one, 二。", "It is two 🙂"
HANDED = f"{THOUGHT}\n\nThat is enough: I answer now with what I have."
MODES = {"FULL": {"stop_tokens": FULL_STOPS}, "THINK_ONLY": {"stop_tokens": FULL_STOPS}}
NO_THINK = {"NO_THINK": {"thinks": False, "stop_tokens": FULL_STOPS}}
THINKING = {name: family for name, family in FAMILIES.items() if family.thinking}
PLAIN = {name: family for name, family in FAMILIES.items() if family.plain is not None}
SHOWING = sorted(THINKING.keys() - {"DeepSeek-R1", "Kimi-K2-Thinking", "Nemotron-Nano-v2", "Granite", "gpt-oss"})


def use(server: ScriptedServer, chat: Chat, family: Family) -> None:
    server.template = jinja(family.template)
    chat.use(thinking=family.thinking, modes=MODES | NO_THINK)


async def prompt_of(
    server: ScriptedServer,
    chat: Chat,
    begun: Begun,
    mode: str = "FULL",
    messages: Sequence[ChatMessage] = ASKED,
    **extra: Any,
) -> str:
    """Return what the model reads when that reply is resumed."""
    request = replace(chat.request(mode), messages=list(messages), extra=extra)
    resumed = await resume_request(chat.profile, mode, request, begun, 50)
    assert resumed
    assert resumed.prompt
    server.play([Role(), Content("!"), Finish("stop"), Done()])
    async with open_stream(resumed) as deltas:
        assert [delta.content async for delta in deltas]
    return server.prompt_of(server.chats()[-1])


@pytest.mark.parametrize("llama_cpp", [False, True])
@pytest.mark.parametrize("name", THINKING)
async def test_a_thought_is_resumed_and_ended_as_the_template_writes_it(
    server: ScriptedServer, chat: Chat, name: str, llama_cpp: bool
) -> None:
    family = THINKING[name]
    use(server, chat, family)
    server.tokenizes, server.applies_template = not llama_cpp, llama_cpp
    head = family.question + family.before
    thinks, says = Begun("thought", THOUGHT), Begun("answer", THOUGHT, ANSWER)
    assert await prompt_of(server, chat, thinks) == head + THOUGHT
    assert await prompt_of(server, chat, close_thought(chat.profile, thinks)) == head + HANDED + family.between
    assert await prompt_of(server, chat, says) == head + THOUGHT + family.between + ANSWER


@pytest.mark.parametrize("name", PLAIN)
async def test_an_answer_without_a_thought_is_resumed_as_the_template_writes_it(
    server: ScriptedServer, chat: Chat, name: str
) -> None:
    family = PLAIN[name]
    use(server, chat, family)
    mode = "NO_THINK" if family.thinking else "FULL"
    begun = Begun("answer", answer=ANSWER)
    assert family.plain
    assert await prompt_of(server, chat, begun, mode, **family.off) == family.question + family.plain + ANSWER


@pytest.mark.parametrize("name", SHOWING)
def test_the_table_is_what_the_template_writes(name: str) -> None:
    family = FAMILIES[name]
    reply = {"role": "assistant", "content": ANSWER, "reasoning": THOUGHT}
    body = {"messages": [*ASKED, reply], "add_generation_prompt": False}
    written = jinja(family.template)(body)
    assert written.startswith(family.question + family.before + THOUGHT + family.between + ANSWER)


@pytest.mark.parametrize("name", PLAIN)
def test_the_table_is_what_the_template_writes_without_a_thought(name: str) -> None:
    family = FAMILIES[name]
    body = {
        "messages": [*ASKED, {"role": "assistant", "content": ANSWER}],
        "add_generation_prompt": False,
        **family.off,
    }
    assert family.plain
    if name != "Nemotron-Nano-v2":  # it writes the closed thought only at the end of a prompt
        assert jinja(family.template)(body).startswith(family.question + family.plain + ANSWER)


@pytest.mark.parametrize("asked", ["What does <think> mean?", "Is <think>\n", "k", ">", "<think>"])
@pytest.mark.parametrize("name", ["Qwen3", "GLM-4.5", "Seed-OSS", "Kimi-K2-Thinking", "Qwen3-Thinking", "GLM-4.7"])
async def test_a_marker_in_the_question_opens_no_thought(
    server: ScriptedServer, chat: Chat, name: str, asked: str
) -> None:
    """Set `opened` for each template, also if it does not open the thought."""
    family = FAMILIES[name]
    assert family.thinking
    asked = asked.replace("<think>", family.thinking["open"])
    use(server, chat, replace(family, thinking={**family.thinking, "opened": True}))
    prompt = await prompt_of(server, chat, Begun("thought", THOUGHT), messages=[{"role": "user", "content": asked}])
    assert prompt == family.question.removesuffix("hello") + asked + family.before + THOUGHT


@pytest.mark.parametrize(
    ("name", "streamed", "written"),
    [
        ("Granite", ("<think>So.</think>Two",), "<think>So.</think>Two"),
        ("Granite", ("<think>\n\nSo. \n</think>\nTwo",), "<think>\n\nSo. \n</think>\nTwo"),
        ("Qwen3", ("<think>\nSo.\n</think>\n\nTwo",), "<think>\nSo.\n</think>\n\nTwo"),
        ("GLM-4.7", ("So.", "</think>", "Two"), "<think>So.</think>Two"),
        ("GLM-4.7", ("\nSo.\n", "</think>", "\n\nTwo"), "<think>\nSo.\n</think>\n\nTwo"),
        ("Qwen3-Thinking", ("So.", "\n</think>", " Two"), "<think>\nSo.\n</think> Two"),
        ("Qwen3-Thinking", ("\n", "So", " it"), "<think>\n\nSo it"),
    ],
)
async def test_white_space_that_the_model_wrote_stays_as_it_is(
    server: ScriptedServer, chat: Chat, name: str, streamed: Sequence[str], written: str
) -> None:
    """Use templates that write no white space there (Granite's), another one, or the same."""
    use(server, chat, FAMILIES[name])
    turn = Turn(policy(chat.profile, "FULL"), 0.0)
    for content in streamed:
        turn.feed(Delta(content=content), 0.0)
    turn.feed(Delta(finish_reason="length"), 0.0)
    assert (await prompt_of(server, chat, turn.so_far)).endswith(written)
    turn = Turn(policy(chat.profile, "FULL"), 0.0, turn.so_far)
    turn.feed(Delta(content="!"), 0.0)
    turn.feed(Delta(finish_reason="length"), 0.0)
    assert (await prompt_of(server, chat, turn.so_far)).endswith(f"{written}!")

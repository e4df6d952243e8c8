"""The model reads its past answers whole, whatever markers they mention and whatever its template cuts or adds."""

import pytest

from chat.reply.history import Exchange
from tests.scripted_server import ScriptedServer
from tests.scripted_server.families import FAMILIES
from tests.scripted_server.templates import jinja
from tests.shelf import FULL_STOPS
from tests.wire.fixtures import Chat

CUTTING = ("Qwen3", "GLM-4.7", "DeepSeek-R1", "MiniMax-M2", "gpt-oss", "EXAONE-4")
WHOLE = ("Granite", "Llama", "gemma", "GLM-4-9B", "Seed-OSS")


async def prompt_after(server: ScriptedServer, chat: Chat, name: str, answer: str) -> str:
    """Return the prompt of the next question."""
    family = FAMILIES[name]
    server.template = jinja(family.template)
    stops = {"FULL": {"stop_tokens": FULL_STOPS}, "THINK_ONLY": {"stop_tokens": FULL_STOPS}}
    chat.use(thinking=family.thinking, modes=stops)
    past = Exchange("0", "What do they mean?", "Hm.", answer, chat.profile.model)
    prepared = await chat.question(past=[past]).prepare("FULL")
    return server.template({"messages": prepared.request.messages})


@pytest.mark.parametrize("name", CUTTING)
async def test_an_answer_that_mentions_the_markers_is_quoted(server: ScriptedServer, chat: Chat, name: str) -> None:
    thinking = FAMILIES[name].thinking
    assert thinking
    close = thinking["close"] if isinstance(thinking["close"], str) else thinking["close"][-1]
    answer = f"`{thinking['open']}` begins a thought, `{close}` ends it."
    prompt = await prompt_after(server, chat, name, answer)
    assert "begins a thought, `" in prompt
    assert "` ends it." in prompt
    assert answer not in prompt
    assert answer.replace(" ", "") in prompt.replace(" ", "")


@pytest.mark.parametrize("name", WHOLE)
async def test_an_answer_stays_as_it_is_if_the_template_keeps_it(server: ScriptedServer, chat: Chat, name: str) -> None:
    family = FAMILIES[name]
    markers = family.thinking or {"open": "<think>", "close": "</think>"}
    answer = f"`{markers['open']}` begins a thought, `{markers['close']}` ends it."
    assert answer in await prompt_after(server, chat, name, answer)


async def test_a_server_that_shows_no_prompt_gets_it_quoted(server: ScriptedServer, chat: Chat) -> None:
    server.bare = True
    assert "`< /think>` ends" in await prompt_after(server, chat, "Qwen3", "`</think>` ends")


async def test_nothing_is_asked_if_no_answer_mentions_a_marker(server: ScriptedServer, chat: Chat) -> None:
    await prompt_after(server, chat, "Qwen3", "It is two.")
    assert not [each for each in server.requests if "farm" in str(each.body)]


@pytest.mark.parametrize(
    ("name", "answer", "read"),
    [
        ("Mistral", " It is two.", "[/INST] It is two.</s>"),
        ("Mistral", "It is two.", "[/INST] It is two.</s>"),
        ("Mistral", "    code", "[/INST]     code</s>"),
        ("Magistral", " It is two.", "[/INST] It is two.</s>"),
    ],
)
async def test_a_space_that_the_template_writes_is_there_once(
    server: ScriptedServer, chat: Chat, name: str, answer: str, read: str
) -> None:
    assert read in await prompt_after(server, chat, name, answer)

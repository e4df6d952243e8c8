"""Real vLLM continues a reply either way: from the prompt itself, or from a last message."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chat.profiles.profile import FULL, Profile
from chat.reply.resume import resume_request
from chat.server.endpoint import open_stream
from chat.server.request import Request, request
from chat.server.server import close_servers, server_of
from termination import Begun
from tests.vllm.playing import Player, way
from tests.vllm.templates import DEEPSEEK_R1, OPENS, PLAIN, TRIMS
from tests.vllm.vllm_server import Vllm

THOUGHT = "First I look at it, 一、二 🙂,\n\n- then I  count."
ANSWER = "It is 🙂, 二"
MORE = " and so on: one, two, three, four, five, 六、七 🙂, eight, nine, ten, eleven, twelve, thirteen, fourteen."
CLOSED = f"<think>\n{THOUGHT}\n</think>\n\n"
NO_MORE = "<think>\n\n</think>\n\n"
ANSWERS, NO_THOUGHT, OPEN = Begun("answer", THOUGHT, ANSWER), Begun("answer", "", ANSWER), Begun("thought", THOUGHT)
TEMPLATES = {"Qwen3": None, "plain": PLAIN, "opens": OPENS, "trims": TRIMS, "R1": DEEPSEEK_R1}
MESSAGE: list[tuple[str, Begun, str | None]] = [
    ("Qwen3", ANSWERS, CLOSED + ANSWER),
    ("Qwen3", Begun("answer", THOUGHT), CLOSED),
    ("Qwen3", NO_THOUGHT, NO_MORE + ANSWER),
    ("Qwen3", OPEN, None),
    ("plain", ANSWERS, CLOSED + ANSWER),
    ("plain", NO_THOUGHT, ANSWER),
    ("plain", OPEN, f"<think>\n{THOUGHT}"),
    ("opens", ANSWERS, CLOSED + ANSWER),
    ("opens", OPEN, f"<think>\n{THOUGHT}"),
    ("trims", ANSWERS, CLOSED + ANSWER),
    ("R1", ANSWERS, None),
    ("R1", NO_THOUGHT, ANSWER),
]
PROMPT = [
    *((name, ANSWERS, CLOSED + ANSWER) for name in TEMPLATES),
    *((name, OPEN, f"<think>\n{THOUGHT}") for name in TEMPLATES),
    *((name, NO_THOUGHT, NO_MORE + ANSWER if name == "opens" else ANSWER) for name in TEMPLATES),
]


@pytest.fixture
async def vllm(player: Player) -> AsyncIterator[Vllm]:
    assert isinstance(player.server, Vllm)
    yield player.server
    await close_servers()


@asynccontextmanager
async def turn(
    player: Player, vllm: Vllm, name: str, base_url: str, **changes: Any
) -> AsyncIterator[tuple[Profile, Request]]:
    """Yield a profile and the request of a turn in which the model says MORE."""
    extra = vllm.says(f"{MORE}<|im_end|>")
    extra["vllm_xargs"]["answer"] = extra["vllm_xargs"]["script"]
    if template := TEMPLATES[name]:
        extra["chat_template"] = template
    profile = player.profile(base_url, extra=extra, thinking={"opened": name == "opens"}, **changes)
    try:
        yield profile, request(profile, FULL, [{"role": "user", "content": "1+1?"}], (), "a-chat")
    finally:
        await server_of(profile).connection.close()


def head(name: str) -> str:
    return (
        "<｜User｜>1+1?<｜Assistant｜>" if name == "R1" else "<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n"
    )


def read(vllm: Vllm, request: Request) -> str:
    """Return what the model reads."""
    body: Mapping[str, Any] = {"model": request.model, "messages": request.messages, **request.extra}
    if request.prompt:
        return str(vllm.post("/detokenize", {"model": request.model, "tokens": request.prompt})["prompt"])
    shown = vllm.post("/v1/chat/completions", {**body, "max_tokens": 1, "return_prompt_text": True})
    return str(shown["prompt_text"])


async def said(request: Request) -> tuple[str, str]:
    async with open_stream(request) as deltas:
        pieces = [(delta.reasoning, delta.content) async for delta in deltas]
    return "".join(reasoning for reasoning, _ in pieces), "".join(content for _, content in pieces)


@pytest.mark.parametrize(("name", "begun", "reply"), MESSAGE)
async def test_the_chat_endpoint_continues_if_the_prompt_is_unknown(
    player: Player, vllm: Vllm, name: str, begun: Begun, reply: str | None
) -> None:
    """Expect content after a thought that is over; vLLM's parsers may read an answer without one as a thought."""
    async with way(vllm, "only /v1") as base_url, turn(player, vllm, name, base_url) as (profile, first):
        request = await resume_request(profile, FULL, first, begun, 100)
        if reply is None:
            assert request is None
            return
        assert request
        assert not request.prompt
        assert read(vllm, request) == head(name) + reply
        reasoning, content = await said(request)
        assert reasoning + content == MORE
        assert begun.phase == "thought" or "</think>" not in reply or not reasoning


@pytest.mark.servers("qwen3")  # /v1/completions has no parser
@pytest.mark.parametrize(("name", "begun", "reply"), PROMPT)
async def test_a_prompt_contains_the_exact_reply(
    player: Player, vllm: Vllm, name: str, begun: Begun, reply: str
) -> None:
    async with turn(player, vllm, name, vllm.base_url) as (profile, first):
        request = await resume_request(profile, FULL, first, begun, 100)
        assert request
        assert read(vllm, request) == head(name) + reply
        assert await said(request) == ("", MORE)


@pytest.mark.servers("qwen3")
async def test_a_prompt_without_a_limit_has_all_the_room(player: Player, vllm: Vllm) -> None:
    async with turn(player, vllm, "Qwen3", vllm.base_url, sampling={"max_tokens": None}) as (profile, first):
        assert "max_tokens" not in first.sampling
        request = await resume_request(profile, FULL, first, ANSWERS, None)
        assert request
        assert await said(request) == ("", MORE)


@pytest.mark.servers("embedded")
@pytest.mark.parametrize(
    ("begun", "end"),
    [
        (Begun("thought", "Okay, the user wants a sum", space=" "), "<think>\nOkay, the user wants a sum "),
        (Begun("answer", "Okay, the user asks.", "It is"), "<think>\nOkay, the user asks.\n</think>\n\nIt is"),
    ],
)
async def test_llama_cpp_continues_from_a_prompt_in_text(player: Player, begun: Begun, end: str) -> None:
    """Use a template that starts the thought with words, which the server shows as part of the thought."""
    profile = player.profile()
    first = request(profile, FULL, [{"role": "user", "content": "1+1?"}], (), "a-chat")
    try:
        more = await resume_request(profile, FULL, first, begun, 8)
        assert more
        assert isinstance(more.prompt, str)
        assert more.prompt.endswith(f"<|im_start|>assistant\n{end}")
        reasoning, content = await said(more)
        assert content
        assert not reasoning
    finally:
        await server_of(profile).connection.close()

"""A thought that was cut gets its answer from real vLLM, whatever cut it and whatever template there is."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from chat.profiles.profile import Profile
from chat.server.server import server_of
from tests.vllm.playing import Gate, Player
from tests.vllm.replying import TEMPLATES, Bare, Replying, Said, Unhurried, connected, question, speaking, vllm_of

THOUGHT = (
    "First I look at it. Then I count: one, two, 三。 After that I am sure “so” it is 🙂. And I check it all again. "
    * 16  # more than the default limit of 400 tokens, so that a client that stalls reads nothing else
)
ANSWER = "1+1 = 2 🙂, 二。"
HANDOFF = "\n\nThat is enough: I answer now with what I have."
LOOP = "Wait, let me check that once more. " * 110  # more than LOOP_LIMIT
LOOP_LIMIT = 900
CUTS: list[dict[str, Any]] = [
    *({"sampling": {"max_tokens": limit}} for limit in range(14, 44, 3)),
    *({"thinking": {"budget": limit}} for limit in range(5, 30, 3)),
    *({"thinking": {"budget": f"{limit}ms"}} for limit in range(100, 190, 30)),
    *({"sampling": {"max_tokens": 45 - limit}, "thinking": {"budget": limit}} for limit in range(10, 26, 3)),
]
CLOCKS = [*(("idle", "1s", held_from) for held_from in (4, 12, 20, 28)), ("total", "3s", 6), ("total", "3s", 30)]
PERSON = range(1, 31, 3)  # pieces of the thought


def saying(number: int, thought: str = THOUGHT, step_ms: int = 0) -> Said:
    """Return a thought and its answer, in each template in turn."""
    template = list(TEMPLATES)[number % len(TEMPLATES)]
    begun = "" if template == "opens the thought" else "<think>\n"
    return Said(begun + thought, template, f"{ANSWER}<|im_end|>", step_ms)


def cut(player: Player, number: int, **changes: Any) -> Replying:
    """Return a question whose thought is to be cut."""
    return Replying(question(speaking(player, saying(number, step_ms=10), **changes), Bare))


async def check_answer(player: Player, replying: Replying, thought: str = THOUGHT) -> None:
    async with connected(replying.profile):
        prompts = sent_prompts(replying.profile)
        assert await replying.play() is None
    replying.check_answer(thought, ANSWER)
    assert len(replying.handed) == 1
    is_handed_over(player, replying, prompts)


def sent_prompts(profile: Profile) -> list[list[int]]:
    """Return what is sent to /v1/completions, as the client sends it."""
    prompts: list[list[int]] = []

    async def keep(request: Any) -> None:
        if request.url.path == "/v1/completions":
            prompts.append(json.loads(request.content)["prompt"])

    server_of(profile).connection.client._client.event_hooks = {"request": [keep]}
    return prompts


def is_handed_over(player: Player, replying: Replying, prompts: list[list[int]]) -> None:
    """True if the model has read the thought to the letter, as it was shown, between one pair of markers."""
    (prompt,) = prompts
    text = vllm_of(player).text_of(prompt)
    assert text.endswith(f"<think>\n{replying.reply.thought}{HANDOFF}\n</think>\n\n")
    assert (text.count("<think>"), text.count("</think>")) == (1, 1)


@pytest.mark.servers("qwen3")
@pytest.mark.parametrize("number", range(len(CUTS)))
async def test_a_cut_thought_is_answered(player: Player, number: int) -> None:
    await check_answer(player, cut(player, number, **CUTS[number]))


@pytest.mark.servers("deepseek_r1", "no parser")
@pytest.mark.parametrize("number", range(0, len(CUTS), 3))
async def test_a_cut_thought_is_answered_by_other_set_ups_too(player: Player, number: int) -> None:
    await check_answer(player, cut(player, number, **CUTS[number]))


@pytest.mark.parametrize("number", range(len(TEMPLATES)))
async def test_a_thought_that_goes_round_is_answered(player: Player, number: int) -> None:
    profile = speaking(player, saying(number, LOOP), sampling={"max_tokens": LOOP_LIMIT})
    replying = Replying(question(profile, Bare))
    await check_answer(player, replying, LOOP)
    assert replying.handed[0].code == "loop"


@pytest.mark.servers("qwen3")
@pytest.mark.parametrize("number", range(len(CLOCKS)))
async def test_a_thought_that_a_clock_cut_is_answered_when_the_person_asks(
    player: Player, gate: Gate, number: int
) -> None:
    """Keep the server silent in the middle of the thought until the timeout has cut it."""
    clock, limit, held_from = CLOCKS[number]
    said = replace(saying(number), gate=gate, held_from=held_from)
    replying = Replying(question(speaking(player, said, end={"clocks": {clock: limit}}), Unhurried))
    async with connected(replying.profile):
        prompts = sent_prompts(replying.profile)
        assert await replying.play() is None
        assert (replying.ending.code, replying.ending.phase) == (f"{clock}_timeout", "thought")
        assert not replying.reply.answer
        gate.open()
        assert await replying.play(answer=True) is None
    replying.check_answer(THOUGHT, ANSWER)
    is_handed_over(player, replying, prompts)


@pytest.mark.servers("qwen3", "no parser")
@pytest.mark.parametrize("pieces", PERSON)
async def test_the_person_gets_the_answer_to_a_thought_that_streams(player: Player, pieces: int) -> None:
    replying = cut(player, pieces // 3)
    replying.after(pieces, lambda: asyncio.get_running_loop().call_soon(replying.reply.answer_now))
    await check_answer(player, replying)
    assert (replying.handed[0].code, replying.handed[0].source) == ("stopped", "person")

"""A thought that was cut gets its answer from real vLLM, whatever cut it and whatever template there is."""

import asyncio
from typing import Any

import pytest

from chat.endpoint import client
from chat.history import History
from chat.profile import FULL
from chat.reply import HandedOff, Reply
from chat.request import Request, request
from chat.stop_ids import checked
from termination import Ended, Event
from tests.vllm.playing import Player, merged
from tests.vllm.templates import OPENS, PLAIN
from tests.vllm.vllm_server import Vllm

THOUGHT = (
    "First I look at it. Then I count: one, two, 三。 After that I am sure “so” it is 🙂. And I check it all again. "
    * 2
)
ANSWER = "1+1 = 2 🙂, 二。"
LOOP = "Wait, let me check that once more. " * 40
CUTS: list[dict[str, Any]] = [
    *({"sampling": {"max_tokens": limit}} for limit in range(14, 54)),
    *({"thinking": {"budget": limit}} for limit in range(5, 35)),
    *({"thinking": {"budget": f"{limit}ms"}} for limit in range(100, 190, 10)),
    *({"sampling": {"max_tokens": 45 - limit}, "thinking": {"budget": limit}} for limit in range(10, 31)),
]
TEMPLATES = {"Qwen3's own": None, "opens the thought": OPENS, "plain": PLAIN}


class Cut:
    """One question whose thought is cut, and what became of it."""

    def __init__(self, player: Player, reply: str, template: str | None, **changes: Any) -> None:
        vllm = player.server
        assert isinstance(vllm, Vllm)
        extra = vllm.says(reply, step_ms=10)
        extra["vllm_xargs"]["answer"] = vllm.token_ids(f"{ANSWER}<|im_end|>")
        if template:
            extra["chat_template"] = template
        self.profile = player.profile(**merged(changes, {"extra": extra}))
        self.requests: list[Request] = []
        self.told: list[Event | HandedOff] = []
        self.reply = Reply(self.profile, FULL, self._ask, self.told.append)

    async def _ask(self) -> Request:
        stops = await checked(self.profile, self.profile.modes[FULL].stop_tokens)
        messages = History().messages(self.profile, "", "1+1?")
        return request(self.profile, FULL, messages, stops, "a-chat")

    async def play(self) -> None:
        try:
            fault = await asyncio.wait_for(self.reply.play(), 30)
            assert fault is None
        finally:
            await client(self.profile.endpoint).close()
            client.cache_clear()

    def is_answered(self) -> None:
        """In one more request, with the thought as it was shown, and no marker in either text."""
        assert [type(each) for each in self.told if isinstance(each, Ended | HandedOff)] == [HandedOff, Ended]
        assert self.reply.answer == ANSWER
        assert self.reply.ending
        assert (self.reply.ending.code, self.reply.ending.phase) == ("complete", "answer")
        assert self.reply.thought
        assert not {"<think>", "</think>"} & {*self.reply.thought.split(), *self.reply.answer.split()}


@pytest.mark.servers("qwen3")
@pytest.mark.parametrize("number", range(len(CUTS)))
async def test_a_cut_thought_is_answered(player: Player, number: int) -> None:
    await answered(player, list(TEMPLATES)[number % len(TEMPLATES)], CUTS[number])


@pytest.mark.servers("deepseek_r1", "no parser")
@pytest.mark.parametrize("number", range(0, len(CUTS), 7))
async def test_a_cut_thought_is_answered_by_other_set_ups_too(player: Player, number: int) -> None:
    await answered(player, list(TEMPLATES)[number % len(TEMPLATES)], CUTS[number])


async def answered(player: Player, template: str, changes: dict[str, Any]) -> None:
    opened = template == "opens the thought"
    cut = Cut(
        player,
        ("" if opened else "<think>\n") + THOUGHT,
        TEMPLATES[template],
        **merged({"thinking": {"opened": opened}}, changes),
    )
    await cut.play()
    cut.is_answered()
    assert THOUGHT.startswith(cut.reply.thought)


@pytest.mark.parametrize("template", TEMPLATES)
async def test_a_thought_that_goes_round_is_answered(player: Player, template: str) -> None:
    opened = {"thinking": {"opened": template == "opens the thought"}, "sampling": {"max_tokens": 900}}
    begun = "" if template == "opens the thought" else "<think>\n"
    cut = Cut(player, begun + LOOP, TEMPLATES[template], **opened)
    await cut.play()
    cut.is_answered()

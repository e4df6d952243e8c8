"""The page knows real vLLM's window and counts prompts as it does, so that no chat outgrows it."""

from typing import Any

import pytest

from chat.reply.history import Exchange, History
from chat.server.request import ChatMessage
from chat.server.server import server_of
from chat.server.window import clamp_limit, count_prompt_tokens, read_window
from tests.vllm.playing import Player
from tests.vllm.replying import TEMPLATES, Recorded, Replying, Said, connected, question, speaking, vllm_of
from tests.vllm.vllm_server import MODEL_ROOM

pytestmark = pytest.mark.servers("qwen3")  # a parser does not affect the window
THOUGHT = "I look at it, 一二三, once."
NUMBERS = " ".join(map(str, range(1, 400)))
ANSWERS = [f"Answer {turn}, 第{turn}个: {' '.join(str(turn * each) for each in range(60))} 🙂" for turn in range(12)]
PLAYED_FROM = 5  # then half of the window is full
CHATS: list[list[str]] = [["1+1?"], ["一加一等于几？", "二 🙂。", "And  then?\n"], ["Hi"] * 7]


def spoken(text: str, template: str = "Qwen3's own") -> Said:
    return Said(f"<think>\n{THOUGHT}\n</think>\n\n{text}<|im_end|>", template)


def chat(texts: list[str]) -> list[ChatMessage]:
    return [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(texts)]


async def test_the_window_is_the_servers(player: Player) -> None:
    async with connected(speaking(player, spoken("1"))) as profile:
        assert await read_window(profile) == MODEL_ROOM


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("more", [{}, {"chat_template_kwargs": {"enable_thinking": False}}], ids=["thinks", "does not"])
async def test_a_prompts_tokens_are_those_of_the_usage(player: Player, template: str, more: dict[str, Any]) -> None:
    async with connected(speaking(player, spoken("1", template), extra=more)) as profile:
        for texts in CHATS:
            body = {"model": profile.model, "messages": chat(texts), "max_tokens": 1, **profile.extra}
            usage = vllm_of(player).post("/v1/chat/completions", body)["usage"]
            assert await count_prompt_tokens(profile, chat(texts), profile.extra) == usage["prompt_tokens"]


async def test_a_chat_that_outgrows_the_window_is_folded_before_the_server_refuses(player: Player) -> None:
    history, notices = History(), []
    for turn, answer in enumerate(ANSWERS[:PLAYED_FROM]):
        history.add(Exchange(str(turn), f"And {turn}?", THOUGHT, answer, player.server.model))
    for turn, answer in enumerate(ANSWERS[PLAYED_FROM:], PLAYED_FROM):
        history.add(exchange := Exchange(str(turn), f"And {turn}?", model=player.server.model))
        replying = Replying(question(speaking(player, spoken(answer)), Recorded, exchange, history))
        async with connected(replying.profile):
            assert await replying.play() is None
            outgrown = await count_prompt_tokens(replying.profile, replying.question.prompt().messages(), {})
        assert (replying.ending.code, replying.reply.answer) == ("complete", answer)
        exchange.thought, exchange.answer, exchange.dropped = replying.reply.thought, answer, replying.made[0].dropped
        notices += replying.notices
    assert outgrown
    assert outgrown > MODEL_ROOM
    assert exchange.dropped
    assert notices
    assert set(notices) <= {"context.folded", "context.folded.one"}


async def test_the_window_cuts_a_reply_where_the_page_says(player: Player) -> None:
    said = Said(f"<think>\n{THOUGHT}\n</think>\n\n{NUMBERS}")
    profile = speaking(player, said, sampling={"max_tokens": MODEL_ROOM - 10})
    history, long = History(), Exchange("", " ".join(map(str, range(380))))
    history.add(long)
    replying = Replying(question(profile, Recorded, long, history))
    async with connected(profile):
        assert await replying.play() is None
    (first,) = replying.made
    tokens, limit = replying.ending.tokens, first.request.sampling["max_tokens"]
    assert replying.ending.code == "length"
    assert clamp_limit(limit, MODEL_ROOM, tokens.prompt) == first.most == tokens.thought + tokens.answer < limit
    assert replying.reply.used == MODEL_ROOM


async def test_a_reply_that_has_filled_the_window_continues_without_the_oldest_turns(player: Player) -> None:
    """Expect a fault if no turn is left to drop; the way to continue stays open."""
    history = History()
    for turn in range(3):
        history.add(Exchange(str(turn), f"And {turn}?", "", NUMBERS[:250], player.server.model))
    history.add(last := Exchange("last", "And now?", model=player.server.model))
    numbers = f"<think>\n{THOUGHT}\n</think>\n\n{NUMBERS} {NUMBERS}<|im_end|>"
    profile = speaking(player, Said(numbers, goes_on=True), sampling={"max_tokens": MODEL_ROOM})
    replying = Replying(question(profile, Recorded, last, history))
    async with connected(profile):
        assert await replying.play() is None
        assert (replying.ending.code, replying.reply.used) == ("length", MODEL_ROOM)
        assert not replying.made[0].dropped
        before = replying.reply.answer
        assert await replying.play() is None
        assert replying.made[-1].dropped
        assert replying.reply.answer.startswith(before)
        assert len(replying.reply.answer) > len(before)
        faults = [await replying.play() for _ in range(4)]
        assert faults[-1]
        assert faults[-1].kind == "window_full"
        assert not server_of(profile).known.ways.rejected

"""Real vLLM keeps a thinking budget: the page's within a tenth and at a sentence's end, and the server's own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import accumulate
from random import Random
from typing import Any

import pytest

from chat.server.budget import FIELD, supports_budget
from chat.server.server import close_servers
from tests.vllm.playing import Player, merged
from tests.vllm.replying import Bare, Replying, Said, connected, question, speaking, vllm_of

TEXT = "the sum of two odd numbers is even, 3.14 or v1.2 is not; “so” I look at it again with some care: f(x)=2x"
WORDS = TEXT.split()
SIGNS = "先看这个问题然后再想一遍因为两个奇数的和是偶数所以答案很清楚我们把它写下来检查过程没有错"
ANSWER = "1+1 = 2 🙂, 二。"
SENTENCES = 80
LIMITS = [*range(20, 200, 60), *range(210, 822, 36)]
FEWER = LIMITS[::2]  # for a second set-up
LEAST = 200  # tokens, of which a tenth is as long as most sentences
AT_ONCE = 8
PLAYS = 3
MOST = 1.1
LANDED = 0.9  # a server under load puts several tokens into a chunk, and a budget is spent at the end of one
LIMIT = 100


def sentences() -> list[str]:
    """Return English and Chinese sentences of many lengths, and lines without a full stop."""
    random = Random(5)
    found = []
    for _ in range(SENTENCES):
        words = " ".join(random.choices(WORDS, k=random.randint(3, 16)))
        signs = "".join(random.choices(SIGNS, k=random.randint(5, 30)))
        ends = [f"So {words}. ", f"Is {words}? ", f"Then {words}!\n\n", f"{signs}。", f"{signs}？\n", f"- {words}\n"]
        found.append(random.choice(ends))
    return found


PIECES = sentences()
THOUGHT = "".join(PIECES)
ENDS = {len(THOUGHT[:end].rstrip()) for end in accumulate(map(len, PIECES))}


@pytest.fixture(autouse=True)
async def _forgets() -> AsyncIterator[None]:
    yield
    await close_servers()


def thinking(begun: str = "<think>\n") -> Said:
    return Said(begun + THOUGHT, answer=f"{ANSWER}<|im_end|>")


def held(limit: int) -> dict[str, Any]:
    """Return the part of a profile with that budget, in which nothing else ends the thought."""
    return {"thinking": {"budget": limit}, "sampling": {"max_tokens": 1900}}


def tokens(player: Player, thought: str) -> int:
    return len(vllm_of(player).token_ids(thought))


@pytest.mark.servers("qwen3", "no parser")
async def test_the_pages_own_lands_at_a_sentence_within_a_tenth(
    player: Player, capsys: pytest.CaptureFixture[str]
) -> None:
    at_work = asyncio.Semaphore(AT_ONCE)
    limits = LIMITS if player.server.name == "qwen3" else FEWER

    async def play(limit: int) -> tuple[Replying, float]:
        """Play again if the machine may have stalled: of tokens that come as one, which is which is a guess."""
        for _ in range(PLAYS):
            replying = Replying(question(profiles[limit], Bare))
            async with at_work:
                if fault := await replying.play():
                    raise fault
            spent = await asyncio.to_thread(tokens, player, replying.reply.thought) / limit
            if spent <= MOST:
                break
        return replying, spent

    profiles = {limit: speaking(player, thinking(), **held(limit)) for limit in limits}
    async with connected(profiles[limits[0]]):
        played = await asyncio.gather(*map(play, limits))
    replies, spent = [replying for replying, _ in played], [spent for _, spent in played]
    for replying in replies:
        replying.check_answer(THOUGHT, ANSWER)
        assert [ending.code for ending in replying.handed] == ["budget"]
    landed = [len(replying.reply.thought.rstrip()) in ENDS for replying in replies]
    wide = landed[sum(limit < LEAST for limit in limits) :]
    with capsys.disabled():
        print(f"\n{len(limits)} budgets, {limits[0]} to {limits[-1]} tokens: at most {max(spent):.3f} of one is spent,")
        print(f"{sum(landed)} end with a sentence, and of those from {LEAST} tokens on {sum(wide)} of {len(wide)}")
    assert max(spent) <= MOST
    assert sum(wide) >= LANDED * len(wide)


@pytest.mark.parametrize("template", ["plain", "opens the thought"])
async def test_the_servers_own_is_taken_where_it_has_a_parser(player: Player, template: str) -> None:
    """Expect one request: the server ends the thought itself, and the page says so."""
    opened = template == "opens the thought"
    said = replace(thinking("" if opened else "<think>\n"), template=template)
    profile = speaking(player, said, **held(LIMIT))
    replying = Replying(question(profile))
    async with connected(profile):
        taken = await supports_budget(profile)
        assert taken == (player.server.name != "no parser")
        assert await replying.play() is None
    assert (replying.ending.code, replying.reply.answer) == ("complete", ANSWER)
    if taken:
        assert 99 <= tokens(player, replying.reply.thought) <= 102
        assert (replying.notices, len(replying.made), replying.handed) == (["budget.by_server"], 1, [])
    else:
        assert (replying.notices, len(replying.made), len(replying.handed)) == ([], 2, 1)


@pytest.mark.servers("qwen3", "deepseek_r1")
@pytest.mark.parametrize("limit", [100, 400])
async def test_one_that_the_server_does_not_keep_to_is_noticed(player: Player, limit: int) -> None:
    """Let vLLM not count: it counts from the opening marker, which neither template nor model gives here."""
    profile = speaking(player, thinking(""), **merged(held(limit), {"thinking": {"opened": True}}))
    replying, second = Replying(question(profile)), Replying(question(profile))
    async with connected(profile):
        assert await replying.play() is None
        assert await second.play() is None
    replying.check_answer(THOUGHT, ANSWER)
    assert replying.notices == ["budget.ignored"]
    assert replying.made[0].request.extra[FIELD] == limit
    assert [ending.code for ending in replying.handed] == ["budget"]
    assert limit < tokens(player, replying.reply.thought) <= limit * 115 // 100
    second.check_answer(THOUGHT, ANSWER)
    assert not second.notices
    assert FIELD not in second.made[0].request.extra
    assert tokens(player, second.reply.thought) <= 1.1 * limit

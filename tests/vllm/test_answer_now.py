"""A person who asks for the answer while a thought streams has it from real vLLM at once, with the thought kept."""

import asyncio
import statistics

import pytest

from chat.reply.notice import Report
from termination import AnswerDelta
from tests.vllm.playing import Player
from tests.vllm.replying import Bare, Replying, Said, connected, question, speaking

pytestmark = pytest.mark.servers("qwen3")

THOUGHT = "First I look at it, then I count: one, two, 三。 So it is, “I am sure” 🙂. And I check it all again. " * 12
ANSWER = "1+1 = 2 🙂, 二。"
TIMES = 8
MOST_SECONDS = 5.0


class Pressed(Replying):
    """A reply with a button that is pressed after some pieces of the thought."""

    pressed = first = 0.0

    def press(self) -> None:
        self.pressed = asyncio.get_running_loop().time()
        self.reply.answer_now()

    def _show(self, event: Report) -> None:
        super()._show(event)
        if isinstance(event, AnswerDelta) and not self.first:
            self.first = asyncio.get_running_loop().time()


async def test_the_answer_comes_at_once(player: Player, capsys: pytest.CaptureFixture[str]) -> None:
    profile = speaking(player, Said(f"<think>\n{THOUGHT}", answer=f"{ANSWER}<|im_end|>", step_ms=20))
    seconds = []
    async with connected(profile):
        for pieces in range(3, 3 + 5 * TIMES, 5):
            replying = Pressed(question(profile, Bare))
            replying.after(pieces, lambda: asyncio.get_running_loop().call_soon(replying.press))  # noqa: B023
            assert await replying.play() is None
            replying.check_answer(THOUGHT, ANSWER)
            assert len(replying.reported) > pieces
            seconds.append(replying.first - replying.pressed)
    middle, high = statistics.median(seconds), statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    with capsys.disabled():
        print(f"\nthe answer's first word after {middle:.3f} s (p50), {high:.3f} s (p95), {max(seconds):.3f} s at most")
    assert max(seconds) < MOST_SECONDS

"""A reply that was cut anywhere, by anything, continues with real vLLM until it is whole, to the last byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random

import pytest

from chat.profiles.profile import Profile
from chat.reply.notice import NoWay, Report
from chat.reply.prepare import Prepared
from chat.server.request import Request
from chat.server.server import close_servers
from termination import AnswerDelta, Begun, ThoughtDelta
from tests.vllm.playing import Gate, Player, way
from tests.vllm.proxy import LOSES, TOKENS
from tests.vllm.replying import Bare, Replying, Said, connected, question, speaking, vllm_of

THOUGHT = """\
好，用户想要一个函数。 First I look at it:  “1+1”  is 2 🙂, isn't it?

- then I count: one, two, 三、四；
-   and five 👩‍🚀 👍🏽

`x  =  1`?  Wait… let me check: naïve café, 3.14 < π.  So\tit is."""
ANSWER = """\
Here it is 🙂, 二:

```python
def count(limit: int) -> list[str]:
    \"\"\"One,  two.\"\"\"
    found = []

    for number in range(limit):
        if number % 2:
            found.append(f"{number}  ✓")
\treturn found
```

1. **One**:  two spaces at the end
2. 第二：`a | b`
   - and  below

| name | 值 |
|:-----|---:|
| π    | 3.14 |
| 👩‍🚀   |  |

That is all.  好了。"""
REPLY = f"<think>\n{THOUGHT}\n</think>\n\n{ANSWER}"
CUTS = 24
OTHERS = range(0, CUTS, 3)  # each kind of first cut once
MOST_TURNS = 20
TEMPLATE = {0: "opens the thought", 1: "plain"}  # by the last digit, else Qwen3's own
ENDS = {"length": "length", "stop": "stopped", "idle": "idle_timeout", "total": "total_timeout", "lost": "disconnected"}
CLOCKS = {"idle": ("500ms", 900), "total": ("2s", 2400)}


@dataclass(frozen=True, slots=True)
class Cut:
    """The cause that ends a turn, and after how many tokens (for Stop: characters)."""

    by: str
    after: int


@pytest.fixture(autouse=True)
async def _close_servers() -> AsyncIterator[None]:
    yield
    await close_servers()


def cuts(number: int, tokens: int) -> list[Cut]:
    """Return the cuts: the first lies evenly over the text, by number; up to three more follow, closer together."""
    random, share = Random(number), 0.97 * number / CUTS
    first = ("length", "stop", "lost", "idle", "length", "stop", "lost", "total")[number % 8]
    kinds = [first, *random.choices(("length", "stop", "lost"), k=random.randrange(4))]
    shares = [share, *(random.uniform(0.01, 0.2) for _ in kinds[1:])]
    whole = {"stop": len(THOUGHT + ANSWER)}
    return [Cut(by, 1 + int(share * whole.get(by, tokens))) for by, share in zip(kinds, shares, strict=True)]


def _paced(request: Request, step_ms: int, **pace: int | str) -> Request:
    script = {**request.extra["vllm_xargs"], "step_ms": step_ms, **pace}
    return replace(request, extra={**request.extra, "vllm_xargs": script})


class Cutting(Replying):
    """A reply whose turns are cut as the list says; turns after the end of the list are not cut."""

    def __init__(self, profile: Profile, cuts: list[Cut], gate: Gate) -> None:
        cutting = self

        class Short(Bare):
            async def make(self, mode: str, partial: Begun | None, reported: int) -> Prepared:
                return cutting._cut(await super().make(mode, partial, reported))

        super().__init__(question(profile, Short))
        self._cuts, self._gate = iter(cuts), gate
        self._now: Cut | None = None
        self._playing: asyncio.Task[object] | None = None
        self._came = 0  # characters in this turn

    def _cut(self, made: Prepared) -> Prepared:
        self._now = cut = next(self._cuts, None)
        if cut is None:
            return made
        request = made.request
        match cut.by:
            case "length":
                request = replace(request, sampling={**request.sampling, "max_tokens": cut.after})
            case "lost":
                request = replace(_paced(request, 5), headers={**request.headers, TOKENS: str(cut.after)})
            case "idle" | "total":
                request = _paced(request, CLOCKS[cut.by][1], slow_from=cut.after)
            case "stop" if self.made:
                request = _paced(request, 5)
            case "stop":  # the model does not end its turn before it is stopped, however late the page reads
                request = _paced(request, 5, until=str(self._gate.file), held_from=-1)
            case other:
                raise ValueError(other)
        return replace(made, request=request)

    def _show(self, event: Report) -> None:
        super()._show(event)
        if isinstance(event, ThoughtDelta | AnswerDelta):
            self._came += len(event.text)
            if self._now and self._now.by == "stop" and self._came >= self._now.after and self._playing:
                self._playing.cancel()

    async def turn(self) -> str:
        """Play one more turn, and return how it ended."""
        self._came = 0
        self._playing = asyncio.ensure_future(self.play())
        with suppress(asyncio.CancelledError):
            fault = await self._playing
            assert not isinstance(fault, NoWay)
        self._gate.open()
        return self.ending.code


async def whole(player: Player, gate: Gate, number: int) -> None:
    template = TEMPLATE.get(number % 5, "Qwen3's own")
    said = Said(f"{REPLY}<|im_end|>", template, goes_on=True)
    planned = cuts(number, len(vllm_of(player).token_ids(REPLY)))
    clocks = {clock: limit for clock, (limit, _) in CLOCKS.items() if clock == planned[0].by}
    async with way(player.server, LOSES) as base_url:
        profile = speaking(player, said, base_url, thinking={"rescue": False}, end={"clocks": clocks})
        async with connected(profile):
            cutting = Cutting(profile, planned, gate)
            codes = [await cutting.turn()]
            while codes[-1] != "complete":
                assert len(codes) < MOST_TURNS, codes
                codes.append(await cutting.turn())
    assert codes[0] == ENDS[planned[0].by]
    assert (cutting.reply.thought, cutting.reply.answer) == (THOUGHT, ANSWER)


@pytest.mark.servers("qwen3")
@pytest.mark.parametrize("number", range(CUTS))
async def test_a_reply_that_was_cut_continues_until_it_is_whole(player: Player, gate: Gate, number: int) -> None:
    await whole(player, gate, number)


@pytest.mark.servers("deepseek_r1", "no parser")
@pytest.mark.parametrize("number", OTHERS)
async def test_a_reply_that_was_cut_continues_with_other_set_ups_too(player: Player, gate: Gate, number: int) -> None:
    await whole(player, gate, number)

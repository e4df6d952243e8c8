"""What the table of scenarios.py leaves open of the app at a real vLLM server: tokens, stop ids, words, the abort."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from chat.profiles.profile import FULL, THINK_ONLY, Profile
from chat.reply.history import Prompt
from chat.reply.notice import Report
from chat.server.faults import Fault
from chat.server.request import request
from chat.server.server import server_of
from chat.server.stop_ids import resolve_stop_ids
from chat.words.texts import say
from tests.vllm.playing import Gate, Player
from tests.vllm.replying import Bare, Replying, Said, connected, question, speaking
from tests.vllm.scenarios import LAST, LONG, NUMBERS, REPLY, THOUGHT, TOO_MANY, Scenario, complete
from tests.vllm.templates import DEEPSEEK_R1, OPENS, PLAIN, TRIMS
from tests.vllm.vllm_server import MODEL_ROOM, Vllm

WITHOUT_A_STREAM = pytest.mark.servers("qwen3")  # the parser is asked about a stream alone
BEGUN = {"thinking": {"opened": False, "prefix": "<think>\n"}}


@pytest.fixture
def vllm(player: Player) -> Vllm:
    assert isinstance(player.server, Vllm)
    return player.server


async def ids(profile: Profile, *tokens: str | int) -> tuple[int, ...] | Fault:
    try:
        return await resolve_stop_ids(profile, tokens)
    except Fault as fault:
        return fault
    finally:
        await server_of(profile).connection.close()


@WITHOUT_A_STREAM
async def test_the_server_turns_stop_tokens_into_ids(player: Player) -> None:
    profile = player.profile()
    assert await ids(profile, *profile.modes[THINK_ONLY].stop_tokens) == (151668, 151645, 151643)
    assert await ids(profile, 151668, "</think>", 151645) == (151668, 151645)


@WITHOUT_A_STREAM
@pytest.mark.parametrize(
    ("token", "kind", "facts"),
    [
        ("<|eot_id|>", "stop_token_pieces", {"pieces": "< · | · e · ot · _id · | · >"}),
        (10, "stop_token_ordinary", {"text": "+"}),
        (198, "stop_token_ordinary", {"text": "\\n"}),
        (151_900, "stop_token_nothing", {}),
        (999_999, "stop_token_nothing", {}),
    ],
)
async def test_a_stop_token_that_is_not_usable_is_reported_before_the_request(
    player: Player, token: str | int, kind: str, facts: dict[str, str]
) -> None:
    fault = await ids(player.profile(), token)
    assert isinstance(fault, Fault)
    assert fault.kind == kind
    assert fault.facts == {"token": str(token), "model": player.server.model, **facts}


class Opening(Replying):
    """A reply whose answer the model says once the whole thought has come."""

    def __init__(self, profile: Profile, gate: Gate) -> None:
        super().__init__(question(profile, Bare))
        self._gate = gate

    def _show(self, event: Report) -> None:
        super()._show(event)
        if self.reply.thought.rstrip() == THOUGHT:
            self._gate.open()


async def test_the_tokens_of_a_turn_are_those_that_the_server_counted(player: Player, vllm: Vllm, gate: Gate) -> None:
    """Use no chunk with tokens of both phases: the split of such a chunk is a guess."""
    before = len(vllm.token_ids(REPLY[: REPLY.index("1+1")]))
    said = Said(REPLY, "Qwen3's own", gate=gate, held_from=before)
    replying = Opening(speaking(player, said), gate)
    async with connected(replying.profile):
        assert await replying.play() is None
    tokens = replying.ending.tokens
    assert tokens.exact
    assert tokens.thought + tokens.answer == len(vllm.token_ids(REPLY))
    assert 0 < tokens.thought <= before


async def test_the_ending_keeps_the_servers_own_words(player: Player) -> None:
    first = (await player.play(Scenario("first", complete()))).turn.ending
    second = (await player.play(Scenario("second", complete(), REPLY.replace(LAST, "<|endoftext|>")))).turn.ending
    assert first
    assert second
    assert (first.finish_reason, first.stop_reason) == ("stop", None)
    assert (second.finish_reason, second.stop_reason) == ("stop", 151643)


async def test_stop_aborts_the_generation_by_the_servers_own_gauge(player: Player, vllm: Vllm) -> None:
    busy: list[int] = []

    async def watch() -> None:
        while not busy:
            if count := await asyncio.to_thread(vllm.running):
                busy.append(count)

    endless = Scenario("stop", complete(), NUMBERS, changes=LONG, step_ms=20)
    playing, watching = asyncio.create_task(player.play(endless)), asyncio.create_task(watch())
    await asyncio.wait_for(watching, 10)
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await playing
    assert busy == [1]
    assert await player.idle_in_time()


@WITHOUT_A_STREAM
@pytest.mark.parametrize(
    ("changes", "question", "words"),
    [
        ({"model": "no-such-model"}, "1+1?", "`our-model`"),
        ({"sampling": {"max_tokens": TOO_MANY}}, "1+1?", f"max_model_len={MODEL_ROOM}"),
        ({}, "one " * 3000, "too long"),
        ({"endpoint": {"api_key": "wrong"}}, "1+1?", "key"),
        ({"extra": {"stop_token_ids": [999_999]}}, "1+1?", "999999"),
    ],
    ids=["model", "max_tokens", "length", "key", "stop id"],
)
async def test_a_request_that_fails_is_explained_in_plain_words(
    player: Player, changes: dict[str, Any], question: str, words: str
) -> None:
    fault = (await player.play(Scenario("fails", complete(), changes=changes, question=question))).fault
    assert fault
    message = say(fault.sentence, "en")
    assert words in message
    assert "Traceback" not in message


def prompt(vllm: Vllm, profile: Profile) -> str:
    """Return the prompt that the server makes of the app's own request."""
    asked = request(profile, FULL, Prompt(profile, "", (), "1+1?").messages(), (), "a-chat")
    body = {"model": asked.model, "messages": asked.messages, **asked.extra}
    answer = vllm.post("/v1/chat/completions", body | {"max_tokens": 1, "return_prompt_text": True})
    return str(answer["prompt_text"])


@pytest.mark.servers("no parser")
@pytest.mark.parametrize(
    ("template", "end"),
    [
        (PLAIN, "<|im_start|>assistant\n<think>\n"),
        (DEEPSEEK_R1, "1+1?<｜Assistant｜><think>\n"),
        (TRIMS, "<|im_start|>assistant\n<think>"),  # without the line break
        (OPENS, "<|im_start|>assistant\n<think>\n"),
        (None, "<|im_start|>assistant\n<think>\n\n</think>\n\n<think>\n"),  # Qwen3's own: an empty thought comes first
    ],
    ids=["plain", "DeepSeek-R1", "trims", "opens", "Qwen3"],
)
def test_a_prefix_begins_the_reply_by_most_templates(
    player: Player, vllm: Vllm, template: str | None, end: str
) -> None:
    extra = vllm.templated(template) if template else {}
    assert prompt(vllm, player.profile(**BEGUN, extra=extra)).endswith(end)

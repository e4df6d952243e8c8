"""A real model's own text from end to end: SmolLM2-135M, served by vLLM, asked through the app."""

import asyncio
from typing import Any

import pytest

from tests.vllm.playing import Played, Player, merged, played
from tests.vllm.vllm_server import SMOLLM2, Vllm

pytestmark = pytest.mark.servers(SMOLLM2)

NO_CHANCE = {"sampling": {"temperature": 0}}
ASKED = "What do bees make? Answer in one short sentence."
LONG_QUESTION = "Tell me a long story about a fox."


async def asked(player: Player, question: str, stop_in: str | None = None, **changes: Any) -> Played:
    """Ask by the shipped profile, but without randomness."""
    return await played(player.profile(**merged(NO_CHANCE, changes)), question, stop_in=stop_in)


async def test_a_real_answer_ends_by_the_models_own_end_token(player: Player) -> None:
    turn = (await asked(player, ASKED)).turn
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.ending.phase) == ("complete", "model", "answer")
    assert turn.ending.finish_reason == "stop"
    assert "honey" in turn.answer.lower()
    assert turn.thought == ""
    assert "<|im_end|>" not in turn.answer


async def test_a_real_answer_is_cut_by_the_limit(player: Player) -> None:
    turn = (await asked(player, LONG_QUESTION, sampling={"max_tokens": 20})).turn
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.ending.tokens.answer) == ("length", "server", 20)


async def test_a_real_answer_ends_at_a_stop_text(player: Player) -> None:
    turn = (await asked(player, LONG_QUESTION, end={"answer": 'stop(".")'})).turn
    assert turn.ending
    assert (turn.ending.code, turn.ending.source) == ("stop_text", "client")
    assert turn.answer
    assert "." not in turn.answer


async def test_stop_ends_a_real_answer_at_the_server(player: Player) -> None:
    turn = (await asked(player, LONG_QUESTION, stop_in="answer")).turn
    assert turn.ending
    assert (turn.ending.code, turn.ending.phase) == ("stopped", "answer")
    assert turn.answer
    assert await player.idle_in_time()


async def test_its_end_token_is_known_to_the_server(player: Player) -> None:
    server = player.server
    assert isinstance(server, Vllm)
    assert await asyncio.to_thread(server.token_ids, "<|im_end|>") == [2]

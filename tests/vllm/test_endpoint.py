"""What this app makes of a real vLLM server's stream: the same thought, answer and ending with and without a parser."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chat.endpoint import client
from chat.faults import Fault
from chat.history import History
from chat.modes import policy
from chat.play import Ask, Show, play
from chat.profile import THINK_ONLY, Mode, Profile, Thinking
from chat.profile_file import read_profile
from chat.request import Request, request
from chat.settings import Settings
from chat.stop_ids import resolve
from chat.texts import fault_text
from termination import Turn, stop
from tests.vllm.server import HERE, MODEL_ROOM, Server

pytestmark = pytest.mark.vllm

DASD = HERE.parents[1] / "profiles" / "dasd-4b-thinking.yaml"
THOUGHT = "One and one.\n\nIs that 👩‍🚀 2? “Yes.”"
ANSWER = "1+1 = 2 🙂, 二。"
REPLY = f"<think>\n{THOUGHT}\n</think>\n\n{ANSWER}<|im_end|>"
OUT_OF_VOCABULARY = 999_999


@pytest.fixture
async def profile(vllm: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Profile]:
    """The shipped profile, pointed at the test's server as a person would; with room for the reply only."""
    monkeypatch.setenv("VLLM_BASE_URL", vllm.base_url)
    monkeypatch.setenv("VLLM_MODEL", vllm.model)
    profile = read_profile(DASD)
    yield Settings(max_tokens=400).applied(profile)
    await client(profile.endpoint).close()
    client.cache_clear()


def saying(profile: Profile, extra: dict[str, object]) -> Profile:
    return profile.model_copy(update={"extra": extra})


def ask_of(profile: Profile, mode: str, question: str) -> Ask:
    async def ask() -> Request:
        stops = await resolve(profile, profile.modes[mode].stop_tokens)
        messages = History().messages(profile, profile.messages.system, question)
        return request(profile, messages, stops, mode == THINK_ONLY, "a-chat")

    return ask


async def played(
    profile: Profile, mode: str = "FULL", question: str = "1+1?", show: Show = lambda _: None
) -> tuple[Turn, Fault | None]:
    turn = Turn(policy(profile, mode), asyncio.get_running_loop().time())
    return turn, await play(ask_of(profile, mode, question), turn, show)


async def idle_within_a_second(vllm: Server) -> bool:
    for _ in range(20):
        if not await asyncio.to_thread(vllm.running):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_the_server_turns_stop_tokens_into_ids(profile: Profile) -> None:
    texts = profile.modes[THINK_ONLY].stop_tokens
    assert await resolve(profile, (*texts, "no token but a sentence")) == (151668, 151645, 151643)


async def test_a_full_turn_has_the_thought_and_the_answer_of_the_model(vllm: Server, profile: Profile) -> None:
    turn, fault = await played(saying(profile, vllm.says(REPLY)))
    assert fault is None
    assert (turn.thought, turn.answer) == (THOUGHT, ANSWER)
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.ending.phase) == ("complete", "model", "answer")
    assert (turn.ending.finish_reason, turn.ending.stop_reason) == ("stop", None)


async def test_the_tokens_of_a_turn_are_those_that_the_server_counted(vllm: Server, profile: Profile) -> None:
    turn, _ = await played(saying(profile, vllm.says(REPLY)))
    assert turn.ending
    counted = turn.ending.tokens
    assert counted.exact
    assert counted.thought + counted.answer == len(vllm.token_ids(REPLY))
    assert 0 < counted.thought <= len(vllm.token_ids(f"<think>\n{THOUGHT}\n</think>"))


async def test_think_only_ends_where_the_thought_ends(vllm: Server, profile: Profile) -> None:
    turn, _ = await played(saying(profile, vllm.says(REPLY)), THINK_ONLY)
    assert (turn.thought, turn.answer) == (THOUGHT, "")
    assert turn.ending
    assert (turn.ending.code, turn.ending.phase) == ("thought_complete", "thought")
    said = (turn.ending.source, turn.ending.finish_reason, turn.ending.stop_reason)
    # Without a parser the closing marker stands in the text: that ends the turn, whatever comes in the same chunk.
    assert said in {("model", "stop", 151668), ("client", None, None)}


async def test_think_only_without_stop_tokens_ends_there_all_the_same(vllm: Server, profile: Profile) -> None:
    endless = saying(profile, vllm.says(f"<think>\n{THOUGHT}\n</think>\n\n{ANSWER * 20}", step_ms=20))
    turn, _ = await played(endless.model_copy(update={"modes": profile.modes | {THINK_ONLY: Mode()}}), THINK_ONLY)
    assert (turn.thought, turn.answer) == (THOUGHT, "")
    assert turn.ending
    assert (turn.ending.code, turn.ending.source) == ("thought_complete", "client")
    assert await idle_within_a_second(vllm)


async def test_the_second_end_token_completes_a_turn(vllm: Server, profile: Profile) -> None:
    turn, _ = await played(saying(profile, vllm.says(REPLY.replace("<|im_end|>", "<|endoftext|>"))))
    assert turn.answer == ANSWER
    assert turn.ending
    assert (turn.ending.code, turn.ending.stop_reason) == ("complete", 151643)


async def test_an_answer_without_a_thought_is_an_answer(vllm: Server, profile: Profile) -> None:
    unopened = profile.model_copy(update={"thinking": Thinking(open="<think>", close="</think>")})
    turn, _ = await played(saying(unopened, vllm.says(f"{ANSWER}<|im_end|>")))
    assert turn.answer == ANSWER
    assert turn.ending
    assert turn.ending.code == "complete"


async def test_the_token_limit_inside_the_thought_is_a_length_ending(vllm: Server, profile: Profile) -> None:
    turn, _ = await played(Settings(max_tokens=8).applied(saying(profile, vllm.says(REPLY))))
    assert turn.thought
    assert THOUGHT.startswith(turn.thought)
    assert turn.answer == ""
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.ending.phase) == ("length", "server", "thought")


async def test_the_servers_own_loop_detection_is_a_loop_ending(vllm: Server, profile: Profile) -> None:
    detection = {"max_pattern_size": 8, "min_pattern_size": 2, "min_count": 4}
    looping = vllm.says("<think>\nAgain and again. ") | vllm.says("and again ", loop=True)
    turn, _ = await played(saying(profile, looping | {"repetition_detection": detection}))
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.ending.finish_reason) == ("loop", "server", "repetition")


async def test_stop_aborts_the_generation_at_the_server(vllm: Server, profile: Profile) -> None:
    begun = asyncio.Event()
    slow = saying(profile, vllm.says("going on ", step_ms=20, loop=True))
    playing = asyncio.create_task(played(slow, show=lambda _: begun.set()))
    await asyncio.wait_for(begun.wait(), 10)
    assert vllm.running() == 1
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert await idle_within_a_second(vllm)


async def test_a_spent_budget_aborts_the_generation_at_the_server(vllm: Server, profile: Profile) -> None:
    slow = saying(profile, vllm.says("<think>\n" + "on and on " * 100, step_ms=20))
    turn, _ = await played(Settings(budget=10).applied(slow))
    assert turn.ending
    assert (turn.ending.code, turn.ending.phase) == ("budget", "thought")
    assert await idle_within_a_second(vllm)


async def test_a_thought_that_goes_round_is_ended_and_aborted_at_the_server(vllm: Server, profile: Profile) -> None:
    looping = saying(profile, vllm.says("<think>\nWait, let me check that once more. ", loop=True))
    turn, _ = await played(looping)
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.ending.phase) == ("loop", "client", "thought")
    assert await idle_within_a_second(vllm)


async def test_a_stop_text_of_the_answer_sleeps_in_the_thought(vllm: Server, profile: Profile) -> None:
    condition = profile.end.model_copy(update={"answer": stop("2")})
    turn, _ = await played(saying(profile.model_copy(update={"end": condition}), vllm.says(REPLY)))
    assert turn.ending
    assert (turn.ending.code, turn.ending.source, turn.ending.evidence) == ("stop_text", "client", "2")
    assert "2" in turn.thought
    assert turn.answer == "1+1 = "
    assert await idle_within_a_second(vllm)


async def test_a_clock_aborts_the_generation_at_the_server(vllm: Server, profile: Profile) -> None:
    slow = saying(profile, vllm.says("going on ", step_ms=20, loop=True))
    turn, _ = await played(Settings(total=0.5).applied(slow))
    assert turn.ending
    assert turn.ending.code == "total_timeout"
    assert await idle_within_a_second(vllm)


async def test_a_stop_id_out_of_the_vocabulary_is_told_in_a_plain_message(vllm: Server, profile: Profile) -> None:
    wrong = profile.model_copy(update={"modes": profile.modes | {"FULL": Mode(stop_tokens=(OUT_OF_VOCABULARY,))}})
    turn, fault = await played(saying(wrong, vllm.says(REPLY)))
    assert turn.ending
    assert turn.ending.code in ("refused", "server_error")
    assert fault
    assert str(OUT_OF_VOCABULARY) in fault_text(fault, "en")
    assert "Traceback" not in fault_text(fault, "en")


async def test_an_unknown_model_is_told_with_the_names_that_are_served(vllm: Server, profile: Profile) -> None:
    turn, fault = await played(profile.model_copy(update={"model": "no-such-model"}))
    assert turn.ending
    assert turn.ending.code == "refused"
    assert fault
    assert f"`{vllm.model}`" in fault_text(fault, "en")


async def test_more_tokens_than_the_model_has_room_for_are_refused_in_plain_words(profile: Profile) -> None:
    turn, fault = await played(Settings(max_tokens=MODEL_ROOM + 1).applied(profile))
    assert turn.ending
    assert turn.ending.code == "refused"
    assert fault
    assert f"max_model_len={MODEL_ROOM}" in fault_text(fault, "en")


async def test_a_chat_that_is_too_long_is_told_so(profile: Profile) -> None:
    turn, fault = await played(profile, question="one " * 3000)
    assert turn.ending
    assert turn.ending.code == "refused"
    assert fault
    assert "too long" in fault_text(fault, "en")

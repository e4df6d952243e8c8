"""A cut thought is followed by an answer: one more request, byte for byte."""

import asyncio
from typing import Any

import pytest

from chat.profiles.sentence import Sentence
from chat.reply.notice import HandedOff, NoWay
from termination import Begun, Ended
from tests.reply.played import ANSWER, IDS, LENGTH, LOOP, REPETITION, THOUGHT, Played, cut, prompt_of, reject_continuing
from tests.scripted_server import (
    Content,
    Drop,
    Finish,
    Hang,
    Reasoning,
    Role,
    ScriptedServer,
    Step,
    error,
)
from tests.scripted_server.templates import QWEN3, jinja
from tests.wire.fixtures import Chat


@pytest.mark.parametrize(
    ("script", "values", "code"),
    [
        (LENGTH, {}, "length"),
        (REPETITION, {}, "loop"),
        (LOOP, {}, "loop"),
        (cut(Hang()), {"thinking": {"open": "<think>", "close": "</think>", "budget": 4}}, "budget"),
    ],
)
async def test_a_thought_that_was_cut_is_answered(
    server: ScriptedServer, chat: Chat, script: list[Step], values: dict[str, Any], code: str
) -> None:
    chat.use(**values)
    server.play(script, ANSWER)
    played = Played(chat)
    assert await played.to_the_end() is None
    assert played.kinds == ["HandedOff", "Ended"]
    (handed,) = [each for each in played.reported if isinstance(each, HandedOff)]
    assert (handed.ending.code, handed.ending.phase) == (code, "thought")
    assert (played.reply.answer, played.ending.code, played.ending.phase) == ("Four.", "complete", "answer")
    assert len(server.chats()) == 2
    assert f"<think>\n{played.reply.thought}" in prompt_of(server)
    assert prompt_of(server).endswith("\n</think>\n\n")
    assert server.chats()[-1].body["stop_token_ids"] == list(IDS)


async def test_the_figures_are_those_of_both(server: ScriptedServer, chat: Chat) -> None:
    server.play(LENGTH, ANSWER)
    played = Played(chat)
    await played.to_the_end()
    (handed,) = [each.ending for each in played.reported if isinstance(each, HandedOff)]
    assert played.ending.tokens.thought == handed.tokens.thought > 0
    assert played.ending.tokens.answer >= 2
    assert played.ending.tokens.exact
    assert played.ending.seconds.first_token == handed.seconds.first_token
    assert played.ending.seconds.total > handed.seconds.total
    assert played.reported[-1] == Ended(played.ending)


async def test_a_template_that_opens_the_thought_opens_it_once(server: ScriptedServer, chat: Chat) -> None:
    server.template = lambda body: "".join(each["content"] for each in body["messages"]) + "<think>\n"
    server.play(LENGTH, ANSWER)
    await Played(chat).to_the_end()
    assert prompt_of(server).count("<think>") == 1


@pytest.mark.parametrize(
    ("mode", "values"),
    [
        ("THINK_ONLY", {}),
        ("FULL", {"thinking": {"open": "<think>", "close": "</think>", "rescue": False}}),
        ("FULL", {"end": {"any": "tokens(4)"}}),
        ("FULL", {"end": {"thought": "stop('think')"}}),
    ],
)
async def test_an_answer_that_is_not_wanted_is_not_asked_for(
    server: ScriptedServer, chat: Chat, mode: str, values: dict[str, Any]
) -> None:
    chat.use(**values)
    server.play(LENGTH)
    played = Played(chat, mode)
    await played.to_the_end()
    assert (played.kinds, len(server.chats()), played.reply.answer) == (["Ended"], 1, "")
    assert played.ending.phase == "thought"


IN_THE_THOUGHT = [Role(), Reasoning("\nTwo and two. "), Reasoning("Four?")]


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (Finish("stop"), "complete"),
        (Finish("stop", "<|im_end|>"), "complete"),
        (Finish("stop", 785), "complete"),
        (Finish("stop", "Question:"), "stop_text"),
    ],
)
async def test_the_answer_to_a_thought_in_which_the_model_ended_is_requested_once(
    server: ScriptedServer, chat: Chat, last: Finish, code: str
) -> None:
    server.play([*IN_THE_THOUGHT, last], ANSWER)
    played = Played(chat)
    assert await played.to_the_end() is None
    (handed,) = [each for each in played.reported if isinstance(each, HandedOff)]
    assert (handed.ending.code, handed.ending.phase) == (code, "thought")
    assert (played.reply.thought, played.reply.answer, played.ending.code) == (
        "Two and two. Four?",
        "Four.",
        "complete",
    )


async def test_a_second_end_inside_the_thought_is_the_end(server: ScriptedServer, chat: Chat) -> None:
    server.play([*IN_THE_THOUGHT, Finish("stop")], [Content("<think>\nFour"), Finish("stop")])
    played = Played(chat)
    await played.to_the_end()
    assert (played.kinds, len(server.chats())) == (["HandedOff", "Ended"], 2)


async def test_reasoning_that_no_one_has_opened_is_the_answer(server: ScriptedServer, chat: Chat) -> None:
    server.play([Role(), Reasoning("Four."), Finish("stop")])
    played = Played(chat)
    await played.to_the_end()
    assert (played.kinds, played.reply.answer, played.ending.phase) == (["Ended"], "Four.", "answer")


@pytest.mark.parametrize("last", [Finish("stop"), Finish("length"), Finish("stop", "Question:"), Drop()])
async def test_without_a_thought_reasoning_is_the_answer_also_if_it_is_cut(
    server: ScriptedServer, chat: Chat, last: Step
) -> None:
    chat.use(thinking=None)
    server.play([*IN_THE_THOUGHT, last])
    played = Played(chat)
    await played.to_the_end()
    assert (played.kinds, played.reply.answer, played.ending.phase) == (["Ended"], "Two and two. Four?", "answer")


async def test_the_answer_is_asked_for_once_and_never_in_a_loop(server: ScriptedServer, chat: Chat) -> None:
    server.play(LENGTH, [Content("<think>Hm"), Content("m."), Finish("length")])
    played = Played(chat)
    await played.to_the_end()
    assert (played.kinds, len(server.chats())) == (["HandedOff", "Ended"], 2)


async def test_a_turn_ends_as_before_if_the_server_cannot_continue(server: ScriptedServer, chat: Chat) -> None:
    reject_continuing(server)
    server.play(LENGTH)
    played = Played(chat)
    assert await played.to_the_end() is None
    assert (played.kinds, played.ending.code, played.ending.phase) == (["Ended"], "length", "thought")
    assert Sentence("handed.no_way") in played.reported
    assert isinstance(await played.to_the_end(answer=True), NoWay)
    assert isinstance(await played.to_the_end(), NoWay)
    assert (played.ending.code, played.reply.thought) == ("length", "".join(THOUGHT).strip())


async def test_a_turn_ends_as_it_was_cut_if_the_server_refuses_to_continue(
    server: ScriptedServer, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    server.tried = [error(400, "continue_final_message is not supported")]
    server.play(LENGTH, [error(400, "no completions here")])
    played = Played(chat)
    assert await played.to_the_end() is None
    assert (played.ending.code, played.ending.phase) == ("length", "thought")
    assert played.reported[-1] == Ended(played.ending)
    assert played.kinds == ["HandedOff", "Ended"]
    assert Sentence("handed.no_way") in played.reported
    assert played.reply.thought == "".join(THOUGHT).strip()
    assert "no completions here" in caplog.text


async def test_a_way_that_has_not_produced_a_token_can_still_be_rejected(server: ScriptedServer, chat: Chat) -> None:
    server.template = jinja(QWEN3)
    server.play(LENGTH, [Drop()], [error(400, "no completions here")], ANSWER)
    played = Played(chat)
    fault = await played.to_the_end()
    assert fault
    assert (fault.code, played.reply.answer) == ("disconnected", "")
    assert await played.to_the_end(answer=True) is None
    assert played.reply.answer == "Four."
    assert ["prompt" in each.body for each in server.chats()] == [False, True, True, False]


async def test_a_way_that_has_produced_text_is_kept_after_one_refusal(server: ScriptedServer, chat: Chat) -> None:
    """Keep the way, because the server then rejects the request and not the way."""
    server.play(LENGTH, [Content("Four"), Drop()], [error(400, "the question is too odd")])
    played = Played(chat)
    await played.to_the_end()
    fault = await played.to_the_end()
    assert fault
    assert (fault.code, played.reply.answer, len(server.chats())) == ("refused", "Four", 3)


async def test_each_way_gives_the_answer_the_rest_of_the_limit(server: ScriptedServer, chat: Chat) -> None:
    chat.use(sampling={"max_tokens": 1000})
    server.template = jinja(QWEN3)
    server.play(LENGTH, [error(400, "no completions here")], ANSWER)
    played = Played(chat)
    assert await played.to_the_end() is None
    assert played.reply.answer == "Four."
    whole, *rest = (each.body["max_tokens"] for each in server.chats())
    assert (whole, rest) == (1000, [1000 - played.ending.tokens.thought] * 2)


async def test_a_server_that_is_busy_during_the_reply_keeps_its_ways(server: ScriptedServer, chat: Chat) -> None:
    server.play(LENGTH, *[[error(503, "busy")]] * 3, ANSWER)
    played = Played(chat)
    fault = await played.to_the_end()
    assert fault
    assert (fault.kind, played.ending.code) == ("busy", "length")
    assert await played.to_the_end(answer=True) is None
    assert played.reply.answer == "Four."


async def test_halves_of_a_pair_are_joined(server: ScriptedServer, chat: Chat) -> None:
    server.play(ANSWER)
    played = Played(chat, begun=Begun("thought", "Hm. \ud83d\ude42 \ud83d"))
    assert await played.to_the_end(answer=True) is None
    assert (played.reply.thought, played.reply.answer) == ("Hm. 🙂 \ufffd", "Four.")
    assert "Hm. 🙂 \ufffd" in prompt_of(server)


async def test_an_answer_that_breaks_off_is_reported(server: ScriptedServer, chat: Chat) -> None:
    server.play(LENGTH, [Content("Four"), Drop()])
    played = Played(chat)
    fault = await played.to_the_end()
    assert fault
    assert (fault.code, played.ending.code, played.reply.answer) == ("disconnected", "disconnected", "Four")


async def test_stop_ends_the_answer_too(server: ScriptedServer, chat: Chat) -> None:
    server.play(LENGTH, [Content("Four"), Hang()])
    played = Played(chat)
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.wait_for(played.answered.wait(), 30)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert (played.ending.code, played.ending.phase, played.reply.answer) == ("stopped", "answer", "Four")


async def test_a_server_that_shows_its_prompt_as_text_is_asked_with_text(server: ScriptedServer, chat: Chat) -> None:
    server.tokenizes, server.applies_template = False, True
    server.play(LENGTH, ANSWER)
    played = Played(chat)
    await played.to_the_end()
    assert played.reply.answer == "Four."
    prompt = server.chats()[-1].body["prompt"]
    assert isinstance(prompt, str)
    assert prompt.startswith("<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n<think>\nTwo and two.")
    assert prompt.endswith("\n</think>\n\n")


@pytest.mark.parametrize(
    ("thought", "handoff", "said"),
    [
        ("Hm.", None, "I answer now with what I have."),
        ("二加二是四。", None, "我根据已有的思考直接回答。"),
        ("所以 print(x) 得到四。", None, "我根据已有的思考直接回答。"),
        ("That is 早上好, which is a polite word.", None, "I answer now with what I have."),
        ("二足す二は四です。", None, "I answer now with what I have."),
        ("Hm.", " So:", " So:"),
        ("Hm.", "", "Hm."),
    ],
)
async def test_the_hand_off_is_in_the_thoughts_language(
    server: ScriptedServer, chat: Chat, thought: str, handoff: str | None, said: str
) -> None:
    chat.use(thinking={"open": "<think>", "close": "</think>", "handoff": handoff})
    server.play([Role(), Reasoning(thought), Finish("length")], ANSWER)
    played = Played(chat)
    await played.to_the_end()
    assert prompt_of(server).endswith(f"{said}\n</think>\n\n")
    assert played.reply.thought == thought

"""A cut thought is followed by an answer, and any reply can be continued: one more request, byte for byte."""

import asyncio
from typing import Any

import pytest

from chat.profiles.sentence import Sentence
from chat.reply.notice import HandedOff, NoWay, Report
from chat.reply.reply import Reply
from chat.server.faults import Fault
from chat.words.endings import ending_sentence
from chat.words.receipt import Facts, acts
from chat.words.texts import plain
from termination import AnswerDelta, Begun, CutBack, Ended, Ending, ThoughtDelta
from tests.scripted_server import (
    Content,
    Drop,
    Finish,
    Hang,
    Hold,
    Reasoning,
    Role,
    ScriptedServer,
    Status,
    Step,
    error,
)
from tests.scripted_server.templates import QWEN3, jinja
from tests.sentences import sentence
from tests.wire.fixtures import Chat

THOUGHT = ["Two ", "and ", "two. ", "Is ", "that ", "four? ", "I ", "think ", "so. "]
IDS = (151645, 151643)


class Played:
    """One question, played to its end, and what the page received of it."""

    def __init__(self, chat: Chat, mode: str = "FULL", begun: Begun | None = None) -> None:
        self.reported: list[Report] = []
        self.thinking, self.answered = asyncio.Event(), asyncio.Event()

        self.reply = Reply(chat.question(mode), self._show, begun, begun.thought if begun else "")

    def _show(self, event: Report) -> None:
        self.reported.append(event)
        if isinstance(event, ThoughtDelta):
            self.thinking.set()
        if isinstance(event, AnswerDelta):
            self.answered.set()

    async def to_the_end(self, answer: bool = False) -> Fault | None:
        return await self.reply.play(answer)

    @property
    def ending(self) -> Ending:
        assert self.reply.ending
        return self.reply.ending

    @property
    def kinds(self) -> list[str]:
        return [type(each).__name__ for each in self.reported if isinstance(each, Ended | HandedOff)]


def cut(*last: Step) -> list[Step]:
    return [Role(), *map(Reasoning, THOUGHT), *last]


ANSWER = [Content("Four"), Content("."), Finish("stop")]
LENGTH = cut(Finish("length"))
REPETITION = cut(Finish("repetition", "repetition_detected"))
LOOP = [Role(), *map(Reasoning, ["and again "] * 200)]


def prompt_of(server: ScriptedServer) -> str:
    """Return what the model read of the last request, whose prompt is token ids."""
    return server.text_of(server.chats()[-1].body["prompt"])


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


def reject_continuing(server: ScriptedServer) -> None:
    """Leave the server neither a tokenizer nor a chat endpoint that continues a reply."""
    server.tokenizes = False
    server.tried = [error(400, "continue_final_message is not supported")]


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


async def test_the_person_gets_the_answer_to_a_thought_that_streams(server: ScriptedServer, chat: Chat) -> None:
    server.play(cut(Hang()), ANSWER)
    played = Played(chat)
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.wait_for(played.thinking.wait(), 30)
    played.reply.answer_now()
    assert await asyncio.wait_for(playing, 30) is None
    assert played.kinds == ["HandedOff", "Ended"]
    assert (played.reply.answer, played.ending.code, played.ending.source) == ("Four.", "complete", "model")
    assert await asyncio.to_thread(server.chats()[0].wait_closed)
    assert f"<think>\n{played.reply.thought}\n\nThat is enough" in prompt_of(server)


async def test_an_answer_that_was_asked_for_and_has_not_come_is_reported(server: ScriptedServer, chat: Chat) -> None:
    server.play(cut(Hang()), *[[error(503, "busy")]] * 3)
    played = Played(chat)
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.wait_for(played.thinking.wait(), 30)
    played.reply.answer_now()
    fault = await asyncio.wait_for(playing, 30)
    assert fault
    assert (fault.kind, played.ending.code, played.ending.source) == ("busy", "stopped", "person")
    assert plain(ending_sentence(played.ending), "en") == sentence("ending.stopped.asked")


async def test_stop_before_the_answer_that_was_asked_for_is_reported_as_stop(
    server: ScriptedServer, chat: Chat
) -> None:
    server.tokenizes, server.tried = False, [hold := Hold()]
    server.play(cut(Hang()))
    played = Played(chat)
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.wait_for(played.thinking.wait(), 30)
    played.reply.answer_now()
    assert await asyncio.to_thread(hold.reached.wait, 30)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert plain(ending_sentence(played.ending), "en").startswith(sentence("ending.stopped.thought"))


async def test_the_answer_is_not_asked_for_without_a_thought_or_while_it_streams(
    server: ScriptedServer, chat: Chat
) -> None:
    server.play([Role(), Content("Four"), Hang()])
    played = Played(chat)
    played.reply.answer_now()
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.sleep(0)
    played.reply.answer_now()
    await asyncio.wait_for(played.answered.wait(), 30)
    played.reply.answer_now()
    assert not playing.done()
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert (played.ending.code, played.reply.answer) == ("stopped", "Four")


async def test_the_answer_can_be_asked_for_before_a_continued_thought_has_another_word(
    server: ScriptedServer, chat: Chat
) -> None:
    server.play([Hang()], ANSWER)
    played = Played(chat, begun=Begun("thought", "Two and two."))
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.to_thread(server.wait_chat)
    played.reply.answer_now()
    assert await asyncio.wait_for(playing, 30) is None
    assert (played.kinds, played.reply.answer) == (["HandedOff", "Ended"], "Four.")
    assert "<think>\nTwo and two.\n\nThat is enough" in prompt_of(server)


async def test_the_answer_can_be_asked_for_while_a_continued_thought_is_being_prepared(
    server: ScriptedServer, chat: Chat
) -> None:
    server.play(ANSWER)
    played = Played(chat, begun=Begun("thought", "Two and two."))
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.sleep(0)
    assert not server.requests
    played.reply.answer_now()
    assert await asyncio.wait_for(playing, 30) is None
    assert (len(server.chats()), played.reply.answer) == (1, "Four.")


async def test_the_person_may_ask_for_the_answer_to_a_second_thought(server: ScriptedServer, chat: Chat) -> None:
    thinks_again = [Content("4?\n<think>\nOr five?"), Hang()]
    server.play(cut(Hang()), thinks_again, [Content("It is four."), Finish("stop")])
    played = Played(chat)
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.wait_for(played.thinking.wait(), 30)
    played.reply.answer_now()
    while "Or five?" not in played.reply.thought:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    played.reply.answer_now()
    assert await asyncio.wait_for(playing, 30) is None
    assert played.kinds == ["HandedOff", "HandedOff", "Ended"]
    assert (played.reply.answer, played.ending.code) == ("4?\n\n\nIt is four.", "complete")
    assert "Or five?\n\nThat is enough: I answer now with what I have.\n</think>\n\n4?\n\n" in prompt_of(server)
    assert played.reply.so_far
    assert played.reply.so_far.answer == played.reply.answer


async def test_the_answer_can_be_asked_for_even_if_the_profile_rescues_nothing(
    server: ScriptedServer, chat: Chat
) -> None:
    chat.use(thinking={"open": "<think>", "close": "</think>", "rescue": False})
    server.play(cut(Hang()), ANSWER)
    played = Played(chat)
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.wait_for(played.thinking.wait(), 30)
    played.reply.answer_now()
    assert await asyncio.wait_for(playing, 30) is None
    assert played.reply.answer == "Four."


async def test_a_thought_alone_is_answered_when_the_person_asks_for_it(server: ScriptedServer, chat: Chat) -> None:
    server.play([*cut(), Content("unread")], ANSWER)
    played = Played(chat, "THINK_ONLY")
    await played.to_the_end()
    assert (played.ending.code, played.reply.answer) == ("thought_complete", "")
    await played.to_the_end(answer=True)
    assert (played.ending.code, played.ending.phase, played.reply.answer) == ("complete", "answer", "Four.")
    assert prompt_of(server).endswith("\n</think>\n\n")


@pytest.mark.parametrize("end", [Finish("length"), Drop(), Hang()], ids=["length", "lost", "stopped"])
async def test_an_answer_continues_where_it_ended(server: ScriptedServer, chat: Chat, end: Step) -> None:
    server.play([Role(), Reasoning("Hm."), Content("```py\nx = 1\n"), end], [Content("y = 2\n```\n"), Finish("stop")])
    played = Played(chat)
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.wait_for(played.answered.wait(), 30)
    if isinstance(end, Hang):
        playing.cancel()
    await asyncio.wait([playing])
    assert await played.to_the_end() is None
    assert played.reply.answer == "```py\nx = 1\ny = 2\n```\n"
    assert prompt_of(server).endswith("<think>\nHm.\n</think>\n\n```py\nx = 1\n")
    assert played.ending.code == "complete"


async def test_a_thought_continues_where_it_ended(server: ScriptedServer, chat: Chat) -> None:
    chat.use(thinking={"open": "<think>", "close": "</think>", "rescue": False})
    server.play(
        [Role(), Reasoning("One and "), Finish("length")], [Content("two.\n</think>\n\nThree."), Finish("stop")]
    )
    played = Played(chat)
    await played.to_the_end()
    assert played.reply.thought == "One and"
    await played.to_the_end()
    assert (played.reply.thought, played.reply.answer) == ("One and two.", "Three.")
    assert prompt_of(server).endswith("<think>\nOne and ")


async def test_an_edited_thought_is_continued(server: ScriptedServer, chat: Chat) -> None:
    server.play([Content(" So it is four.\n</think>\n\nFour."), Finish("stop")])
    played = Played(chat, begun=Begun("thought", "I know: 2 + 2 is 4."))
    assert await played.to_the_end() is None
    assert played.reply.thought == "I know: 2 + 2 is 4. So it is four."
    assert played.reply.answer == "Four."
    assert prompt_of(server).endswith("<think>\nI know: 2 + 2 is 4.")


async def test_only_the_answer_is_asked_for_again(server: ScriptedServer, chat: Chat) -> None:
    server.play(ANSWER)
    played = Played(chat, begun=Begun("answer", "Two and two."))
    assert await played.to_the_end() is None
    assert (played.reply.thought, played.reply.answer) == ("Two and two.", "Four.")
    assert prompt_of(server).endswith("<think>\nTwo and two.\n</think>\n\n")


async def test_an_answer_that_loops_is_cut_back_to_the_first_copy(server: ScriptedServer, chat: Chat) -> None:
    line = "| 17 | blue | 4.5 | open |\n"
    server.play([Role(), Reasoning("Hm."), Content("A table:\n\n"), *[Content(line)] * 400, Hang()])
    played = Played(chat)
    await played.to_the_end()
    assert (played.ending.code, played.ending.phase) == ("loop", "answer")
    assert played.reply.answer == f"A table:\n\n{line}".rstrip()
    (back,) = [each for each in played.reported if isinstance(each, CutBack)]
    assert back.keep == len(played.reply.answer)


async def test_a_server_that_fails_while_a_reply_continues_changes_nothing(server: ScriptedServer, chat: Chat) -> None:
    server.play([Role(), Reasoning("Hm."), Content("It is"), Finish("length")], *[[error(503, "busy")]] * 3)
    played = Played(chat)
    await played.to_the_end()
    before = played.ending
    fault = await played.to_the_end()
    assert fault
    assert (fault.kind, played.ending, played.reply.answer) == ("busy", before, "It is")


@pytest.mark.parametrize(
    "begun", [Begun("answer", "Two and two."), Begun("thought", "Two and")], ids=["answer", "thought"]
)
async def test_another_version_without_a_token_has_an_ending_too(
    server: ScriptedServer, chat: Chat, begun: Begun
) -> None:
    server.play(*[[error(503, "busy")]] * 3)
    played = Played(chat, begun=begun)
    fault = await played.to_the_end()
    assert fault
    assert (fault.kind, played.ending.code, played.reply.so_far) == ("busy", "refused", begun)


async def test_another_version_that_cannot_be_requested_has_an_ending_too(server: ScriptedServer, chat: Chat) -> None:
    reject_continuing(server)
    played = Played(chat, begun=Begun("answer", "Two and two."))
    assert isinstance(await played.to_the_end(), NoWay)
    assert (played.ending.code, played.reply.thought) == ("refused", "Two and two.")


@pytest.mark.parametrize(
    ("begun", "offered"),
    [
        (Begun("thought", "Two and two."), ["answer_now", "continue"]),
        (Begun("answer", "Two and two."), ["answer_now"]),
        (Begun("answer", "Two and two.", "It is"), ["continue"]),
    ],
)
async def test_another_version_that_is_stopped_at_once_has_an_ending_too(
    chat: Chat, begun: Begun, offered: list[str]
) -> None:
    played = Played(chat, begun=begun)
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.sleep(0)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert (played.ending.code, played.ending.source) == ("stopped", "person")
    assert played.reported == [Ended(played.ending)]
    given = Facts(played.ending, begun, thought=True, answer=bool(begun.answer), thinks=True)
    assert [act for act, look in acts(given) if look == "main"] == offered


@pytest.mark.parametrize("state", ["is_paused", "is_sleeping", "is_awake"])
@pytest.mark.parametrize(
    ("script", "clock", "code"),
    [
        ([Hang()], "first_token", "first_token_timeout"),
        ([Role(), Content("Four"), Hang()], "idle", "idle_timeout"),
    ],
)
async def test_a_timeout_at_a_paused_server_is_explained(
    server: ScriptedServer, chat: Chat, state: str, script: list[Step], clock: str, code: str
) -> None:
    server.says = {f"/{state}": lambda: Status(200, {state: True})}
    server.by_message({"": script})
    chat.use(end={"clocks": {clock: "50ms"}})
    await chat.warm_up()
    played = Played(chat)
    await played.to_the_end()
    assert played.ending.code == code
    assert (Sentence("server.paused") in played.reported) == (state != "is_awake")
    assert isinstance(played.reported[-1], Ended)

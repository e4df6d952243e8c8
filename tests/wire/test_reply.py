"""A thought that was cut is followed by an answer: one more request, with the thought in it byte for byte."""

import asyncio
from typing import Any

import pytest

from chat.faults import Fault
from chat.reply import HandedOff, Reply
from chat.request import Request, request
from termination import AnswerDelta, Ended, Ending, Event
from tests.scripted_server import Content, Drop, Finish, Hang, Reasoning, Role, ScriptedServer, Step, error
from tests.wire.conftest import ASKED, Chat

THOUGHT = ["Two ", "and ", "two. ", "Is ", "that ", "four? ", "I ", "think ", "so. "]
IDS = (151645, 151643)


class Played:
    """One question, played to its end, and what the page was told of it."""

    def __init__(self, chat: Chat, mode: str = "FULL") -> None:
        self.told: list[Event | HandedOff] = []
        self.answered = asyncio.Event()

        async def ask() -> Request:
            return request(chat.profile, mode, ASKED, IDS, "chat-1")

        self.reply = Reply(chat.profile, mode, ask, self._show)

    def _show(self, event: Event | HandedOff) -> None:
        self.told.append(event)
        if isinstance(event, AnswerDelta):
            self.answered.set()

    async def to_the_end(self) -> Fault | None:
        return await self.reply.play()

    @property
    def ending(self) -> Ending:
        assert self.reply.ending
        return self.reply.ending

    @property
    def kinds(self) -> list[str]:
        return [type(each).__name__ for each in self.told if isinstance(each, Ended | HandedOff)]


def cut(*last: Step) -> list[Step]:
    return [Role(), *map(Reasoning, THOUGHT), *last]


ANSWER = [Content("Four"), Content("."), Finish("stop")]
LENGTH = cut(Finish("length"))
REPETITION = cut(Finish("repetition", "repetition_detected"))
LOOP = [Role(), *map(Reasoning, ["and again "] * 200)]


def prompt_of(server: ScriptedServer) -> str:
    """What the model read of the last request, whose prompt are token ids."""
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
    (handed,) = [each for each in played.told if isinstance(each, HandedOff)]
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
    (handed,) = [each.ending for each in played.told if isinstance(each, HandedOff)]
    assert played.ending.tokens.thought == handed.tokens.thought > 0
    assert played.ending.tokens.answer >= 2
    assert played.ending.tokens.exact
    assert played.ending.seconds.first_token == handed.seconds.first_token
    assert played.ending.seconds.total > handed.seconds.total
    assert played.told[-1] == Ended(played.ending)


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
        ("FULL", {"thinking": None}),
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


async def test_it_is_asked_for_once_and_never_in_a_circle(server: ScriptedServer, chat: Chat) -> None:
    server.play(LENGTH, [Content("<think>Hm"), Content("m."), Finish("length")])
    played = Played(chat)
    await played.to_the_end()
    assert (played.kinds, len(server.chats())) == (["HandedOff", "Ended"], 2)


async def test_a_server_that_does_not_tokenize_ends_the_turn_as_before(server: ScriptedServer, chat: Chat) -> None:
    server.tokenizes = False
    server.play(LENGTH)
    played = Played(chat)
    assert await played.to_the_end() is None
    assert (played.kinds, played.ending.code, played.ending.phase) == (["Ended"], "length", "thought")


async def test_where_the_server_refuses_to_go_on_the_turn_ends_as_it_was_cut(
    server: ScriptedServer, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    server.play(LENGTH, [error(400, "no completions here")])
    played = Played(chat)
    assert await played.to_the_end() is None
    assert (played.ending.code, played.ending.phase) == ("length", "thought")
    assert played.told[-1] == Ended(played.ending)
    assert played.kinds == ["HandedOff", "Ended"]
    assert played.reply.thought == "".join(THOUGHT).strip()
    assert "no completions here" in caplog.text


async def test_an_answer_that_breaks_off_is_told(server: ScriptedServer, chat: Chat) -> None:
    server.play(LENGTH, [Content("Four"), Drop()])
    played = Played(chat)
    fault = await played.to_the_end()
    assert fault
    assert (fault.code, played.ending.code, played.reply.answer) == ("disconnected", "disconnected", "Four")


async def test_stop_ends_the_answer_too(server: ScriptedServer, chat: Chat) -> None:
    server.play(LENGTH, [Content("Four"), Hang()])
    played = Played(chat)
    playing = asyncio.create_task(played.to_the_end())
    await asyncio.wait_for(played.answered.wait(), 5)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert (played.ending.code, played.ending.phase, played.reply.answer) == ("stopped", "answer", "Four")


async def test_a_server_that_tells_its_prompt_as_text_is_asked_by_text(server: ScriptedServer, chat: Chat) -> None:
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
        ("Hm.", " So:", " So:"),
        ("Hm.", "", "Hm."),
    ],
)
async def test_the_hand_off_is_said_in_the_thoughts_language(
    server: ScriptedServer, chat: Chat, thought: str, handoff: str | None, said: str
) -> None:
    chat.use(thinking={"open": "<think>", "close": "</think>", "handoff": handoff})
    server.play([Role(), Reasoning(thought), Finish("length")], ANSWER)
    played = Played(chat)
    await played.to_the_end()
    assert prompt_of(server).endswith(f"{said}\n</think>\n\n")
    assert played.reply.thought == thought

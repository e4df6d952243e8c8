"""Before a turn is asked for, it is known what the answer needs of the limit of tokens, and what the window leaves."""

from dataclasses import replace
from typing import Any

import pytest

from chat.profiles.sentence import Sentence
from chat.reply.history import Exchange
from chat.reply.notice import HandedOff, Report
from chat.reply.prepare import Prepared
from chat.reply.reply import Reply
from chat.words.receipt import Facts, line
from termination import Budget
from tests.scripted_server import Content, Finish, Hang, Reasoning, Role, ScriptedServer
from tests.wire.fixtures import Chat

SENTENCE = "Two and two are four. "
THINKING: dict[str, Any] = {"open": "<think>", "close": "</think>"}


def turns(number: int) -> list[Exchange]:
    """Return that many past turns of some 60 tokens each."""
    return [Exchange(str(each), f"{each}: {SENTENCE * 10}", answer="Yes.") for each in range(number)]


async def of(chat: Chat, mode: str = "FULL", past: int = 0, reported: int = 0) -> Prepared:
    return await chat.question(mode, turns(past)).prepare(mode, reported=reported)


@pytest.mark.parametrize(
    ("most", "share"),
    [(None, 89966), (200, None), (256, 174), (4096, 2792), (32768, 28858)],
)
async def test_the_thought_leaves_the_answer_its_allowance(
    server: ScriptedServer, chat: Chat, most: int | None, share: int | None
) -> None:
    server.max_model_len = 100_000
    chat.use(sampling={"max_tokens": most} if most else {}, thinking=THINKING)
    made = await of(chat)
    assert made.share == (Budget(share) if share else None)
    if most and share:
        assert share * 1.1 + min(1024, most // 4) <= most
        assert str(Budget(share)) in str(made.end)


@pytest.mark.parametrize(
    ("mode", "values"),
    [
        ("THINK_ONLY", {"thinking": THINKING}),
        ("FULL", {"thinking": {**THINKING, "rescue": False}}),
        ("FULL", {"thinking": None}),
        ("NO_THINK", {"thinking": THINKING, "modes": {"FULL": {}, "THINK_ONLY": {}, "NO_THINK": {"thinks": False}}}),
    ],
)
async def test_nothing_is_held_back_where_no_answer_would_follow(chat: Chat, mode: str, values: dict[str, Any]) -> None:
    chat.use(sampling={"max_tokens": 4096}, **values)
    assert (await of(chat, mode)).share is None


async def test_a_thought_that_has_taken_its_share_is_answered_within_the_limit(
    server: ScriptedServer, chat: Chat
) -> None:
    chat.use(sampling={"max_tokens": 400}, thinking=THINKING)
    thought = [Reasoning(f"Case {number} of {number * 7919 % 1000} is four. ") for number in range(100)]
    server.play([Role(), *thought, Hang()], [Content("Four."), Finish()])
    reported: list[Report] = []

    reply = Reply(chat.question(), reported.append)
    assert await reply.play() is None
    (handed,) = [each for each in reported if isinstance(each, HandedOff)]
    assert (handed.share, handed.ending.code) == (400, "budget")
    assert reply.answer == "Four."
    first, second = (each.body["max_tokens"] for each in server.chats())
    assert first == 400
    assert second == 400 - handed.ending.tokens.thought >= 100
    assert reply.thought.endswith("is four.")


async def test_an_answer_that_has_taken_what_was_left_has_not_filled_the_window(
    server: ScriptedServer, chat: Chat
) -> None:
    """Let thought and answer together be more than the window left for the last request."""
    server.max_model_len = 2048
    chat.use(sampling={"max_tokens": 1500}, thinking=THINKING)
    thought = [Reasoning(f"Case {number} of {number * 7919 % 1000} is four. ") for number in range(300)]
    server.play([Role(), *thought, Hang()], [Content("Four. ") for _ in range(100)] + [Finish("length")])
    reply = Reply(chat.question(), lambda _: None)
    assert await reply.play() is None
    assert reply.ending
    assert reply.ending.code == "length"
    assert reply.prepared
    most, limit = reply.prepared.most, reply.prepared.limit
    assert (most, limit) == (server.chats()[1].body["max_tokens"],) * 2
    facts = Facts(reply.ending, reply.so_far, True, True, True, most=most, limit=limit, window=reply.prepared.window)
    assert "window" not in line(replace(facts, used=reply.used), "en")


async def test_what_the_window_leaves_of_the_limit_is_known(server: ScriptedServer, chat: Chat) -> None:
    server.max_model_len = 1000
    chat.use(sampling={"max_tokens": 900}, thinking=THINKING)
    made = await of(chat, past=3)
    assert made.limit == 900
    assert made.most
    assert 500 < made.most < 900
    assert made.share == Budget(int((made.most - made.most // 4) / 1.1))


async def test_dropped_turns_are_reported_once(server: ScriptedServer, chat: Chat) -> None:
    server.max_model_len = 2000
    chat.use(sampling={"max_tokens": 400}, thinking=THINKING)
    made = await of(chat, past=60)
    assert 10 < made.dropped < 60
    assert made.notices == (Sentence("context.folded", {"number": made.dropped, "window": "2,000"}),)
    assert made.request.messages == chat.question(past=turns(60)).prompt().messages(made.dropped)
    assert (await of(chat, past=60, reported=made.dropped)).notices == ()
    assert (await of(chat, past=1)).notices == ()

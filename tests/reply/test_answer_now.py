"""A person gets the answer to a thought at any moment: while it streams, before it continues, and after its end."""

import asyncio

import pytest

from chat.words.endings import ending_sentence
from chat.words.texts import plain
from termination import Begun
from tests.reply.played import ANSWER, Played, cut, prompt_of
from tests.scripted_server import (
    Content,
    Finish,
    Hang,
    Hold,
    Role,
    ScriptedServer,
    error,
)
from tests.sentences import sentence
from tests.wire.fixtures import Chat


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

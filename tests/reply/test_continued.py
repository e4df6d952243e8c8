"""Any reply can be continued: one more request, byte for byte."""

import asyncio

import pytest

from chat.profiles.sentence import Sentence
from chat.reply.notice import NoWay
from chat.words.receipt import Facts, acts
from termination import Begun, CutBack, Ended
from tests.reply.played import ANSWER, Played, prompt_of, reject_continuing
from tests.scripted_server import (
    Content,
    Drop,
    Finish,
    Hang,
    Reasoning,
    Role,
    ScriptedServer,
    Status,
    Step,
    error,
)
from tests.wire.fixtures import Chat


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

"""The timeout for the first token waits for a server that makes progress, and ends the turn if that stops."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from chat.profiles.modes import policy
from chat.reply.notice import Waiting
from chat.reply.play import Play
from chat.reply.reply import Reply
from chat.server.request import Request
from termination import Turn
from tests.scripted_server import Content, Done, Finish, Hang, Hold, Role, ScriptedServer, Status
from tests.scripted_server.working import FREE, looks, metrics, slot
from tests.wire.fixtures import Chat

LIMIT = 1.5
STEPS = [step / 100 for step in range(100)]
READS = [metrics(0, 1, done) for done in STEPS]
QUEUES = [metrics(1, 1, done) for done in STEPS]
SLOTS = [[slot(2, read), FREE] for read in range(100)]


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often, so that a test is short."""
    monkeypatch.setenv("FULLSTOP_ACTIVITY_SECONDS", "0.15")


async def play(chat: Chat) -> tuple[Turn, str | None, list[str]]:
    """Play a turn, and return it with what the server did last, and all that was shown of it."""
    shown: list[str] = []

    async def ask() -> Request:
        return chat.request()

    await chat.warm_up()
    turn = Turn(policy(chat.profile, "FULL"), asyncio.get_running_loop().time())
    playing = Play(turn, lambda _: None, lambda waiting: shown.append(waiting.state))
    await playing.run(ask())
    assert turn.ending
    return turn, playing.server_state, list(dict.fromkeys(shown))


def released_after(looks_seen: int, hold: Hold, answer: Callable[[], Status]) -> Callable[[], Status]:
    """Return the answer of a path; after that many looks, the reply continues too."""
    count = 0

    def counted() -> Status:
        nonlocal count
        count += 1
        if count >= looks_seen:
            hold.release()
        return answer()

    return counted


@pytest.mark.parametrize(
    ("path", "said", "shown"),
    [
        ("/metrics", READS, ["reading"]),
        ("/metrics", [*QUEUES[:6], *READS[6:]], ["queued", "reading"]),
        ("/slots", SLOTS, ["reading"]),
        ("/slots", [*([slot(1, 8, decoded)] for decoded in range(1, 6)), *SLOTS], ["queued", "reading"]),
    ],
)
async def test_a_server_that_makes_progress_has_time(
    server: ScriptedServer, chat: Chat, path: str, said: Sequence[Any], shown: list[str]
) -> None:
    """Send the first token after twelve looks at the server, which take longer than the timeout."""
    chat.use(end={"clocks": {"first_token": LIMIT}})
    server.play([Role(), reads := Hold(), Content("Four."), Finish(), Done()])
    server.says = {path: released_after(12, reads, looks(*said))}
    turn, _, seen = await play(chat)
    assert turn.ending
    assert (turn.ending.code, turn.answer, seen) == ("complete", "Four.", shown)
    assert turn.ending.seconds.first_token
    assert turn.ending.seconds.first_token > LIMIT


@pytest.mark.parametrize(
    ("says", "state"),
    [
        ({"/metrics": [*READS[:5], READS[5]]}, "reading"),
        ({"/metrics": [*QUEUES[:5], metrics(9, 1, 0.04)]}, "queued"),
        ({"/metrics": [READS[0], metrics(0, 0, 0.0)]}, "idle"),
        ({"/slots": [SLOTS[0], SLOTS[1]]}, "reading"),
        ({"/metrics": ["<html>", b"\xff\x00", "vllm:num_requests_waiting NaN\n"], "/slots": ["{}", b"["]}, None),
        ({}, None),
    ],
)
async def test_without_progress_the_turn_ends(
    server: ScriptedServer, chat: Chat, says: dict[str, Sequence[Any]], state: str | None
) -> None:
    chat.use(end={"clocks": {"first_token": LIMIT}})
    server.play([Hang()])
    server.says = {path: looks(*said) for path, said in says.items()}
    turn, known, _ = await play(chat)
    assert turn.ending
    assert (turn.ending.code, known) == ("first_token_timeout", state)
    assert server.chats()[0].wait_closed()


async def test_the_ending_says_what_was_known(server: ScriptedServer, chat: Chat) -> None:
    chat.use(end={"clocks": {"first_token": LIMIT}})
    await chat.warm_up()
    server.says = {"/metrics": looks(QUEUES[0])}
    for says, facts in ((server.says, {"limit": "1.5", "server": "queued"}), ({}, {"limit": "1.5"})):
        server.says = says
        server.play([Hang()])
        reply = Reply(chat.question(), lambda _: None)
        await reply.play()
        assert reply.ending
        assert (reply.ending.code, reply.ending.facts) == ("first_token_timeout", facts)


async def test_the_other_timeouts_still_end_the_turn(server: ScriptedServer, chat: Chat) -> None:
    chat.use(end={"clocks": {"first_token": LIMIT, "total": LIMIT + 1}})
    server.says = {"/metrics": looks(*READS)}
    server.play([Hang()])
    turn, _, _ = await play(chat)
    assert turn.ending
    assert turn.ending.code == "total_timeout"


async def test_a_server_that_does_not_answer_the_question_delays_nothing(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_LOOKUP_SECONDS", "30")
    asked, answer = asyncio.Event(), Hold()
    loop = asyncio.get_running_loop()

    def silent() -> Status:
        loop.call_soon_threadsafe(asked.set)
        answer.released.wait(30)
        return Status(200, READS[0])

    with ScriptedServer() as other:
        chat.use(other.base_url, end={"clocks": {"first_token": LIMIT}})
        other.play([Hang()])
        other.says = {"/metrics": silent}
        turn, known, _ = await play(chat)
        answer.release()
    assert asked.is_set()
    assert turn.ending
    assert (turn.ending.code, known) == ("first_token_timeout", None)


async def test_nothing_is_asked_of_a_server_that_replies_at_once(
    server: ScriptedServer, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FULLSTOP_ACTIVITY_SECONDS")
    server.play([Role(), Content("Four."), Finish(), Done()])
    await play(chat)
    assert [request.path for request in server.requests] == ["/v1/models", "/v1/chat/completions"]


async def test_stop_ends_the_wait(server: ScriptedServer, chat: Chat) -> None:
    waited = asyncio.Event()
    chat.use(end={"clocks": {"first_token": LIMIT}})
    server.says = {"/metrics": looks(*READS)}
    server.play([Hang()])

    def show(report: object) -> None:
        if isinstance(report, Waiting):
            waited.set()

    reply = Reply(chat.question(), show)
    playing = asyncio.create_task(reply.play())
    await waited.wait()
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert reply.ending
    assert (reply.ending.code, reply.ending.phase) == ("stopped", "waiting")
    assert server.chats()[0].wait_closed()

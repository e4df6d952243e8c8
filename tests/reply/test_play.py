"""A turn played on real bytes ends as it should, and its connection to the server is closed in every case."""

import asyncio
import gc
import warnings
from pathlib import Path
from typing import Any

import pytest

from chat.profiles.modes import policy
from chat.reply.play import Play
from chat.server.request import Request
from termination import (
    AnswerDelta,
    Condition,
    Ended,
    Event,
    PhaseChanged,
    Policy,
    Progress,
    Seen,
    ThoughtDelta,
    Turn,
    Watch,
    stop,
)
from tests.scripted_server import (
    Content,
    Delta,
    Done,
    Drop,
    ErrorEvent,
    Finish,
    Hang,
    Hold,
    KeepAlive,
    Model,
    Pause,
    Raw,
    Reasoning,
    Reset,
    Role,
    Script,
    ScriptedServer,
    Status,
    Step,
    Usage,
    error,
    replay,
)
from tests.shelf import profile
from tests.wire.fixtures import Chat

CAPTURES = Path(__file__).parents[1] / "captures"
THOUGHT, ANSWER = "The user asks 2+2. That is 4.", "2 + 2 = 4. 🎉"
OPENED = {"open": "<think>", "close": "</think>", "opened": True}
UNOPENED = {"open": "<think>", "close": "</think>"}
BUDGET_OF_TWO = {"open": "<think>", "close": "</think>", "budget": 2}


def clocks(**limits: object) -> dict[str, object]:
    return {"clocks": limits}


# --- Captures of a real vLLM server


@pytest.mark.parametrize("cut", [None, 1, 2])
@pytest.mark.parametrize(
    ("capture", "mode", "thought", "answer", "ending"),
    [
        ("full.parser", "FULL", THOUGHT, ANSWER, "complete in answer"),
        ("full.noparser", "FULL", THOUGHT, ANSWER, "complete in answer"),
        ("full_usage.parser", "FULL", THOUGHT, ANSWER, "complete in answer"),
        ("full_usage.parser-v033", "FULL", THOUGHT, ANSWER, "complete in answer"),
        ("full_token_ids.parser", "FULL", THOUGHT, ANSWER, "complete in answer"),
        ("full_endoftext.parser", "FULL", THOUGHT, "2 + 2 = 4.", "complete in answer"),
        ("r1_full_usage.r1-v033", "FULL", THOUGHT, ANSWER, "complete in answer"),
        ("stream_interval_8.parser", "FULL", THOUGHT, ANSWER, "complete in answer"),
        ("emoji_split.noparser", "FULL", "", "🎉👩‍🚀", "complete in answer"),
        ("user_types_open_tag.r1parser-v033", "FULL", "", ANSWER, "complete in answer"),
        ("no_think_at_all.parser", "FULL", ANSWER, ANSWER, "complete in answer"),
        ("no_think_at_all.r1parser-v033", "FULL", ANSWER, ANSWER, "complete in answer"),
        ("eos_first.parser", "FULL", "", "", "complete in waiting"),
        ("full.parser", "THINK_ONLY", THOUGHT, "", "thought_complete in thought"),
        ("full.noparser", "THINK_ONLY", THOUGHT, "", "thought_complete in thought"),
        ("stream_interval_8.parser", "THINK_ONLY", THOUGHT, "", "thought_complete in thought"),
        ("think_only_skip_special_false.parser", "THINK_ONLY", THOUGHT, "", "thought_complete in thought"),
        ("think_only_include_stop.noparser", "THINK_ONLY", THOUGHT, "", "thought_complete in thought"),
        ("think_only_stop_str.parser", "THINK_ONLY", THOUGHT, "", "thought_complete in thought"),
        ("think_only_stop_str_include.noparser", "THINK_ONLY", THOUGHT, "", "thought_complete in thought"),
        ("think_only_interval8.r1parser-v033", "THINK_ONLY", THOUGHT, "", "thought_complete in thought"),
        ("r1_think_only_interval8_tag.r1-v033", "THINK_ONLY", THOUGHT, "", "thought_complete in thought"),
        ("trunc_in_thought.parser", "FULL", "The user asks", "", "length in thought"),
        ("trunc_in_thought.parser", "THINK_ONLY", "The user asks", "", "length in thought"),
        ("trunc_at_close_tag.noparser", "FULL", THOUGHT, "", "length in thought"),
        ("trunc_in_answer.parser", "FULL", THOUGHT, "2 + 2 =", "length in answer"),
        ("include_reasoning_false_trunc.parser", "FULL", "", "", "length in waiting"),
        ("stop_str_answer.parser", "FULL", "The user asks 2+2. That is", "", "stop_text in thought"),
        ("repetition_in_answer.parser", "FULL", THOUGHT, "wait wait wait wait wait wait", "loop in answer"),
        ("abort_requests.parser-v033", "FULL", "The user asks The user asks The user asks", "", "aborted in thought"),
        (
            "err_server_sigterm.parser",
            "FULL",
            "The user asks The user asks The user asks The user asks The user asks The",
            "",
            "server_error in thought",
        ),
        ("stop_ids_negative.parser", "FULL", "", "", "server_error in waiting"),
        ("err_too_long_prompt_no_max.parser", "FULL", "", "", "refused in waiting"),
        ("nonstream_full.parser", "FULL", THOUGHT, ANSWER, "complete in answer"),
        (
            "real_trunc.smollm2",
            "FULL",
            "",
            "The sky is blue because of a process that occurs in the",
            "length in answer",
        ),
    ],
)
async def test_a_capture_gives_this_thought_answer_and_ending(
    server: ScriptedServer, chat: Chat, capture: str, mode: str, thought: str, answer: str, ending: str, cut: int | None
) -> None:
    server.play(replay(CAPTURES / f"{capture}.sse", cut, gap_seconds=0.0005))
    turn, ended, fault = await chat.play(mode)
    assert (turn.thought, turn.answer) == (thought, answer)
    assert f"{ended.code} in {ended.phase}" == ending
    assert (fault is not None) == (ended.code in ("server_error", "refused"))


@pytest.mark.parametrize("capture", ["thinking_budget_4.parser", "r1_budget4_usage.r1-v033"])
async def test_a_marker_that_a_parser_lets_through_is_not_shown(
    server: ScriptedServer, chat: Chat, capture: str
) -> None:
    server.play(replay(CAPTURES / f"{capture}.sse"))
    turn, _, _ = await chat.play()
    assert "</think>" not in turn.answer


@pytest.mark.parametrize("chunk", [1, 3, 100])
@pytest.mark.parametrize(
    ("markers", "thinking"),
    [
        (None, OPENED),
        (None, UNOPENED),
        (("<think>\n", "\n</think>\n\n"), OPENED),
        (("<think>\n", "\n</think>\n\n"), UNOPENED),
        (("", "</think>"), OPENED),
    ],
)
async def test_with_and_without_a_parser_the_turn_is_the_same(
    server: ScriptedServer, chat: Chat, markers: tuple[str, str] | None, thinking: dict[str, object], chunk: int
) -> None:
    chat.use(thinking=thinking)
    server.by_message(
        {"": Model("One and one.\n\nIs that 2? “Yes.”", "1+1 = **2**, 二。", chunk=chunk, markers=markers)}
    )
    for mode, answer in [("FULL", "1+1 = **2**, 二。"), ("THINK_ONLY", "")]:
        turn, _, _ = await chat.play(mode, stop_ids=(151668,) if mode == "THINK_ONLY" else ())
        assert (turn.thought, turn.answer) == ("One and one.\n\nIs that 2? “Yes.”", answer)


# --- Events


async def test_the_page_gets_the_events_in_order(server: ScriptedServer, chat: Chat) -> None:
    server.play([Role(), Reasoning("T"), Reasoning("h"), Content("A"), Finish("stop", text="."), Done()])
    shown: list[Event] = []
    turn, ended, fault = await chat.play(show=shown.append)
    assert shown == [
        PhaseChanged("thought"),
        ThoughtDelta("T"),
        ThoughtDelta("h"),
        PhaseChanged("answer"),
        AnswerDelta("A"),
        AnswerDelta("."),
        Ended(ended),
    ]
    assert (fault, turn.answer) == (None, "A.")


@pytest.mark.parametrize("reason", ["stop", "length", "repetition"])
async def test_the_text_of_the_last_chunk_is_there(server: ScriptedServer, chat: Chat, reason: str) -> None:
    server.play([Role(), Content("almost"), Finish(reason, None, " all"), Done()])
    assert (await chat.play())[0].answer == "almost all"


async def test_the_servers_count_is_taken(server: ScriptedServer, chat: Chat) -> None:
    """Expect one token more than the text has: the last chunk counts the end token."""
    server.play([Role(), Reasoning("T T T"), Usage(15, 3), Content("A A"), Usage(15, 5, 3), Finish(), Done()])
    _, ended, _ = await chat.play()
    assert (ended.tokens.thought, ended.tokens.answer, ended.tokens.exact) == (3, 3, True)


@pytest.mark.parametrize(
    ("script", "code", "kind", "answer"),
    [
        ([Role(), Content("half")], "disconnected", "disconnected", "half"),
        ([Role(), Content("half"), Raw(b'data: {"cho')], "disconnected", "disconnected", "half"),
        ([Role(), Content("half"), Drop()], "disconnected", "disconnected", "half"),
        ([Role(), Content("half"), ErrorEvent()], "server_error", "server_error", "half"),
        ([Role(), Content("half"), Raw(b"data: {oops\n\n")], "server_error", "not_json", "half"),
        ([error(400, "no")], "refused", "status", ""),
        ([], "disconnected", "empty", ""),
    ],
)
async def test_a_turn_that_breaks_off_keeps_what_had_come(
    server: ScriptedServer, chat: Chat, script: Script, code: str, kind: str, answer: str
) -> None:
    server.play(script)
    turn, ended, fault = await chat.play()
    assert fault
    assert (ended.code, fault.kind, turn.answer) == (code, kind, answer)


async def test_a_turn_whose_connection_is_reset_keeps_what_had_come(server: ScriptedServer, chat: Chat) -> None:
    server.play([Role(), Content("half"), hold := Hold(), Reset()])
    turn, ended, fault = await chat.play(show=lambda _: hold.release())
    assert fault
    assert (ended.code, fault.kind, turn.answer) == ("disconnected", "disconnected", "half")


# --- The clocks


@pytest.mark.parametrize(
    ("script", "limits", "code"),
    [
        ([Hang()], {"first_token": "50ms"}, "first_token_timeout"),
        ([Hang(), error(503, "too late")], {"first_token": "50ms"}, "first_token_timeout"),
        ([Role(), Hang()], {"first_token": "50ms"}, "first_token_timeout"),
        ([Role(), *[Pause(0.02), KeepAlive()] * 1500], {"first_token": "80ms"}, "first_token_timeout"),
        ([Role(), *[Pause(0.02), Delta({})] * 1500], {"first_token": "80ms"}, "first_token_timeout"),
        ([Role(), Content("A"), Hang()], {"idle": "50ms"}, "idle_timeout"),
        ([Role(), Content("A"), *[Pause(0.02), KeepAlive()] * 1500], {"idle": "80ms"}, "idle_timeout"),
        ([Role(), Content("A"), *[Pause(0.02), Delta({"content": ""})] * 1500], {"idle": "80ms"}, "idle_timeout"),
        ([Role(), *[Pause(0.02), Content("A")] * 1500], {"total": "120ms"}, "total_timeout"),
    ],
)
async def test_a_clock_ends_the_turn_whatever_else_the_server_sends(
    server: ScriptedServer, chat: Chat, script: list[Step], limits: dict[str, str], code: str
) -> None:
    chat.use(end=clocks(**limits))
    await chat.warm_up()
    server.play(script)
    _, ended, fault = await chat.play()
    assert (ended.code, ended.source, fault) == (code, "client", None)
    assert ended.evidence == f"{float(limits[(ended.condition or '').partition('(')[0]].removesuffix('ms')) / 1000:g}"


class Asked(Condition):
    """Wants to look 50 ms after its phase has begun and again 50 ms later, lets `hold` go then, and never holds."""

    def __init__(self, hold: Hold) -> None:
        self._hold = hold

    def start(self) -> Watch:
        return _Asked(self._hold)


class _Asked(Watch):
    def __init__(self, hold: Hold) -> None:
        self._hold, self._looks = hold, 0

    def look(self, progress: Progress) -> Seen | None:
        self._looks += 1
        if self._looks == 2:
            self._hold.release()
        return None

    def deadline(self, progress: Progress) -> float | None:
        return progress.phase_began + 0.05 * (self._looks + 1) if self._looks < 2 else None


async def test_a_condition_that_only_looks_does_not_end_the_wait(server: ScriptedServer, chat: Chat) -> None:
    """Use a condition with deadlines that sees nothing, like a budget in seconds before a sentence's end."""
    server.play([Role(), Content("It is"), hold := Hold(), Content(" four. END"), Hang()])
    end = Asked(hold).during("answer") | stop("END")

    async def ask() -> Request:
        return chat.request()

    turn = Turn(Policy(end=end), asyncio.get_running_loop().time())
    assert await asyncio.wait_for(Play(turn, lambda _: None).run(ask()), 30) is None
    assert turn.ending
    assert (turn.answer, turn.ending.code) == ("It is four. ", "stop_text")


async def test_a_clock_that_is_off_does_not_run(server: ScriptedServer, chat: Chat) -> None:
    chat.use(end=clocks(first_token="off", idle="off", total="off"))
    server.play([Pause(0.05), Role(), Content("A"), Pause(0.05), Finish(), Done()])
    assert (await chat.play())[1].code == "complete"


async def test_the_first_token_clock_runs_while_the_request_is_made() -> None:
    async def ask() -> Request:
        await asyncio.Event().wait()
        raise AssertionError

    turn = Turn(policy(profile(end=clocks(first_token="20ms")), "FULL"), asyncio.get_running_loop().time())
    assert await Play(turn, lambda _: None).run(ask()) is None
    assert turn.ending
    assert turn.ending.code == "first_token_timeout"


# --- The connection

T, A = Reasoning("T"), Content("A")


@pytest.mark.parametrize(
    ("values", "mode", "script", "code"),
    [
        ({}, "FULL", [Role(), T, A, Finish(), Hang()], "complete"),
        ({}, "FULL", [Role(), T, A, Finish("length"), Hang()], "length"),
        ({}, "THINK_ONLY", [Role(), T, Finish("stop", 151668), Hang()], "thought_complete"),
        ({}, "THINK_ONLY", [Role(), T, A, Hang()], "thought_complete"),
        ({}, "THINK_ONLY", [Role(), Content("<think>T</think>"), Hang()], "thought_complete"),
        ({"thinking": BUDGET_OF_TWO}, "FULL", [Role(), T, T, T, Hang()], "budget"),
        ({"end": clocks(idle="50ms")}, "FULL", [Role(), T, Hang()], "idle_timeout"),
        ({}, "FULL", [Role(), T, ErrorEvent(), Hang()], "server_error"),
    ],
)
async def test_every_ending_closes_the_connection(
    server: ScriptedServer, chat: Chat, values: dict[str, Any], mode: str, script: list[Step], code: str
) -> None:
    chat.use(**values)
    await chat.warm_up()
    server.play(script)
    _, ended, _ = await chat.play(mode)
    assert ended.code == code
    assert await asyncio.to_thread(server.wait_chat().wait_closed)


@pytest.mark.parametrize(
    ("clock", "script"),
    [
        ("first_token", [Hang(), error(503, "late")]),
        ("first_token", [Role(), Hang()]),
        ("total", [Role(), T, Hang()]),
    ],
)
async def test_a_clock_that_has_run_since_the_request_closes_the_connection(
    server: ScriptedServer, chat: Chat, monkeypatch: pytest.MonkeyPatch, clock: str, script: list[Step]
) -> None:
    chat.use(end=clocks(**{clock: "50s"}))
    server.play(script)
    playing = asyncio.create_task(chat.play())
    request = await asyncio.to_thread(server.wait_chat)
    loop, now = asyncio.get_running_loop(), asyncio.get_running_loop().time
    monkeypatch.setattr(loop, "time", lambda: now() + 50)
    _, ended, _ = await asyncio.wait_for(playing, 30)
    assert ended.code == f"{clock}_timeout"
    assert await asyncio.to_thread(request.wait_closed)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param([], id="before the headers"),
        pytest.param([Role()], id="before the first token"),
        pytest.param([Role(), T, A], id="between two chunks"),
    ],
)
async def test_stop_while_waiting_closes_the_connection(server: ScriptedServer, chat: Chat, before: list[Step]) -> None:
    hold = Hold()
    server.play([*before, hold, *([] if before else [error(503, "late")])])
    shown: list[Event] = []
    answered = asyncio.Event()

    def show(event: Event) -> None:
        shown.append(event)
        if event == AnswerDelta("A"):
            answered.set()

    playing = asyncio.create_task(chat.play(show=show))
    assert await asyncio.to_thread(hold.reached.wait, 30)
    if A in before:
        await asyncio.wait_for(answered.wait(), 30)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    ended = shown[-1]
    assert isinstance(ended, Ended)
    assert (ended.ending.code, ended.ending.source) == ("stopped", "person")
    assert await asyncio.to_thread(server.wait_chat().wait_closed)


async def test_stop_between_two_chunks_closes_the_connection(server: ScriptedServer, chat: Chat) -> None:
    server.play([Role(), T, A, *[A] * 50, Hang()])
    shown: list[Event] = []

    def show(event: Event) -> None:
        shown.append(event)
        if event == AnswerDelta("A"):
            playing.cancel()

    playing = asyncio.create_task(chat.play(show=show))
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert isinstance(shown[-1], Ended)
    assert await asyncio.to_thread(server.wait_chat().wait_closed)


async def test_a_page_that_fails_closes_the_connection(server: ScriptedServer, chat: Chat) -> None:
    def show(_: Event) -> None:
        raise RuntimeError("the page is gone")

    server.play([Role(), T, Hang()])
    with pytest.raises(RuntimeError, match="the page is gone"):
        await chat.play(show=show)
    assert await asyncio.to_thread(server.wait_chat().wait_closed)


async def test_many_turns_at_once_are_all_closed(server: ScriptedServer, chat: Chat) -> None:
    server.by_message({"": [Role(), T, A, Finish(), Hang()]})
    endings = await asyncio.gather(*(chat.play() for _ in range(20)))
    assert [ended.code for _, ended, _ in endings] == ["complete"] * 20
    for request in server.chats():
        assert await asyncio.to_thread(request.wait_closed)


@pytest.mark.parametrize(
    "script",
    [
        [Role(), T, A, Finish(), Done()],
        [Role(), T, A, Finish(), Hang()],
        [Role(), T, Hang()],
        [Role(), T, Drop()],
        [Role(), T, ErrorEvent(), Hang()],
        [Status(200, "<html>")],
        [error(400, "no")],
    ],
)
async def test_nothing_is_left_for_the_garbage_collector(
    server: ScriptedServer, chat: Chat, script: list[Step]
) -> None:
    """Close the rest of a stream with its turn, not in the middle of a later turn."""
    chat.use(end=clocks(idle="50ms"))
    server.play(script)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        await chat.play()
        gc.collect()
        await asyncio.sleep(0.01)
        gc.collect()
    assert warned == []
    assert asyncio.all_tasks() == {asyncio.current_task()}

"""The server's own thinking budget is used where it has one, and the page's own is a net below it."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chat.profiles.modes import policy
from chat.profiles.profile import Profile
from chat.reply.play import Play
from chat.server.budget import (
    budget_field,
    budget_tokens,
    end_condition,
    note_ignored_budget,
    note_rejected_budget,
    spent_budget,
    supports_budget,
)
from chat.server.faults import Fault, make_fault
from chat.server.request import Request
from chat.server.server import close_servers
from termination import Budget, Ending, Event, PhaseChanged, TokenCounts, Turn
from tests.scripted_server import Answer as Script
from tests.scripted_server import Hang, Model, Reasoning, Role, ScriptedServer
from tests.scripted_server.limits import Budgets
from tests.wire.fixtures import Chat

THOUGHT = " ".join(f"word{number}" for number in range(1000))
TAGS = {"open": "<think>", "close": "</think>"}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Return vLLM with a reasoning parser."""
    with ScriptedServer() as server:
        server.budgets = "taken"
        yield server


def budgeted(chat: Chat, budget: int | str | None = 100, **values: Any) -> Profile:
    return chat.use(thinking={**TAGS, "budget": budget}, **values)


def trials(server: ScriptedServer) -> list[Any]:
    return [each.body["thinking_token_budget"] for each in server.requests if "thinking_token_budget" in each.body]


# --- Whether it takes one


@pytest.mark.parametrize(
    ("budgets", "taken", "asked"),
    [
        ("taken", True, ["x", 100]),
        ("no parser", False, ["x", 100]),
        ("unknown", False, ["x"]),
        ("strict", False, ["x", 100]),
    ],
)
async def test_it_is_tried_once(
    server: ScriptedServer, chat: Chat, budgets: Budgets, taken: bool, asked: list[Any]
) -> None:
    server.budgets, profile = budgets, budgeted(chat)
    assert [await supports_budget(profile) for _ in range(2)] == [taken, taken]
    assert trials(server) == asked
    assert {each.body["max_tokens"] for each in server.requests if each.body} == {1}


@pytest.mark.parametrize("budget", [None, "90s"])
async def test_a_profile_without_a_budget_in_tokens_asks_nothing(
    server: ScriptedServer, chat: Chat, budget: str | None
) -> None:
    for profile in (budgeted(chat, budget), chat.use(thinking=None), chat.use(end={"thought": "budget(100)"})):
        assert not await supports_budget(profile)
        assert budget_tokens(profile) is None
    assert server.requests == []


async def test_a_server_that_was_started_afresh_is_tried_again(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_RESTART_CHECK_SECONDS", "0")
    with ScriptedServer(max_model_len=1000) as first:
        profile = budgeted(chat, endpoint={"base_url": first.base_url})
        assert not await supports_budget(profile)
    with ScriptedServer(port=first.port, max_model_len=2000) as second:
        second.budgets = "taken"
        assert await supports_budget(profile)


async def test_a_server_that_is_away_takes_none_for_now(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FULLSTOP_RESTART_CHECK_SECONDS", "0")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    profile = budgeted(chat, endpoint={"base_url": f"http://127.0.0.1:{port}/v1"})
    assert not await supports_budget(profile)
    with ScriptedServer(port=port) as server:
        server.budgets = "taken"
        assert await supports_budget(profile)


async def test_a_server_that_is_too_busy_is_left_in_peace(
    server: ScriptedServer, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile, server.key = budgeted(chat), "secret"
    assert [await supports_budget(profile) for _ in range(2)] == [False, False]
    assert trials(server) == ["x"]
    server.key = None
    assert not await supports_budget(profile)
    monkeypatch.setenv("FULLSTOP_BUDGET_RETRY_SECONDS", "0")
    await close_servers()
    server.key = "secret"
    assert not await supports_budget(profile)
    server.key = None
    assert await supports_budget(profile)


# --- In force


@pytest.mark.parametrize(("budget", "above"), [(1, 5), (16, 20), (100, 104), (1000, 1040), (16384, 17039)])
def test_the_net_lies_a_little_above(chat: Chat, budget: int, above: int) -> None:
    profile = budgeted(chat, budget, end={"thought": "budget(50000)"})
    assert end_condition(profile, False) == profile.condition
    assert end_condition(profile, True) == budgeted(chat, above, end={"thought": "budget(50000)"}).condition
    assert Budget(above) in end_condition(profile, True).parts  # type: ignore[attr-defined]
    assert budget < 30 or above * 1.1 <= budget * 1.15


def test_a_time_is_no_affair_of_the_servers(chat: Chat) -> None:
    profile = budgeted(chat, "90s")
    assert (end_condition(profile, True), budget_field(profile, True)) == (profile.condition, {})


def test_the_request_says_it_only_then(chat: Chat) -> None:
    assert budget_field(budgeted(chat), True) == {"thinking_token_budget": 100}
    assert budget_field(budgeted(chat), False) == {}


class Played:
    """One turn with the server's budget in force."""

    def __init__(self, chat: Chat) -> None:
        self.request = chat.request()
        self.request = replace(self.request, extra=self.request.extra | budget_field(chat.profile, True))
        self.turn = Turn(policy(chat.profile, "FULL"), asyncio.get_running_loop().time())
        self.turn.expect((), end_condition(chat.profile, True))
        self.ended: list[int] = []

    async def play(self) -> Fault | None:
        async def ask() -> Request:
            return self.request

        return await Play(self.turn, self._show).run(ask())

    def _show(self, event: Event) -> None:
        if isinstance(event, PhaseChanged) and event.phase == "answer":
            self.ended += [budget] if (budget := spent_budget(self.request, event.tokens)) else []

    @property
    def ending(self) -> Ending:
        assert self.turn.ending
        return self.turn.ending


@pytest.mark.parametrize("budget", [1, 7, 20, 100, 300])
@pytest.mark.parametrize("chunk", [1, 3, 7])
async def test_the_server_ends_the_thought_before_the_net(
    server: ScriptedServer, chat: Chat, budget: int, chunk: int
) -> None:
    profile = budgeted(chat, budget)
    assert await supports_budget(profile)
    server.play(Model(THOUGHT, "Four.", chunk=chunk))
    played = Played(chat)
    assert await played.play() is None
    assert (played.ending.code, played.turn.answer, played.ended) == ("complete", "Four.", [budget])
    assert played.ending.tokens.thought == budget
    assert note_ignored_budget(played.request, played.ending) is None


async def test_a_thought_that_ends_by_itself_was_not_ended_by_the_server(server: ScriptedServer, chat: Chat) -> None:
    budgeted(chat, 300)
    server.play(Model("One and one.", "Four."))
    played = Played(chat)
    await played.play()
    assert (played.ending.code, played.ended) == ("complete", [])


@pytest.mark.parametrize("budget", [100, 300, 1000])
async def test_the_net_holds_a_server_that_ignores_it(
    server: ScriptedServer, chat: Chat, budget: int, caplog: pytest.LogCaptureFixture
) -> None:
    profile = budgeted(chat, budget)
    assert await supports_budget(profile)
    server.play(never_ends(budget))
    played = Played(chat)
    assert await played.play() is None
    assert (played.ending.code, played.ending.phase) == ("budget", "thought")
    assert budget <= played.ending.tokens.thought <= budget * 1.15 + 1
    assert note_ignored_budget(played.request, played.ending) == budget
    assert "ignores thinking_token_budget" in caplog.text
    assert not await supports_budget(profile)
    assert trials(server)[:2] == ["x", budget]


def never_ends(budget: int) -> Script:
    return [Role(), *(Reasoning(f" {number}") for number in range(2 * budget)), Hang()]


async def test_another_budget_says_nothing_of_the_server(chat: Chat) -> None:
    profile = budgeted(chat, 100, end={"thought": "budget(50)"})
    assert await supports_budget(profile)
    chat.server.play(never_ends(100))
    played = Played(chat)
    await played.play()
    assert played.ending.code == "budget"
    assert note_ignored_budget(played.request, played.ending) is None
    assert await supports_budget(profile)


async def test_a_request_without_it_says_nothing_of_the_server(chat: Chat) -> None:
    budgeted(chat)
    chat.server.play(never_ends(100))
    played = Played(chat)
    played.request = chat.request()
    await played.play()
    assert played.ending.code == "budget"
    assert note_ignored_budget(played.request, played.ending) is None
    assert spent_budget(played.request, TokenCounts(thought=100, exact=True)) is None


@pytest.mark.parametrize(("tokens", "budget"), [(97, None), (98, 100), (99, 100), (100, 100), (103, 100)])
async def test_the_servers_count_may_differ_by_two_tokens(chat: Chat, tokens: int, budget: int | None) -> None:
    budgeted(chat)
    assert spent_budget(Played(chat).request, TokenCounts(thought=tokens, exact=True)) == budget


async def test_an_estimate_does_not_tell_who_ended_the_thought(chat: Chat) -> None:
    budgeted(chat)
    assert spent_budget(Played(chat).request, TokenCounts(thought=100)) is None


@pytest.mark.parametrize("budgets", ["no parser", "strict"])
async def test_a_server_that_refuses_it_after_all_is_asked_without(
    server: ScriptedServer, chat: Chat, budgets: Budgets, caplog: pytest.LogCaptureFixture
) -> None:
    profile = budgeted(chat)
    assert await supports_budget(profile)
    server.budgets = budgets
    played = Played(chat)
    with caplog.at_level(logging.WARNING, "fullstop"):
        fault = await played.play()
        assert fault
        assert note_rejected_budget(played.request, fault)
    assert "rejects thinking_token_budget" in caplog.text
    assert not await supports_budget(profile)


async def test_another_refusal_is_none_of_the_budgets(chat: Chat) -> None:
    profile = budgeted(chat)
    assert await supports_budget(profile)
    fault = await Played(chat).play()  # there is nothing to play
    assert fault
    assert not note_rejected_budget(Played(chat).request, fault)
    assert not note_rejected_budget(
        chat.request(), make_fault("refused", "server", "status", message="thinking_token_budget")
    )
    assert await supports_budget(profile)

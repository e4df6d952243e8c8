"""The server's own thinking budget: whether the server has one, what is sent, and the page's budget behind it."""

import asyncio
import logging
from typing import Any

import openai

from chat.process.waits import read_waits
from chat.profiles.profile import Profile
from chat.server.faults import Fault
from chat.server.request import Request
from chat.server.server import Server, server_of
from termination import Condition, Ending, TokenCounts

FIELD = "thinking_token_budget"  # vLLM's
_WRONG: dict[str, Any] = {"messages": [{"role": "user"}], FIELD: "x"}  # without a text: no server works on it
_LEEWAY = 2  # tokens by which the server's count may differ: the line break after an opening marker
log = logging.getLogger("fullstop")


async def supports_budget(profile: Profile) -> bool:
    """True if the server ends a thought by itself when the profile's budget is spent. Never raises.

    It is tried once for each process of the server, only if the profile has a budget in tokens. The server has to
    reject a value that is not a number, naming the field: other servers ignore fields that they do not know. And it
    has to accept the budget: vLLM rejects it without a reasoning parser.
    """
    tokens, server, now = budget_tokens(profile), server_of(profile), asyncio.get_running_loop().time
    if tokens is None:
        return False
    try:
        budget = (await server.refresh()).budget
    except openai.APIConnectionError:  # the chat's own request will show the problem
        return False
    if budget.supported is None and now() >= budget.next_trial:
        try:
            budget.supported = await budget.trial.get("trial", lambda: _try_budget(server, tokens))
        except openai.APIError:
            budget.next_trial = now() + read_waits().budget_retry_seconds
    return bool(budget.supported)


async def _try_budget(server: Server, tokens: int) -> bool:
    right = {"messages": [{"role": "user", "content": "Hi"}], FIELD: tokens}
    return await _rejects(server, _WRONG) and not await _rejects(server, right)


async def _rejects(server: Server, fields: dict[str, Any]) -> bool:
    """True if a request for one token is rejected because of its budget.

    Raises:
        openai.APIError: if the server cannot answer now.
    """
    body = {"model": server.model, "max_tokens": 1, **fields}
    try:
        await server.connection.post("/chat/completions", body, quick=True)
    except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
        return FIELD in f"{error} {error.body}"
    return False


def budget_tokens(profile: Profile) -> int | None:
    """Return the budget in tokens that the server can be given: `thinking.budget`."""
    budget = profile.thinking.budget if profile.thinking else None
    return budget if isinstance(budget, int) else None


def budget_field(profile: Profile, in_force: bool) -> dict[str, Any]:
    """Return what the request says of the budget."""
    tokens = budget_tokens(profile)
    return {FIELD: tokens} if in_force and tokens is not None else {}


def end_condition(profile: Profile, in_force: bool) -> Condition:
    """Return all that may end a turn. If the server's budget is in force, the page's own is a little larger.

    It is so much larger that the server ends the thought first. It is so little larger that a thought stays within 15
    per cent of the budget if the server does not end it.
    """
    tokens = budget_tokens(profile)
    if not in_force or tokens is None or profile.thinking is None:
        return profile.condition
    thinking = profile.thinking.model_copy(update={"budget": _above(tokens)})
    return profile.model_copy(update={"thinking": thinking}).condition


def _above(tokens: int) -> int:
    return tokens + max(4, tokens * 4 // 100)


def spent_budget(request: Request, tokens: TokenCounts) -> int | None:
    """Return the budget that the server was given, if a thought that is over now has spent it; else None.

    The server itself does not say so.
    """
    budget = request.extra.get(FIELD)
    return budget if isinstance(budget, int) and tokens.exact and tokens.thought >= budget - _LEEWAY else None


def note_ignored_budget(request: Request, ending: Ending) -> int | None:
    """Return the budget that the server was given, if the page had to end the thought; else None.

    The server is not given a budget again until it restarts.
    """
    budget = request.extra.get(FIELD)
    by_page = ending.code == "budget" and ending.phase == "thought" and ending.facts.get("unit") == "tokens"
    if not isinstance(budget, int) or not by_page or ending.facts["limit"] != str(_above(budget)):
        return None
    _give_up(request, "ignores")
    return budget


def note_rejected_budget(request: Request, fault: Fault) -> bool:
    """True if the server has rejected the turn because of its budget: it can be asked again without one."""
    if FIELD not in request.extra or FIELD not in fault.facts.get("message", ""):
        return False
    _give_up(request, "rejects")
    return True


def _give_up(request: Request, act: str) -> None:
    budget = server_of(request).known.budget
    if budget.supported:
        log.warning("%s %s %s: the page ends thoughts itself", request.endpoint.base_url, act, FIELD)
        budget.supported = False

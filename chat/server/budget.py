"""The server's own thinking budget: whether it takes one, what is sent, and the page's budget as a net below it."""

import asyncio
import logging
import math
from dataclasses import dataclass, replace
from typing import Any

import openai

from chat.process.waits import read_waits
from chat.profiles.profile import Endpoint, Profile
from chat.server.endpoint import answered, client
from chat.server.faults import Fault
from chat.server.request import Request
from chat.server.start import server_start
from termination import Condition, Ending, TokenCounts

FIELD = "thinking_token_budget"  # vLLM's
_MOST = 256
_WRONG: dict[str, Any] = {"messages": [{"role": "user"}], FIELD: "x"}  # without a text: nobody sets to work on it
_NEAR = 2  # tokens in which the server's count may differ: the line break after an opening marker
log = logging.getLogger("fullstop")


@dataclass(frozen=True, slots=True)
class _Known:
    """What that start of the server said, and until when that holds."""

    start: str
    taken: bool
    until: float = math.inf


_known: dict[tuple[Endpoint, str], _Known] = {}


async def takes_budget(profile: Profile) -> bool:
    """Whether the server ends a thought by itself where the profile's budget is spent. Never raises.

    Tried once for each start of the server, only where the profile has a budget in tokens: a value that is no number
    has to be refused by name, for other servers ignore fields that they do not know; and the budget has to be taken,
    for vLLM refuses it without a reasoning parser. A server that is too busy to answer is left in peace for a minute.
    """
    tokens, now = limit(profile), asyncio.get_running_loop().time()
    if tokens is None:
        return False
    try:
        start = await server_start(profile)
    except openai.APIConnectionError:  # the chat's own request will tell
        return False
    known = _known.get(_place(profile))
    if known is None or known.start != start or now >= known.until:
        known = await _tried(profile, tokens, start)
        if len(_known) >= _MOST:
            _known.clear()
        _known[_place(profile)] = known
    return known.taken


async def _tried(profile: Profile, tokens: int, start: str) -> _Known:
    try:
        return _Known(start, await _refuses(profile, _WRONG) and not await _refuses(profile, _right(tokens)))
    except openai.APIError:
        return _Known(start, False, asyncio.get_running_loop().time() + read_waits().budget_retry_seconds)


def _right(tokens: int) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": "Hi"}], FIELD: tokens}


async def _refuses(profile: Profile, said: dict[str, Any]) -> bool:
    """Whether a request for one token is refused because of its budget.

    Raises openai.APIError where the server cannot answer now.
    """
    aside = client(profile.endpoint).with_options(timeout=read_waits().lookup_seconds, max_retries=0)
    body = {"model": profile.model, "max_tokens": 1, **said}
    try:
        await answered(lambda: aside.post("/chat/completions", cast_to=object, body=body))
    except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
        return FIELD in f"{error} {error.body}"
    return False


def limit(profile: Profile) -> int | None:
    """The budget in tokens that the server can be handed: `thinking.budget`."""
    budget = profile.thinking.budget if profile.thinking else None
    return budget if isinstance(budget, int) else None


def budget_field(profile: Profile, in_force: bool) -> dict[str, Any]:
    """What the request says of it."""
    tokens = limit(profile)
    return {FIELD: tokens} if in_force and tokens is not None else {}


def net(profile: Profile, in_force: bool) -> Condition:
    """All that may end a turn; where the server's budget is in force, the page's own lies a little above it.

    So much that the server ends the thought first, and so little that a server which does not is still held to the
    budget within 15 per cent.
    """
    tokens = limit(profile)
    if not in_force or tokens is None or profile.thinking is None:
        return profile.condition
    thinking = profile.thinking.model_copy(update={"budget": _above(tokens)})
    return profile.model_copy(update={"thinking": thinking}).condition


def _above(tokens: int) -> int:
    return tokens + max(4, tokens * 4 // 100)


def ended_by_server(request: Request, tokens: TokenCounts) -> int | None:
    """The budget that the server was handed, where a thought of so many tokens, now over, has spent it.

    The server itself does not say so.
    """
    handed = request.extra.get(FIELD)
    return handed if isinstance(handed, int) and tokens.exact and tokens.thought >= handed - _NEAR else None


def ignored(profile: Profile, request: Request, ending: Ending) -> int | None:
    """The budget that the server was handed, where the net had to end the thought; else None.

    It is not handed over any more until the server's next start.
    """
    handed = request.extra.get(FIELD)
    caught = ending.code == "budget" and ending.phase == "thought" and ending.facts.get("unit") == "tokens"
    if not isinstance(handed, int) or not caught or ending.facts["limit"] != str(_above(handed)):
        return None
    _given_up(profile, "ignores")
    return handed


def refused(profile: Profile, request: Request, fault: Fault) -> bool:
    """Whether the server has refused the turn because of its budget after all: then it can be asked without."""
    if FIELD not in request.extra or FIELD not in fault.facts.get("message", ""):
        return False
    _given_up(profile, "refuses")
    return True


def _given_up(profile: Profile, act: str) -> None:
    known = _known.get(_place(profile))
    if known and known.taken:
        log.warning("%s %s %s: the page ends thoughts itself", profile.endpoint.base_url, act, FIELD)
        _known[_place(profile)] = replace(known, taken=False)


def _place(profile: Profile) -> tuple[Endpoint, str]:
    return profile.endpoint, profile.model

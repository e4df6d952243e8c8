"""The doctor's questions: short ones, with the request and the client of the chat."""

import asyncio
from dataclasses import dataclass

from chat.doctor.finding import Finding, problem, unknown
from chat.doctor.reach import Served, key_problem
from chat.process.waits import read_waits
from chat.profiles.profile import FULL, Profile
from chat.profiles.settings import Settings
from chat.reply.history import Prompt
from chat.server.endpoint import is_paused, open_stream
from chat.server.faults import Fault
from chat.server.request import Request, request
from chat.server.server import server_of
from termination import mode_tag

QUESTION = "1+1=?"
_AT_THE_ADDRESS = {
    "unreachable": "unreachable",
    "path": "path",
    "ourselves": "ourselves",
    "not_chat": "page",
    "redirect": "redirect",
}
_LIMITS = ("line_bytes", "reply_bytes", "answer_bytes", "error_bytes", "json_depth", "json_values", "header_bytes")
_REPLIES = (
    *("busy", "status", "too_long", "server_error", "disconnected", "not_json"),
    *("encoding", "not_http", "ours", "body_too_large", "paused"),
)
OF_THE_SERVER = ("thinking_token_budget", "repetition_detection")
"""Fields of a request that not every server supports."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A first short reply: the seconds until its first chunk, and its `finish_reason`."""

    seconds: float
    finish_reason: str | None


def probe_request(
    profile: Profile, mode: str, stop_ids: tuple[int, ...], max_tokens: int, question: str = QUESTION
) -> Request:
    """Return the request of the chat for a first question, with few tokens and at temperature 0."""
    short = Settings(temperature=0.0, max_tokens=max_tokens).apply_to(profile)
    prompt = Prompt(short, mode_tag(short.messages.system).text, (), question)
    return request(short, mode, prompt.messages(), stop_ids, "doctor")


async def request_reply(profile: Profile, stop_ids: tuple[int, ...] = ()) -> Reply | Fault | None:
    """Request a reply of one token. Return it, or why there is none, or None if it takes too long."""
    now = asyncio.get_running_loop().time
    began, first, finish_reason = now(), None, None
    try:
        patience = asyncio.timeout(read_waits().doctor_reply_seconds)
        async with patience, open_stream(probe_request(profile, FULL, stop_ids, 1)) as deltas:
            async for delta in deltas:
                first = first or now()
                finish_reason = delta.finish_reason or finish_reason
    except TimeoutError:
        return None
    except Fault as fault:
        return fault
    return Reply((first or now()) - began, finish_reason)


async def find_cause(profile: Profile, served: Served, fault: Fault) -> Finding:
    """Return why there is no first reply. Try again without each field that the server may reject."""
    if _is_other_model(profile, served, fault):
        return problem("model", "other", model=profile.model, served=", ".join(served.names) or "?")
    if fault.kind in _AT_THE_ADDRESS:
        return problem("reach", _AT_THE_ADDRESS[fault.kind], **{"guess": "", "problem": "", **fault.facts})
    if fault.kind == "key":
        return key_problem(profile.endpoint)
    message = fault.facts.get("message", "")
    if fault.kind == "template_limit":
        return problem("template", "limit", message=message)
    if "chat template" in message.lower():
        return problem("template", "none", message=message)
    for suspect, without in _suspects(profile):
        if isinstance(await request_reply(without), Reply):
            return problem(*suspect, message=message)
    facts = {"url": profile.endpoint.base_url, "status": "?", "message": message, **fault.facts}
    return problem("reply", _reply_problem(fault.kind), **facts)


async def explain_silence(profile: Profile) -> Finding:
    """Return why no reply came in time: the server may be paused."""
    if await is_paused(server_of(profile)):
        return problem("reply", "paused", message="is_paused")
    return unknown("reply", "slow")


def _is_other_model(profile: Profile, served: Served, fault: Fault) -> bool:
    """True if the server has models, but not that of the profile."""
    if fault.kind == "model":
        return True
    return fault.kind in ("status", "path") and bool(served.names) and profile.model not in served.names


def _reply_problem(kind: str) -> str:
    """Return the kind of the finding for a kind of fault."""
    if kind in _REPLIES:
        return kind
    if kind in _LIMITS:
        return "limit"
    return "status"


def _suspects(profile: Profile) -> list[tuple[tuple[str, str], Profile]]:
    """Return the parts of the request that may be the cause, each with the profile without it."""
    found: list[tuple[tuple[str, str], Profile]] = []
    messages = profile.messages
    if messages.system and messages.system_role == "system":
        without = profile.model_copy(update={"messages": messages.model_copy(update={"system": ""})})
        found.append((("system", "refused"), without))
    for name in OF_THE_SERVER:
        if name in profile.extra:
            kept = {key: value for key, value in profile.extra.items() if key != name}
            found.append(((name, "refused_but_used"), profile.model_copy(update={"extra": kept})))
    return found

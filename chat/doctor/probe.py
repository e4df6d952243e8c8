"""The doctor's questions, asked as the chat asks: the same request, the same client, only short."""

import asyncio
from dataclasses import dataclass

from chat.doctor.finding import Finding, problem
from chat.doctor.reach import Served, key_problem
from chat.process.waits import read_waits
from chat.profiles.profile import FULL, Profile
from chat.profiles.settings import Settings
from chat.reply.history import Exchange, History
from chat.server.endpoint import open_stream
from chat.server.faults import Fault
from chat.server.request import Request, request
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
    *("encoding", "not_http", "ours"),
)
OF_THE_SERVER = ("thinking_token_budget", "repetition_detection")
"""Fields of a request that not every server has."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A first short reply: seconds until something came, and what the server said at its end."""

    seconds: float
    finish_reason: str | None


def probe(profile: Profile, mode: str, stop_ids: tuple[int, ...], max_tokens: int, question: str = QUESTION) -> Request:
    """The chat's request for a first question, with few tokens and without chance."""
    short = Settings(temperature=0.0, max_tokens=max_tokens).apply_to(profile)
    messages = History().messages(short, mode_tag(short.messages.system).text, Exchange("", question))
    return request(short, mode, messages, stop_ids, "doctor")


async def replied(profile: Profile, stop_ids: tuple[int, ...] = ()) -> Reply | Fault | None:
    """A reply of one token; why there is none; None where it takes too long."""
    now = asyncio.get_running_loop().time
    began, first, finish_reason = now(), None, None
    try:
        patience = asyncio.timeout(read_waits().doctor_reply_seconds)
        async with patience, open_stream(probe(profile, FULL, stop_ids, 1)) as deltas:
            async for delta in deltas:
                first = first or now()
                finish_reason = delta.finish_reason or finish_reason
    except TimeoutError:
        return None
    except Fault as fault:
        return fault
    return Reply((first or now()) - began, finish_reason)


async def cause(profile: Profile, served: Served, fault: Fault) -> Finding:
    """What is wrong where the first reply does not come: asks again without what a server may refuse."""
    if fault.kind == "model" or (
        fault.kind in ("status", "path") and served.names and profile.model not in served.names
    ):
        return problem("model", "other", model=profile.model, served=", ".join(served.names) or "?")
    if fault.kind in _AT_THE_ADDRESS:
        return problem("reach", _AT_THE_ADDRESS[fault.kind], **{"guess": "", "problem": "", **fault.facts})
    if fault.kind == "key":
        return key_problem(profile.endpoint)
    message = fault.facts.get("message", "")
    if "chat template" in message.lower():
        return problem("template", "none", message=message)
    for suspect, without in _suspects(profile):
        if isinstance(await replied(without), Reply):
            return problem(*suspect, message=message)
    kind = fault.kind if fault.kind in _REPLIES else "limit" if fault.kind in _LIMITS else "status"
    return problem(
        "reply", kind, **{"url": profile.endpoint.base_url, "status": "?", "message": message, **fault.facts}
    )


def _suspects(profile: Profile) -> list[tuple[tuple[str, str], Profile]]:
    """What may be the cause, and the profile without it."""
    found: list[tuple[tuple[str, str], Profile]] = []
    messages = profile.messages
    if messages.system and messages.system_role == "system":
        mute = profile.model_copy(update={"messages": messages.model_copy(update={"system": ""})})
        found.append((("system", "refused"), mute))
    for name in OF_THE_SERVER:
        if name in profile.extra:
            kept = {key: value for key, value in profile.extra.items() if key != name}
            found.append(((name, "refused_but_used"), profile.model_copy(update={"extra": kept})))
    return found

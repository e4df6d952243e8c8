"""The request that makes the model go on with a reply that it has begun, in the first way that its server takes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import openai

from chat.profiles.profile import Endpoint, Profile
from chat.reply.raw_reply import reply_after, whole_thought
from chat.reply.resume_by_prompt import as_prompt
from chat.reply.resume_probe import BegunMessage, MakeMessage, is_continuable
from chat.server.errors import NO_GOOD, NO_PATH, is_passing, is_silent, rejected
from chat.server.faults import Fault, refused
from chat.server.request import GOES_ON, Request
from chat.server.start import server_start
from chat.server.tokenizer import OF_TEMPLATE, NoTokenizer
from termination import Begun, TextPhase

PROMPT, FIELD, MARKERS = "prompt", "field", "markers"
_MOST = 256


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a probe's answer holds for."""

    way: str
    phase: TextPhase
    thinks: bool
    template: str
    markers: tuple[str, ...]


@dataclass(slots=True)
class _Learnt:
    """What one start of a server has shown.

    The ways that it has `refused` and those that it has `taken`, how its chat endpoint was `probed`, and whether it is
    `hopeless`: there was no way to the answer to a thought.
    """

    start: str
    refused: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    probed: dict[_Kind, bool] = field(default_factory=dict)
    hopeless: bool = False


_servers: dict[tuple[Endpoint, str], _Learnt] = {}


async def go_on(profile: Profile, mode: str, request: Request, begun: Begun, limit: int | None) -> Request | None:
    """The request for more of that reply; None where the server has no way to ask so.

    Raises Fault where the server is away, busy or failing, and where its window is full.

    `request` is one as `chat.server.request` makes it, `limit` the new one's max_tokens, None for those of the request.
    First choice is the prompt itself, for /v1/completions: there no template has a say in what a reply may begin with.
    Else the chat endpoint is to go on with its last message: with the thought in its field, or between its markers.
    """
    begins = request.messages[-1]["role"] == "assistant"
    sampling = request.sampling if limit is None else {**request.sampling, "max_tokens": limit}
    asked = replace(request, messages=request.messages[: -1 if begins else None], sampling=sampling)
    trouble: Exception | None = None
    try:
        learnt = await _learnt(profile)
        for way in (way for way in (PROMPT, FIELD, MARKERS) if way not in learnt.refused):
            try:
                if made := await _made(way, profile, mode, asked, begun, learnt):
                    return made
            except (openai.APIStatusError, NoTokenizer, ValueError) as problem:  # for this once
                trouble = problem
    except openai.APIError as error:
        raise _fault(error, profile) from error
    if isinstance(trouble, openai.APIError) and is_passing(trouble):
        raise _fault(trouble, profile) from trouble
    learnt.hopeless |= trouble is None and begun.phase == "answer" and bool(begun.thought)
    return None


async def is_hopeless(profile: Profile) -> bool:
    """Whether this start of the server has shown that it has no way to the answer to a thought. Never raises."""
    known = _servers.get((profile.endpoint, profile.model))
    try:
        return known is not None and known.hopeless and known.start == await server_start(profile)
    except openai.APIConnectionError:
        return False


def taken(request: Request) -> None:
    """The server has taken that request of `go_on`."""
    if learnt := _servers.get((request.endpoint, request.model)):
        learnt.taken.add(_way(request))


def not_taken(request: Request, status: int) -> bool:
    """The server has refused that request of `go_on`: whether that was about the way, which it then is not asked in
    again until it is started afresh. Where it has taken that way before, it refuses what is asked."""
    learnt = _servers.get((request.endpoint, request.model))
    if status not in NO_PATH and (status not in NO_GOOD or (learnt and _way(request) in learnt.taken)):
        return False
    if learnt:
        learnt.refused.add(_way(request))
    return True


def _way(request: Request) -> str:
    return PROMPT if request.prompt else FIELD if "reasoning" in request.messages[-1] else MARKERS


def _fault(error: openai.APIError, profile: Profile) -> Fault:
    """A server that takes the connection and says nothing in time is busy."""
    if isinstance(error, openai.APIConnectionError) and is_silent(error):
        return refused("busy", url=profile.endpoint.base_url, message=error.message)
    return rejected(error, profile.endpoint.base_url, profile.model)


def by_field(profile: Profile, mode: str, begun: Begun) -> BegunMessage | None:
    """The reply with the thought in a field of its own; None where it has none, or where that is still open."""
    if begun.phase == "thought" or not begun.thought:
        return None
    return {"role": "assistant", "reasoning": whole_thought(profile, mode, begun), "content": begun.answer}


def by_markers(profile: Profile, mode: str, begun: Begun) -> BegunMessage | None:
    """The reply as the model has written it."""
    return {"role": "assistant", "content": reply_after(profile, mode, begun)}


_MESSAGES: Mapping[str, MakeMessage] = {FIELD: by_field, MARKERS: by_markers}


async def _learnt(profile: Profile) -> _Learnt:
    start, server = await server_start(profile), (profile.endpoint, profile.model)
    known = _servers.get(server)
    if known is None or known.start != start:
        if len(_servers) >= _MOST:
            _servers.clear()
        known = _servers[server] = _Learnt(start)
    return known


async def _made(
    way: str, profile: Profile, mode: str, request: Request, begun: Begun, learnt: _Learnt
) -> Request | None:
    """None where that way is not to be had. Raises openai.APIError, NoTokenizer, ValueError, Fault."""
    if way != PROMPT:
        return await _as_message(way, profile, mode, request, begun, learnt)
    made = await as_prompt(profile, mode, request, begun)
    if made is None:
        learnt.refused.add(way)
    return made


async def _as_message(
    way: str, profile: Profile, mode: str, request: Request, begun: Begun, learnt: _Learnt
) -> Request | None:
    make = _MESSAGES[way]
    message = make(profile, mode, begun)
    if message is None:
        return None
    kind = _Kind(way, begun.phase, bool(begun.thought), _to_template(request.extra), _markers(profile, mode))
    if kind not in learnt.probed:
        learnt.probed[kind] = await is_continuable(profile, mode, request, make, begun)
    if not learnt.probed[kind]:
        return None
    extra = {name: value for name, value in request.extra.items() if name != "grammar"}  # it begins with the thought
    return replace(request, messages=[*request.messages, message], extra=extra | GOES_ON)


def _markers(profile: Profile, mode: str) -> tuple[str, ...]:
    thinking = profile.thinking
    return (profile.prefix(mode), *thinking.open, "", *thinking.close) if thinking else ()


def _to_template(extra: Mapping[str, Any]) -> str:
    return json.dumps({name: extra[name] for name in OF_TEMPLATE if name in extra}, sort_keys=True, default=str)

"""The examination of one profile: check after check; what depends on something broken is not asked."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import openai

from chat.doctor.abort import aborts
from chat.doctor.ends import TOKENS, finish, full, think_only, thoughts
from chat.doctor.fields import fields
from chat.doctor.finding import Finding, Show, good, info, unknown
from chat.doctor.flow import flow, held_back
from chat.doctor.heard import Heard, heard
from chat.doctor.limits import limits
from chat.doctor.probe import Reply, cause, probe, replied
from chat.doctor.reach import Served, reached
from chat.doctor.template import template
from chat.doctor.tokens import Stops, markers, stop_tokens, taken
from chat.process.waits import read_waits
from chat.profiles.profile import FULL, THINK_ONLY, Profile
from chat.server.faults import Fault
from chat.server.server import server_of

_NO_SERVER = ("reach", "key", "model")


@dataclass(frozen=True, slots=True)
class Streams:
    """Whole replies in both modes; None where a mode could not be asked for."""

    full: Heard | None
    again: Heard | None
    think_only: Heard | None


async def examine(profile: Profile, show: Show) -> None:
    """Shows one finding after another."""
    served = await reached(profile)
    if isinstance(served, Finding):
        show(served)
        return
    reply = await replied(profile)
    if not isinstance(reply, Reply):
        await _without_reply(profile, served, reply, show)
        return
    _all(show, _present(profile, served))
    show(limits(profile, served))
    version, read, marked, stops, known = await asyncio.gather(
        _version(profile), template(profile), markers(profile), stop_tokens(profile), fields(profile)
    )
    stops = await taken(profile, stops)
    _all(show, (_server(version, served), *read.findings, *marked, *stops.findings, *known))
    streams = await _streams(profile, stops, reply)
    finished = finish(streams.full, reply.finish_reason)
    _all(show, (finished, *_of_streams(profile, streams, reply, read.opens)))
    if finished.state != "problem":
        _all(show, _ends(profile, streams, stops, knows_ids=bool(version)))
    show(await aborts(profile, stops.ids.get(FULL, ())))


async def quick(profile: Profile, show: Show) -> None:
    """The same without whole replies: what can be said at once."""
    served = await reached(profile)
    if isinstance(served, Finding):
        show(served)
        return
    if profile.model not in served.names:
        reply = await replied(profile)
        if isinstance(reply, Fault):
            await _without_reply(profile, served, reply, show)
            return
    show(limits(profile, served))
    _all(show, (await stop_tokens(profile)).findings)


def _all(show: Show, findings: Iterator[Finding] | tuple[Finding, ...]) -> None:
    for finding in findings:
        show(finding)


async def _without_reply(profile: Profile, served: Served, fault: Fault | None, show: Show) -> None:
    """Why there is no reply, and what can be said all the same."""
    found = await cause(profile, served, fault) if fault else unknown("reply", "slow")
    if found.check in _NO_SERVER:
        show(found)
        return
    for finding in (good("reach", "reached", url=profile.endpoint.base_url), found, limits(profile, served)):
        show(finding)
    _all(show, (await stop_tokens(profile)).findings)


def _present(profile: Profile, served: Served) -> Iterator[Finding]:
    """The first reply has come: from the right server, with the right key, from a model."""
    url = profile.endpoint.base_url
    yield good("reach", "reached", url=url)
    yield good("key", "taken" if profile.endpoint.api_key else "not_needed")
    if profile.model in served.names:
        yield good("model", "served", model=profile.model)
    elif served.names:
        yield info("model", "any", model=profile.model, served=", ".join(served.names))
    else:
        yield good("model", "replies", model=profile.model)


async def _version(profile: Profile) -> str:
    """vLLM's version; empty for another server."""
    connection = server_of(profile).connection
    try:
        answer = await connection.get(f"{connection.root}/version", retry=False)
    except (openai.APIError, ValueError):
        return ""
    return str(answer.get("version") or "") if isinstance(answer, dict) else ""


def _server(version: str, served: Served) -> Finding:
    if version:
        return info("version", "told", version=version)
    return info("version", "other", owner=served.owner) if served.owner else unknown("version", "unknown")


async def _streams(profile: Profile, stops: Stops, first: Reply) -> Streams:
    """Listens to both modes at once; once more to a stream that came late and then at once, alone."""
    full, thought = await asyncio.gather(_stream(profile, stops, FULL), _stream(profile, stops, THINK_ONLY))
    again = await _stream(profile, stops, FULL) if full and held_back(full, first) else None
    return Streams(full, again, thought)


async def _stream(profile: Profile, stops: Stops, mode: str) -> Heard | None:
    thinks = mode == FULL or (profile.thinking is not None and profile.modes[mode].thinks)
    if mode not in stops.ids or not thinks:
        return None
    return await heard(probe(profile, mode, stops.ids[mode], TOKENS), read_waits().doctor_stream_seconds)


def _of_streams(profile: Profile, streams: Streams, first: Reply, template_opens: bool | None) -> Iterator[Finding]:
    whole = streams.full
    if whole and not whole.error:
        yield thoughts(profile, whole, template_opens)
        yield flow(whole, streams.again, first)


def _ends(profile: Profile, streams: Streams, stops: Stops, knows_ids: bool) -> Iterator[Finding]:
    """How both modes end; a server that runs past the end of its turn runs past that of its thought as well."""
    ending = full(profile, streams.full, stops.ids[FULL]) if streams.full else None
    if ending:
        yield ending
    if streams.think_only and (ending is None or ending.state != "problem"):
        yield think_only(profile, streams.think_only, stops.ids[THINK_ONLY], knows_ids)

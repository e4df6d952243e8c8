"""The examination of one profile, check after check. Checks that depend on a broken part are skipped."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import openai

from chat.doctor.abort import check_abort
from chat.doctor.errors import check_errors
from chat.doctor.fields import check_efforts, check_fields
from chat.doctor.finding import Finding, Show, good, info, unknown
from chat.doctor.limits import check_limits
from chat.doctor.probe import Reply, explain_silence, find_cause, probe_request, request_reply
from chat.doctor.reach import Served, check_reach
from chat.doctor.stream.ends import TOKENS, check_finish, check_full, check_think_only, check_thought
from chat.doctor.stream.flow import check_flow, is_held_back
from chat.doctor.stream.protocol import check_protocol
from chat.doctor.stream.recording import Recording, record
from chat.doctor.template import check_template
from chat.doctor.tokens import Stops, check_acceptance, check_markers, check_stop_tokens
from chat.process.waits import read_waits
from chat.profiles.profile import FULL, THINK_ONLY, Profile
from chat.server.faults import Fault
from chat.server.server import server_of

_NO_SERVER = ("reach", "key", "model")


@dataclass(frozen=True, slots=True)
class Streams:
    """Whole replies in both modes, and a second one in FULL. None: there was no reason to request it."""

    full: Recording | None
    again: Recording | None
    think_only: Recording | None


async def examine(profile: Profile, show: Show) -> None:
    """Examine a profile, and call `show` with each finding."""
    served = await check_reach(profile)
    if isinstance(served, Finding):
        show(served)
        return
    reply = await request_reply(profile)
    if not isinstance(reply, Reply):
        await _without_reply(profile, served, reply, show)
        return
    _show_all(show, _present(profile, served))
    show(check_limits(profile, served))
    version, read, marked, stops, known = await asyncio.gather(
        _version(profile),
        check_template(profile),
        check_markers(profile),
        check_stop_tokens(profile),
        _check_requests(profile),
    )
    stops = await check_acceptance(profile, stops)
    _show_all(show, (_server(version, served), *read.findings, *marked, *stops.findings, *known))
    streams = await _record_streams(profile, stops, reply)
    finished = check_finish(streams.full, reply.finish_reason)
    _show_all(show, (finished, *_check_streams(profile, streams, reply, read.opens)))
    if finished.state != "problem":
        _show_all(show, _check_ends(profile, streams, stops, knows_ids=bool(version)))
    show(await check_abort(profile, stops.ids.get(FULL, ())))


async def examine_quickly(profile: Profile, show: Show) -> None:
    """Examine a profile without whole replies, and call `show` with each finding."""
    served = await check_reach(profile)
    if isinstance(served, Finding):
        show(served)
        return
    if profile.model not in served.names:
        reply = await request_reply(profile)
        if isinstance(reply, Fault):
            await _without_reply(profile, served, reply, show)
            return
    show(check_limits(profile, served))
    _show_all(show, (await check_stop_tokens(profile)).findings)


def _show_all(show: Show, findings: Iterator[Finding] | tuple[Finding, ...]) -> None:
    for finding in findings:
        show(finding)


async def _without_reply(profile: Profile, served: Served, fault: Fault | None, show: Show) -> None:
    """Show why there is no reply, and the findings that need none."""
    found = await (find_cause(profile, served, fault) if fault else explain_silence(profile))
    if found.check in _NO_SERVER:
        show(found)
        return
    for finding in (good("reach", "reached", url=profile.endpoint.base_url), found, check_limits(profile, served)):
        show(finding)
    _show_all(show, (await check_stop_tokens(profile)).findings)


def _present(profile: Profile, served: Served) -> Iterator[Finding]:
    """Yield the findings that a first reply proves: about server, key and model."""
    url = profile.endpoint.base_url
    yield good("reach", "reached", url=url)
    yield good("key", "accepted" if profile.endpoint.api_key else "not_needed")
    if profile.model in served.names:
        yield good("model", "served", model=profile.model)
    elif served.names:
        yield info("model", "any", model=profile.model, served=", ".join(served.names))
    else:
        yield good("model", "replies", model=profile.model)


async def _check_requests(profile: Profile) -> list[Finding]:
    """Return which fields of a request the server supports, and how it rejects a wrong one."""
    fields, efforts, explained = await asyncio.gather(
        check_fields(profile), check_efforts(profile), check_errors(profile)
    )
    return [*fields, *efforts, explained]


async def _version(profile: Profile) -> str:
    """Return the version of vLLM; "" for another server."""
    connection = server_of(profile).connection
    try:
        answer = await connection.get(f"{connection.root}/version", retry=False)
    except (openai.APIError, ValueError):
        return ""
    match answer:
        case {"version": str(version)}:
            return version
    return ""


def _server(version: str, served: Served) -> Finding:
    if version:
        return info("version", "known", version=version)
    if served.owner:
        return info("version", "other", owner=served.owner)
    return unknown("version", "unknown")


async def _record_streams(profile: Profile, stops: Stops, first: Reply) -> Streams:
    """Record both modes at the same time. A stream that was held back is recorded again, alone."""
    full, thought = await asyncio.gather(
        _record_stream(profile, stops, FULL), _record_stream(profile, stops, THINK_ONLY)
    )
    again = None
    if full and is_held_back(full, first):
        again = await _record_stream(profile, stops, FULL)
    return Streams(full, again, thought)


async def _record_stream(profile: Profile, stops: Stops, mode: str) -> Recording | None:
    thinks = mode == FULL or (profile.thinking is not None and profile.modes[mode].thinks)
    if mode not in stops.ids or not thinks:
        return None
    return await record(probe_request(profile, mode, stops.ids[mode], TOKENS), read_waits().doctor_stream_seconds)


def _check_streams(profile: Profile, streams: Streams, first: Reply, template_opens: bool | None) -> Iterator[Finding]:
    whole = streams.full
    if whole and not whole.error:
        yield check_thought(profile, whole, template_opens)
        yield check_flow(whole, streams.again, first)
        yield from check_protocol(whole)


def _check_ends(profile: Profile, streams: Streams, stops: Stops, knows_ids: bool) -> Iterator[Finding]:
    """Yield how both modes end. THINK_ONLY is skipped if the server runs past the end of a whole turn."""
    if streams.full:
        ending = check_full(profile, streams.full, stops.ids[FULL])
        yield ending
        if ending.state == "problem":
            return
    if streams.think_only:
        yield check_think_only(profile, streams.think_only, stops.ids[THINK_ONLY], knows_ids)

"""Checks of the stop tokens and of the markers of a thought, with the tokenizer of the model that is served."""

from dataclasses import dataclass

import openai

from chat.doctor.finding import Finding, good, info, problem, unknown
from chat.doctor.probe import request_reply
from chat.profiles.profile import Profile
from chat.server.faults import Fault
from chat.server.server import server_of
from chat.server.stop_ids import resolve_stop_ids
from chat.server.tokenizer import NoTokenizer, encode


@dataclass(frozen=True, slots=True)
class Stops:
    """The stop ids of each mode whose stop tokens are usable, and the findings on all stop tokens."""

    ids: dict[str, tuple[int, ...]]
    findings: tuple[Finding, ...]


async def check_stop_tokens(profile: Profile) -> Stops:
    """Return the stop ids, and if each stop token is one token of the model and not ordinary text."""
    ids: dict[str, tuple[int, ...]] = {}
    problems: list[Finding] = []
    for name, mode in profile.modes.items():
        found, wrong = await _resolve(profile, mode.stop_tokens)
        problems += [each for each in wrong if each not in problems]
        if not wrong:
            ids[name] = found
    return Stops(ids, tuple(problems) or (_usable(profile, ids),))


async def _resolve(profile: Profile, tokens: tuple[str | int, ...]) -> tuple[tuple[int, ...], list[Finding]]:
    """Return the ids of the tokens, each once, and the problems of those that cannot be used."""
    found: list[int] = []
    wrong: list[Finding] = []
    for token in tokens:
        try:
            found += await resolve_stop_ids(profile, (token,))
        except Fault as fault:
            wrong.append(problem("stop_tokens", fault.kind.removeprefix("stop_token_"), **fault.facts))
    return tuple(dict.fromkeys(found)), wrong


def _usable(profile: Profile, ids: dict[str, tuple[int, ...]]) -> Finding:
    if not any(mode.stop_tokens for mode in profile.modes.values()):
        return info("stop_tokens", "none")
    if any(mode.stop_tokens and not ids[name] for name, mode in profile.modes.items()):
        return unknown("stop_tokens", "unknown")
    listed = "; ".join(f"{name}: {', '.join(map(str, numbers))}" for name, numbers in ids.items())
    return good("stop_tokens", "single", ids=listed)


async def check_acceptance(profile: Profile, stops: Stops) -> Stops:
    """Return the stop ids that the server accepts in a request. Some servers know none, some check them late."""
    every = tuple(dict.fromkeys(id_ for ids in stops.ids.values() for id_ in ids))
    if not every:
        return stops
    answer = await request_reply(profile, every)
    if isinstance(answer, Fault):
        message = answer.facts.get("message", answer.kind)
        return Stops({}, (problem("stop_tokens", "rejected", message=message),))
    if "stop_token_ids" in server_of(profile).known.rejected_fields:
        return Stops(dict.fromkeys(stops.ids, ()), (info("stop_tokens", "no_field"),))
    return stops


async def check_markers(profile: Profile) -> list[Finding]:
    """Return if the markers are single tokens. Others are found in the text nevertheless."""
    if profile.thinking is None:
        return []
    texts = (profile.thinking.open[0], profile.thinking.close[0])
    try:
        pieces = [await encode(profile, text) for text in texts]
    except (openai.APIError, ValueError, NoTokenizer):
        pieces = [None]
    if not all(pieces):
        return [unknown("markers", "unknown")]
    several = [text for text, ids in zip(texts, pieces, strict=True) if ids and len(ids) > 1]
    if several:
        return [info("markers", "pieces", markers=" ".join(several))]
    return [good("markers", "single", ids=", ".join(str(ids[0]) for ids in pieces if ids))]

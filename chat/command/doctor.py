"""The command `fullstop doctor`: which profiles, one after another, and whether all is well."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass

from chat.command.replay import PROFILES, chosen_profile
from chat.doctor.examine import examine
from chat.doctor.finding import Finding, info
from chat.doctor.reach import Served, reached
from chat.doctor.report import as_json, as_text, summary
from chat.launch.house import ROOT, settings
from chat.profiles.profile import Profile
from chat.profiles.shelf import Profiles
from chat.server.endpoint import client
from chat.words.texts import profile_text

HEALTHY, ILL, COULD_NOT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Doctor:
    """What the command line says."""

    profiles: tuple[str, ...]
    json: bool


def doctor(chosen: Doctor) -> int:
    """Prints what is found; the exit code. Raises Trouble for a profile that is not there or wrong."""
    os.environ.update(settings(ROOT))  # a profile may name variables that stand in .env, as in `fullstop chat`
    names = chosen.profiles or tuple(filter(None, (os.environ.get("FULLSTOP_PROFILE"),)))
    if names:
        named = {name: chosen_profile(name) for name in names}
        return asyncio.run(_closing(_examined(named, [], chosen.json), named))
    shelf = Profiles(PROFILES).read()
    for wrong in shelf.problems.values():
        print(f"fullstop: {profile_text(wrong, 'en').replace('`', '')}", file=sys.stderr)
    code = asyncio.run(_closing(_whole_folder(shelf.profiles, chosen.json), shelf.profiles))
    return COULD_NOT if shelf.problems or not shelf.profiles else code


async def _closing(work: Awaitable[int], profiles: Mapping[str, Profile]) -> int:
    """Does the work, and closes the clients that it used."""
    try:
        return await work
    finally:
        for endpoint in {profile.endpoint for profile in profiles.values()}:
            await client(endpoint).close()
        client.cache_clear()


async def _whole_folder(profiles: dict[str, Profile], in_json: bool) -> int:
    """Those whose server answers and serves their model; of several for one model the first, as the page takes it.

    The others are told in one line each. Where nothing is served, one profile of each address says what is wrong there.
    """
    served = await asyncio.gather(*map(reached, profiles.values()))
    present = {name: each for (name, each), there in zip(profiles.items(), served, strict=True) if _serves(there, each)}
    firsts = {(each.endpoint, each.model): name for name, each in reversed(present.items())}
    if not present:
        firsts = {(each.endpoint, ""): name for name, each in reversed(profiles.items())}
    chosen = {name: each for name, each in profiles.items() if name in firsts.values()}
    left_out = [
        _left_out(name, each, firsts.get((each.endpoint, each.model)))
        for name, each in profiles.items()
        if name not in chosen
    ]
    return await _examined(chosen, left_out, in_json)


def _left_out(name: str, profile: Profile, first: str | None) -> Finding:
    if first:
        return info("absent", "same_model", name=name, model=profile.model, first=first)
    return info("absent", "left_out", name=name, model=profile.model, url=profile.endpoint.base_url)


def _serves(served: Served | Finding, profile: Profile) -> bool:
    return isinstance(served, Served) and (profile.model in served.names or not served.names)


async def _examined(profiles: dict[str, Profile], left_out: list[Finding], in_json: bool) -> int:
    findings: list[Finding] = []
    for name, profile in profiles.items():
        findings += await _one(name, profile, in_json)
    for each in left_out:
        print(as_json(each.facts["name"], each) if in_json else as_text(each), flush=True)
    return ILL if any(each.state == "problem" for each in findings) else HEALTHY


async def _one(name: str, profile: Profile, in_json: bool) -> list[Finding]:
    findings: list[Finding] = []

    def show(finding: Finding) -> None:
        findings.append(finding)
        print(as_json(name, finding) if in_json else as_text(finding), flush=True)

    if not in_json:
        print(f"{profile.name} · {profile.model} · {profile.endpoint.base_url}", flush=True)
    await examine(profile, show)
    if not in_json:
        print(f"{summary(findings, 'en')}\n", flush=True)
    return findings

"""The command `fullstop doctor`: the profiles to examine, one after another, and the exit code."""

import asyncio
import os
from collections.abc import Mapping, Sequence

from chat.command.errors import show_error
from chat.command.profiles import find_profile, profile_problem, read_folder
from chat.discover.made import Made
from chat.doctor.examine import examine
from chat.doctor.finding import Finding, info
from chat.doctor.reach import Served, check_reach
from chat.doctor.report import as_json, as_text, summary
from chat.launch.house import ROOT, read_environment
from chat.offers.offering import LOOK_SECONDS, Offering
from chat.profiles.profile import Endpoint, Profile
from chat.profiles.shelf import Shelf
from chat.server.server import close_servers

HEALTHY, ILL, COULD_NOT = 0, 1, 2


def examine_profiles(names: Sequence[str], in_json: bool) -> int:
    """Print the findings for the named profiles, or for those of the folder, and return the exit code.

    Raises:
        Trouble: if a named profile does not exist or cannot be read.
    """
    os.environ.update(read_environment(ROOT))  # a profile may use variables of .env, as in `fullstop chat`
    if not names and (default := os.environ.get("FULLSTOP_PROFILE")):
        names = (default,)
    if names:
        named = {name: find_profile(name) for name in names}
        return asyncio.run(_examine_named(named, in_json))
    shelf = read_folder()
    for problem in shelf.problems.values():
        show_error(profile_problem(problem))
    code = asyncio.run(_examine_folder(shelf.profiles, in_json))
    return COULD_NOT if shelf.problems or not shelf.profiles else code


async def _examine_named(profiles: Mapping[str, Profile], in_json: bool) -> int:
    """Examine all profiles, each with the served model that it fits, then close their connections."""
    try:
        offers = (await _look(Shelf(dict(profiles), {}))).catalogue().offers
        return await _examine_all({name: offers[name].profile for name in profiles}, in_json)
    finally:
        await close_servers()


async def _examine_folder(profiles: Mapping[str, Profile], in_json: bool) -> int:
    """Examine the chosen profiles of a folder, print a line for each other one, then close the connections.

    If no profile fits a model that is served, that model is examined too, with a profile that is made by asking.
    """
    try:
        offering = await _look(Shelf(dict(profiles), {}))
        made = await _make_first(offering)
        catalogue = offering.catalogue()
        profiles = {key: each.profile for key, each in catalogue.offers.items() if each.file or key == catalogue.first}
        firsts = await _first_profiles(profiles)
        chosen = {name: profile for name, profile in profiles.items() if name in firsts.values()}
        code = await _examine_all(chosen, in_json, made)
        for name, profile in profiles.items():
            if name not in chosen:
                first = firsts.get((profile.endpoint, profile.model))
                _print_finding(name, _omission(name, profile, first), in_json)
        return code
    finally:
        await close_servers()


async def _look(shelf: Shelf) -> Offering:
    """Ask the servers what they serve, and return what is offered."""
    offering = Offering(lambda: shelf)
    await offering.look_within(LOOK_SECONDS)
    return offering


async def _make_first(offering: Offering) -> str | None:
    """Make the profile of the first choice if it has none, and return its key then."""
    catalogue = offering.catalogue()
    first = catalogue.offers.get(catalogue.first)
    found = await Made(offering).make(first) if first else None
    return catalogue.first if found else None


async def _first_profiles(profiles: Mapping[str, Profile]) -> dict[tuple[Endpoint, str], str]:
    """Return the name of the first profile for each model that is served, as the page chooses it.

    If no model is served, the name of one profile for each address: its findings say what is wrong there.
    """
    answers = await asyncio.gather(*map(check_reach, profiles.values()))
    firsts: dict[tuple[Endpoint, str], str] = {}
    for (name, profile), answer in zip(profiles.items(), answers, strict=True):
        if _is_served(profile, answer):
            firsts.setdefault((profile.endpoint, profile.model), name)
    if not firsts:
        for name, profile in profiles.items():
            firsts.setdefault((profile.endpoint, ""), name)
    return firsts


def _is_served(profile: Profile, answer: Served | Finding) -> bool:
    return isinstance(answer, Served) and (profile.model in answer.names or not answer.names)


def _omission(name: str, profile: Profile, first: str | None) -> Finding:
    """Return why a profile was not examined: `first` has the same model, or else nothing serves its model."""
    if first:
        return info("absent", "same_model", name=name, model=profile.model, first=first)
    return info("absent", "left_out", name=name, model=profile.model, url=profile.endpoint.base_url)


async def _examine_all(profiles: Mapping[str, Profile], in_json: bool, made: str | None = None) -> int:
    """Examine one profile after another, and return the exit code. The one with the key `made` was made by asking."""
    findings: list[Finding] = []
    for name, profile in profiles.items():
        findings += await _examine_one(name, profile, in_json, is_made=name == made)
    if any(each.state == "problem" for each in findings):
        return ILL
    return HEALTHY


async def _examine_one(name: str, profile: Profile, in_json: bool, is_made: bool) -> list[Finding]:
    """Print each finding for a profile as it comes, and return them all."""
    findings: list[Finding] = []

    def show(finding: Finding) -> None:
        findings.append(finding)
        _print_finding(name, finding, in_json)

    if not in_json:
        print(f"{profile.name} · {profile.model} · {profile.endpoint.base_url}", flush=True)
    if is_made:
        show(info("made", "asked", model=profile.model))
    await examine(profile, show)
    if not in_json:
        print(f"{summary(findings, 'en')}\n", flush=True)
    return findings


def _print_finding(name: str, finding: Finding, in_json: bool) -> None:
    text = as_json(name, finding) if in_json else as_text(finding)
    print(text, flush=True)

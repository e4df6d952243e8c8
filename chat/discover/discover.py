"""The profile of a model that has none, made by asking its server in at most eight small requests."""

from dataclasses import dataclass

from chat.discover.build import build_profile, find_markers, find_thought, profile_name
from chat.discover.evidence import gather_evidence
from chat.discover.findings import Finding, list_findings
from chat.discover.questions import Questions
from chat.discover.switches import find_switches
from chat.profiles.profile import FULL, THINK_ONLY, Endpoint, Mode, Profile
from chat.profiles.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Discovered:
    """A profile that was made by asking, with one finding for each point that was asked for.

    It is not `complete` if the server was too busy to answer everything.
    """

    profile: Profile
    points: tuple[Finding, ...]
    complete: bool = True

    @property
    def findings(self) -> tuple[Sentence, ...]:
        """Return what the server has shown and what not, as sentences."""
        return tuple(each.sentence for each in self.points)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the names of the points that could not be established."""
        return tuple(each.point for each in self.points if not each.known)


async def discover_profile(endpoint: Endpoint, model: str) -> Discovered:
    """Return a profile for the model at that endpoint. Never raises for what a server answers, or does not.

    A value that the server has not shown, and that the model's family does not fix, is left to its default.
    """
    modes = {FULL: Mode(), THINK_ONLY: Mode()}
    ask = Questions(Profile(name=profile_name(model), model=model, endpoint=endpoint, modes=modes))
    evidence = await gather_evidence(ask, model)
    markers, proven = find_markers(evidence)
    switches = await find_switches(ask, evidence, markers)
    thought = find_thought(evidence, switches, markers, proven)
    profile = build_profile(endpoint, model, evidence, thought, switches)
    return Discovered(profile, tuple(list_findings(profile, evidence, thought, switches)), ask.complete)

"""Which mode a turn runs in: the prompt's tag, else the panel, else the system prompt's tag, else the profile."""

from dataclasses import dataclass

from chat.profiles.profile import THINK_ONLY, Profile
from chat.profiles.sentence import Sentence
from termination import Policy, mode_tag


@dataclass(eq=False)
class UnknownMode(Exception):
    """A tag or setting names a mode that the profile does not have; `sentence` says so."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Chosen:
    """The mode of a turn, and the question and system prompt without their tags."""

    mode: str
    question: str
    system: str


def choose(message: str, panel: str | None, profile: Profile) -> Chosen:
    """Reads the tags. Raises UnknownMode for a name that the profile does not have.

    A mode that was chosen in the panel for another profile counts only where this one has it too.
    """
    asked, standing = mode_tag(message), mode_tag(profile.messages.system)
    panel = panel if panel in profile.modes else None
    mode = next(name for name in (asked.mode, panel, standing.mode, profile.default_mode) if name)
    if mode not in profile.modes:
        raise UnknownMode(Sentence("mode.unknown", {"name": mode, "known": ", ".join(profile.modes)}))
    return Chosen(mode, asked.text.strip(), standing.text)


def policy(profile: Profile, mode: str) -> Policy:
    """What a turn in `mode` is held to."""
    return Policy(
        markers=profile.markers(mode),
        special_tokens=profile.leaks,
        last_words=profile.last_words(mode),
        thought_only=mode == THINK_ONLY,
        end=profile.condition,
    )

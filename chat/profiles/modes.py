"""The mode of a turn: tag in the message, then picker or panel, then tag in the system prompt, then `default_mode`."""

from dataclasses import dataclass

from chat.profiles.profile import THINK_ONLY, Profile
from chat.profiles.sentence import Sentence
from termination import Policy, mode_tag


@dataclass(eq=False)
class UnknownMode(Exception):
    """A mode in a tag that the profile does not have. `sentence` says so."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Chosen:
    """The mode of a turn, and the question and system prompt without their tags."""

    mode: str
    question: str
    system: str


def choose(message: str, panel: str | None, profile: Profile) -> Chosen:
    """Return the mode of a turn. The mode `panel` is ignored if it was chosen for another profile.

    Raises:
        UnknownMode: if a tag names a mode that the profile does not have.
    """
    tagged, system = mode_tag(message), mode_tag(profile.messages.system)
    if panel not in profile.modes:
        panel = None
    mode = tagged.mode or panel or system.mode or profile.default_mode
    if mode not in profile.modes:
        raise UnknownMode(Sentence("mode.unknown", {"name": mode, "known": ", ".join(profile.modes)}))
    return Chosen(mode, tagged.text.strip(), system.text)


def policy(profile: Profile, mode: str) -> Policy:
    """Return the policy of a turn in `mode`, for the termination core."""
    return Policy(
        markers=profile.markers(mode),
        special_tokens=profile.leaks,
        last_words=profile.last_words(mode),
        thought_only=mode == THINK_ONLY,
        end=profile.condition,
        thinks=profile.thinking is not None and profile.modes[mode].thinks,
    )

"""The profile that the evidence of a server makes."""

from dataclasses import dataclass
from typing import Any

from chat.discover.evidence import Evidence
from chat.discover.markers import MARKERS, THINK, Markers
from chat.discover.prompts import SYSTEM, THOUGHTS, own_words, state, text_after_answer, writes_thought
from chat.discover.switches import Switches
from chat.profiles.profile import FULL, THINK_ONLY, Endpoint, Profile

NO_THINK, LOW, HIGH = "NO_THINK", "LOW", "HIGH"
Tokens = tuple[str, ...]
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Thought:
    """What is known of the thought. `thinks` None: unknown. `proven`: the server has shown the markers."""

    thinks: bool | None
    markers: Markers
    proven: bool
    opened: bool | None


def find_markers(evidence: Evidence) -> tuple[Markers, bool]:
    """Return the markers of the thought, and True if the server has shown them."""
    family = evidence.family
    likely = (family.markers,) if family and family.markers else ()
    for each in (*likely, *MARKERS):
        if _shows(evidence, each):
            return each, True
    return (likely or (THINK,))[0], False


def _shows(evidence: Evidence, markers: Markers) -> bool:
    """True if a prompt ends with these markers, has a past thought between them, or if the reply begins with one."""
    if evidence.reply and evidence.reply.content.lstrip().startswith(markers.open):
        return True
    if evidence.talk and writes_thought(evidence.talk.text, markers):
        return True
    tails = [each.tail for each in evidence.shown if each.tail is not None]
    return any(state(each, markers) != "none" for each in tails)


def find_thought(evidence: Evidence, switches: Switches, markers: Markers, proven: bool) -> Thought:
    """Return if the model thinks, and if the template opens the thought.

    An empty thought that nothing prevents means that the model does not think.
    """
    opened = _default_state(evidence, switches, markers)
    if switches.switch:
        return Thought(True, markers, proven, opened == "open")
    if opened == "closed":
        return Thought(False, markers, proven, False)
    if opened == "open" or _reply_thinks(evidence, markers):
        return Thought(True, markers, proven, None if opened is None else opened == "open")
    return Thought(_thinks_by_name(evidence), markers, proven, None if opened is None else False)


def _default_state(evidence: Evidence, switches: Switches, markers: Markers) -> str | None:
    """Return the state of a thought at the end of the prompt, in a turn with thinking on; None if it is unknown."""
    if switches.switch and evidence.on and evidence.on.tail is not None:
        return "open" if switches.switch.opens else "none"
    tail = evidence.talk.tail if evidence.talk else None
    if tail is None and evidence.on and evidence.off and evidence.on.made == evidence.off.made:
        tail = evidence.on.tail
    return None if tail is None else state(tail, markers)


def _reply_thinks(evidence: Evidence, markers: Markers) -> bool:
    reply = evidence.reply
    return reply is not None and bool(reply.thought or reply.content.lstrip().startswith(markers.open))


def _thinks_by_name(evidence: Evidence) -> bool | None:
    """Return if the models of the family think. Without a family, a reply without a thought says that it does not."""
    if evidence.family:
        return evidence.family.thinks
    return False if evidence.reply else None


def find_ends(evidence: Evidence, markers: Markers) -> tuple[str, ...]:
    """Return the tokens that end a turn: those of the family that the model has, else the one after a past answer.

    Without a tokenizer they are those of the family that the model's name says; they are not checked then.
    """
    if evidence.tokens is None:
        return evidence.family_by_name.ends if evidence.family_by_name else ()
    ends = tuple(each for each in evidence.family.ends if each in evidence.tokens) if evidence.family else ()
    if not ends and evidence.talk:
        after = text_after_answer(evidence.talk.text)
        ends = tuple(each for each in evidence.tokens if after.startswith(each))
    return tuple(each for each in ends if each not in markers.close)


def find_closing(evidence: Evidence, thought: Thought) -> tuple[str, ...]:
    """Return the closing marker if it is a token of the model, so that the server can stop there."""
    closing = thought.markers.close[:1]
    if not thought.thinks:
        return ()
    if evidence.tokens is None:
        return closing if evidence.family_by_name and " " not in closing[0] else ()
    return tuple(each for each in closing if each in evidence.tokens)


def build_profile(endpoint: Endpoint, model: str, evidence: Evidence, thought: Thought, switches: Switches) -> Profile:
    """Return the profile. What is unknown has no key."""
    ends, closing = find_ends(evidence, thought.markers), find_closing(evidence, thought)
    values: dict[str, Any] = {
        "name": profile_name(model),
        "model": model,
        "endpoint": endpoint,
        "modes": _modes(thought, switches, ends, closing),
    }
    if messages := _messages(evidence):
        values["messages"] = messages
    if thought.thinks:
        values["thinking"] = {
            "open": thought.markers.open,
            "close": thought.markers.close,
            "opened": bool(thought.opened),
        }
    return Profile.model_validate(values)


def profile_name(model: str) -> str:
    """Return a name for the page: that of the model without its organisation."""
    printable = "".join(each for each in model.rstrip("/").rpartition("/")[2] if each.isprintable()).strip()
    return printable[:_LONGEST_NAME] or "?"


def _messages(evidence: Evidence) -> dict[str, Any]:
    family, values = evidence.family_by_name, dict[str, Any]()
    if family and family.system:
        values |= {"system": family.system, "system_needed": True}
    if system_support(evidence) in ("rejected", "ignored") or (family and family.system_role == "user"):
        values["system_role"] = "user"
    if family and family.past_thoughts == "keep":
        values["past_thoughts"] = "keep"
    return values


def system_support(evidence: Evidence) -> str:
    """Return what the template does with a system message: "supported", "ignored", "rejected", or "unknown"."""
    if evidence.rejected == "system":
        return "rejected"
    if evidence.talk is None or evidence.talk.tail is None:
        return "unknown"
    return "supported" if SYSTEM in evidence.talk.text else "ignored"


def past_thoughts(evidence: Evidence, markers: Markers) -> dict[str, bool]:
    """Return for each place of a past thought whether the template keeps it; empty if that is unknown."""
    if evidence.talk is None or evidence.talk.tail is None:
        return {}
    family = evidence.family_by_name
    used = family.markers if family and family.markers else THINK
    kept = {place: thought in evidence.talk.text for place, thought in THOUGHTS.items()}
    if not evidence.marked or used != markers:
        del kept["content"]
    return kept


def own_system(evidence: Evidence) -> str:
    """Return the words that the template adds by itself before a first question."""
    shown = evidence.off or evidence.on
    return own_words(shown.text) if shown and shown.tail is not None else ""


def _modes(thought: Thought, switches: Switches, ends: Tokens, closing: Tokens) -> dict[str, Any]:
    thinking: dict[str, Any] = {"stop_tokens": ends}
    switch = switches.switch
    if switch and not switch.default_on:
        thinking["chat_template_kwargs"] = {switch.name: True}
    modes = {FULL: thinking, THINK_ONLY: {**thinking, "stop_tokens": (*closing, *ends)}}
    if switch and switch.closes:
        modes[NO_THINK] = {"thinks": False, "chat_template_kwargs": {switch.name: False}, "stop_tokens": ends}
    if switches.effort and thought.thinks:
        modes[LOW] = {"reasoning_effort": "low", "stop_tokens": ends}
        modes[HIGH] = {"reasoning_effort": "high", "stop_tokens": ends}
    return modes

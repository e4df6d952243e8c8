"""What was found for each point of a profile, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from chat.discover.build import Thought, own_system, past_thoughts, system_support
from chat.discover.evidence import Evidence
from chat.discover.switches import Switch, Switches
from chat.profiles.profile import FULL, Profile
from chat.profiles.sentence import Sentence

_KEPT = {
    frozenset[str](): "dropped",
    frozenset({"field"}): "kept_field",
    frozenset({"content"}): "kept_content",
    frozenset({"field", "content"}): "kept_field_and_content",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one point, such as "markers". `known` is false if it could not be established."""

    point: str
    sentence: Sentence
    known: bool = True


def list_findings(profile: Profile, evidence: Evidence, thought: Thought, switches: Switches) -> Iterator[Finding]:
    """Yield what was found for each point."""
    yield _family(evidence)
    yield from _thought(evidence, thought)
    if thought.thinks:
        yield _field(evidence, thought, switches)
    yield from _switches(thought, switches)
    yield from _system(evidence)
    yield _past_thoughts(evidence, thought)
    yield _ends(profile, evidence)
    yield _window(evidence)


def _found(point: str, kind: str, **facts: object) -> Finding:
    return Finding(point, Sentence(f"discover.{point}.{kind}", facts))


def _unknown(point: str, kind: str = "unknown", **facts: object) -> Finding:
    return Finding(point, Sentence(f"discover.{point}.{kind}", facts), known=False)


def _family(evidence: Evidence) -> Finding:
    if evidence.family_by_name:
        return _found("family", "by_name", family=evidence.family_by_name.name, source=evidence.family_by_name.source)
    if evidence.family:
        return _found("family", "by_prompt", family=evidence.family.name, source=evidence.family.source)
    return _unknown("family")


def _thought(evidence: Evidence, thought: Thought) -> Iterator[Finding]:
    """Yield if the model thinks, between which markers, and if the template opens the thought."""
    opening, closing = thought.markers.open[0].strip(), thought.markers.close[0]
    if thought.thinks is None:
        yield _unknown("thinking")
        return
    if not thought.thinks:
        yield _found("thinking", "none")
        return
    if thought.proven:
        yield _found("markers", "shown", open=opening, close=closing)
    elif evidence.family and evidence.family.markers:
        yield _found("markers", "of_family", open=opening, close=closing, family=evidence.family.name)
    else:
        yield _unknown("markers", "assumed", open=opening, close=closing)
    if thought.opened is None:
        yield _unknown("opened")
    else:
        yield _found("opened", "yes" if thought.opened else "no", open=opening)


def _field(evidence: Evidence, thought: Thought, switches: Switches) -> Finding:
    """Return where the thought of the reply came. If the template opens the thought, the reply begins within it."""
    reply, default_on = evidence.reply, switches.switch is None or switches.switch.default_on
    if reply and reply.thought_field:
        return _found("field", "named", field=reply.thought_field)
    begins = reply is not None and reply.content.lstrip().startswith(thought.markers.open)
    if begins or (reply and reply.content and thought.opened and default_on):
        return _found("field", "content")
    return _unknown("field")


def _switches(thought: Thought, switches: Switches) -> Iterator[Finding]:
    if switches.switch:
        yield _switch(switches.switch)
    elif not switches.known:
        yield _unknown("switch")
    elif thought.thinks:
        yield _found("switch", "none")
    if switches.effort:
        yield _found("effort", "changes_prompt")


def _switch(switch: Switch) -> Finding:
    if not switch.closes:
        return _unknown("switch", "opens_only", name=switch.name)
    return _found("switch", "default_on" if switch.default_on else "default_off", name=switch.name)


def _system(evidence: Evidence) -> Iterator[Finding]:
    support = system_support(evidence)
    if support == "unknown":
        yield _unknown("system", "failed", message=evidence.words) if evidence.words else _unknown("system")
    elif support == "rejected":
        yield _found("system", support, message=evidence.words)
    else:
        yield _found("system", support)
    if own := own_system(evidence):
        yield _found("system", "own", words=own[:200])


def _past_thoughts(evidence: Evidence, thought: Thought) -> Finding:
    if evidence.rejected == "markers":
        return _found("past_thoughts", "rejected", message=evidence.words)
    kept = past_thoughts(evidence, thought.markers)
    if not kept:
        return _unknown("past_thoughts")
    places = frozenset(place for place, is_kept in kept.items() if is_kept)
    return _found("past_thoughts", _KEPT[places])


def _ends(profile: Profile, evidence: Evidence) -> Finding:
    tokens = ", ".join(map(str, profile.modes[FULL].stop_tokens))
    if evidence.tokens is None and tokens:
        return _unknown("stop_tokens", "unchecked", tokens=tokens)
    if not tokens:
        return _unknown("stop_tokens")
    return _found("stop_tokens", "checked", tokens=tokens)


def _window(evidence: Evidence) -> Finding:
    if evidence.window is None:
        return _unknown("window")
    return _found("window", "known", tokens=f"{evidence.window:,}")

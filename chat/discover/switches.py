"""The switches of a template: what turns thinking on or off, confirmed by a prompt with that switch alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chat.discover.evidence import Evidence, Shown
from chat.discover.markers import Markers
from chat.discover.prompts import question, state
from chat.discover.questions import Prompt, Questions

_USUAL = ("enable_thinking", "thinking")
EFFORT = "low"


@dataclass(frozen=True, slots=True)
class Switch:
    """An argument of the template. `default_on`: without it the model thinks.

    `opens`: with thinking on, the template opens the thought. `closes`: with thinking off, it closes an empty one, or
    the model has been seen to answer at once.
    """

    name: str
    default_on: bool
    opens: bool
    closes: bool


@dataclass(frozen=True, slots=True)
class Switches:
    """What was found. `known` is false if the prompts differ, but not by what."""

    switch: Switch | None = None
    effort: bool = False
    known: bool = True


async def find_switches(ask: Questions, evidence: Evidence, markers: Markers) -> Switches:
    """Return the switches of the template."""
    on, off = evidence.on, evidence.off
    if on is None or off is None:
        return Switches(known=False)
    if on.made == off.made:
        return Switches()
    if on.tail is None or off.tail is None:
        return Switches(known=False)
    default_on = _default(evidence, on, off)
    named = evidence.family.switches if evidence.family else ()
    if on.tail == off.tail and not named:
        return await _find_effort(ask, on, off)
    if default_on is None:
        return Switches(known=False)
    made, flag = (off.made, False) if default_on else (on.made, True)
    for name in dict.fromkeys((*named, *_USUAL)):
        alone = await ask.render(question(), {"chat_template_kwargs": {name: flag}})
        if isinstance(alone, Prompt) and alone.made == made:
            closes = state(off.tail, markers) == "closed" or (not default_on and _answers(evidence, markers))
            return Switches(Switch(name, default_on, state(on.tail, markers) == "open", closes))
    return Switches(known=False)


def _default(evidence: Evidence, on: Shown, off: Shown) -> bool | None:
    """Return if thinking is on without a switch: by the end of the prompt, else by its length."""
    if on.tail != off.tail:
        tail = evidence.talk.tail if evidence.talk else None
        return {on.tail: True, off.tail: False}.get(tail)
    counted = evidence.reply.prompt_tokens if evidence.reply else None
    lengths = {len(shown.made): default for shown, default in ((on, True), (off, False)) if shown.made}
    if counted is None or len(lengths) < 2 or isinstance(on.made, str):
        return None
    return lengths.get(counted)


def _answers(evidence: Evidence, markers: Markers) -> bool:
    """True if the short reply began with an answer."""
    reply = evidence.reply
    return reply is not None and not reply.thought and not reply.content.lstrip().startswith(markers.open)


async def _find_effort(ask: Questions, on: Shown, off: Shown) -> Switches:
    """Return if `reasoning_effort` changes the prompt, in a way that depends on its value."""
    low = await ask.render(question(), effort_fields(EFFORT))
    if isinstance(low, Prompt) and low.made not in (on.made, off.made):
        return Switches(effort=True)
    return Switches(known=False)


def effort_fields(level: str) -> Mapping[str, Any]:
    """Return the fields of a request with that effort."""
    return {"reasoning_effort": level}

"""The chat template, read in the prompts that the server makes with it."""

import asyncio
from dataclasses import dataclass

import openai

from chat.doctor.finding import Finding, good, info, problem, unknown
from chat.doctor.probe import QUESTION, probe_request
from chat.profiles.profile import FULL, Profile
from chat.server.request import ChatMessage
from chat.server.tokenizer import NoTokenizer, decode, render_prompt
from termination import mode_tag

_SYSTEM = "Answer briefly."
_THOUGHT = "One more makes a pair."
_USUAL_MARKERS = (("<think>",), ("</think>",))
_REFUSALS = (openai.BadRequestError, openai.UnprocessableEntityError, openai.InternalServerError)


class TemplateRefuses(Exception):
    """The template raises an error on these messages, in its own words."""


@dataclass(frozen=True, slots=True)
class Template:
    """What the prompts show. `opens`: the prompt ends within a thought; None where the server shows no prompt."""

    opens: bool | None
    findings: tuple[Finding, ...]


async def template(profile: Profile) -> Template:
    """Whether there is one, opens a thought, takes a system message, keeps former thoughts."""
    try:
        plain = await rendered(profile, [_user(QUESTION)])
    except TemplateRefuses as refusal:
        if "chat template" in str(refusal).lower():
            return Template(None, (problem("template", "none", message=refusal),))
        plain = None
    if plain is None:
        return Template(None, (unknown("template", "unknown"), *_needed(profile)))
    opens = _opens(profile, plain)
    shown = good("template", "opens" if opens else "plain")
    others = await asyncio.gather(_system(profile), _past_thoughts(profile))
    return Template(opens, (shown, *others[0], *others[1]))


async def rendered(profile: Profile, messages: list[ChatMessage]) -> str | None:
    """Return the prompt that the template makes; None if the server does not show it.

    Raises:
        TemplateRefuses: if the server answers with an error.
    """
    try:
        prompt = await render_prompt(profile, messages, probe_request(profile, FULL, (), 1).extra)
    except _REFUSALS as error:
        raise TemplateRefuses(error.message[:300]) from None
    except (openai.APIError, ValueError):
        return None
    if not isinstance(prompt, tuple):
        return prompt
    try:
        return await decode(profile, list(prompt))
    except (openai.APIError, ValueError, NoTokenizer):
        return None


def _opens(profile: Profile, prompt: str) -> bool:
    """Whether a thought is open after the question."""
    thinking = profile.thinking
    opening, closing = (thinking.open, thinking.close) if thinking else _USUAL_MARKERS
    after = prompt.rpartition(QUESTION)[2]
    last_open = max(after.rfind(each) for each in opening)
    return last_open > max(after.rfind(each) for each in closing)


async def _system(profile: Profile) -> tuple[Finding, ...]:
    if needed := _needed(profile):
        return needed
    system = mode_tag(profile.messages.system).text.strip()
    used = bool(system) and profile.messages.system_role == "system"
    try:
        prompt = await rendered(profile, [{"role": "system", "content": system or _SYSTEM}, _user(QUESTION)])
    except TemplateRefuses as refusal:
        kind, message = "refused", str(refusal)
    else:
        if prompt is None:
            return (unknown("system", "unknown"),)
        if (system or _SYSTEM) in prompt:
            return (good("system", "taken"),)
        kind, message = "dropped", ""
    return (problem("system", kind, message=message) if used else info("system", f"{kind}_unused"),)


def _needed(profile: Profile) -> tuple[Finding, ...]:
    missing = profile.messages.system_needed and not mode_tag(profile.messages.system).text.strip()
    return (problem("system", "needed"),) if missing else ()


async def _past_thoughts(profile: Profile) -> tuple[Finding, ...]:
    if profile.thinking is None:
        return ()
    reply = f"{profile.thinking.open[0]}\n{_THOUGHT}\n{profile.thinking.close[0]}\n\n2"
    past: list[ChatMessage] = [_user(QUESTION), {"role": "assistant", "content": reply}, _user("2+2=?")]
    try:
        prompt = await rendered(profile, past)
    except TemplateRefuses:
        prompt = None
    if prompt is None:
        return (unknown("past_thoughts", "unknown"),)
    if _THOUGHT in prompt:
        return (info("past_thoughts", "kept"),)
    wanted = profile.messages.past_thoughts == "keep"
    return (info("past_thoughts", "stripped_but_wanted" if wanted else "stripped"),)


def _user(text: str) -> ChatMessage:
    return {"role": "user", "content": text}

"""Checks of the chat template, by the prompts that the server makes with it."""

import asyncio
from dataclasses import dataclass

import openai

from chat.discover.markers import THINK, Markers
from chat.discover.prompts import state
from chat.doctor.finding import Finding, good, info, problem, unknown
from chat.doctor.probe import QUESTION, probe_request
from chat.profiles.profile import FULL, Profile
from chat.server.errors import find_cause
from chat.server.request import ChatMessage
from chat.server.status.thought_fields import read_past_thoughts
from chat.server.stream.status_text import server_words
from chat.server.tokenizer import NoTokenizer, decode, render_prompt
from termination import mode_tag

_SYSTEM = "Answer briefly."
_REJECTIONS = (openai.BadRequestError, openai.UnprocessableEntityError, openai.InternalServerError)


class TemplateError(Exception):
    """An error that the template raises on these messages, in its own words."""


@dataclass(frozen=True, slots=True)
class Template:
    """What the prompts show. `opens`: the prompt ends within a thought; None if the server shows no prompt."""

    opens: bool | None
    findings: tuple[Finding, ...]


async def check_template(profile: Profile) -> Template:
    """Return the findings on the template: if it exists, opens a thought, accepts a system message, keeps thoughts."""
    try:
        plain = await _render(profile, [_user(QUESTION)])
    except TemplateError as error:
        if find_cause(str(error)) == "template_limit":
            return Template(None, (problem("template", "limit", message=error),))
        if "chat template" in str(error).lower():
            return Template(None, (problem("template", "none", message=error),))
        plain = None
    if plain is None:
        return Template(None, (unknown("template", "unknown"), *_check_needed_system(profile)))
    opens = _opens_thought(profile, plain)
    shown = good("template", "opens" if opens else "plain")
    checks = (_check_system(profile), _check_past_thoughts(profile), _check_prefix(profile))
    system, thoughts, prefix = await asyncio.gather(*checks)
    return Template(opens, (shown, *system, *thoughts, *prefix))


async def _render(profile: Profile, messages: list[ChatMessage], *, generation: bool = True) -> str | None:
    """Return the prompt that the template makes; None if the server does not show it.

    Raises:
        TemplateError: if the server answers with an error.
    """
    try:
        prompt = await render_prompt(
            profile, messages, probe_request(profile, FULL, (), 1).extra, generation=generation
        )
    except _REJECTIONS as error:
        raise TemplateError(server_words(error)) from None
    except (openai.APIError, ValueError):
        return None
    if not isinstance(prompt, tuple):
        return prompt
    try:
        return await decode(profile, list(prompt))
    except (openai.APIError, ValueError, NoTokenizer):
        return None


def _opens_thought(profile: Profile, prompt: str) -> bool:
    """True if a thought is open after the question."""
    thinking = profile.thinking
    markers = Markers(thinking.open, thinking.close) if thinking else THINK
    return state(prompt.rpartition(QUESTION)[2], markers) == "open"


async def _check_system(profile: Profile) -> tuple[Finding, ...]:
    if needed := _check_needed_system(profile):
        return needed
    system = mode_tag(profile.messages.system).text.strip()
    used = bool(system) and profile.messages.system_role == "system"
    try:
        prompt = await _render(profile, [{"role": "system", "content": system or _SYSTEM}, _user(QUESTION)])
    except TemplateError as error:
        kind, message = "refused", str(error)
    else:
        if prompt is None:
            return (unknown("system", "unknown"),)
        if (system or _SYSTEM) in prompt:
            return (good("system", "supported"),)
        kind, message = "dropped", ""
    if used:
        return (problem("system", kind, message=message),)
    return (info("system", f"{kind}_unused"),)


def _check_needed_system(profile: Profile) -> tuple[Finding, ...]:
    if profile.messages.system_needed and not mode_tag(profile.messages.system).text.strip():
        return (problem("system", "needed"),)
    return ()


async def _check_past_thoughts(profile: Profile) -> tuple[Finding, ...]:
    if profile.thinking is None:
        return ()
    wanted = profile.messages.past_thoughts == "keep"
    match await read_past_thoughts(profile, probe_request(profile, FULL, (), 1).extra):
        case "markers":
            finding = info("past_thoughts", "kept")
        case "field":
            finding = info("past_thoughts", "kept_in_field")
        case "dropped":
            finding = info("past_thoughts", "stripped_but_wanted" if wanted else "stripped")
        case "rejected":
            finding = info("past_thoughts", "rejected_but_wanted" if wanted else "rejected")
        case "unknown":
            finding = unknown("past_thoughts", "unknown")
    return (finding,)


async def _check_prefix(profile: Profile) -> tuple[Finding, ...]:
    """Check that a reply that begins with the profile's prefix is an open thought, and the only one."""
    prefix, thinking = profile.prefix(FULL), profile.thinking
    if not prefix or thinking is None:
        return ()
    try:
        prompt = await _render(profile, [_user(QUESTION), {"role": "assistant", "content": prefix}], generation=False)
    except TemplateError as error:
        return (problem("prefix", "rejected", message=error),)
    if prompt is None:
        return ()
    begun = prompt.rpartition(QUESTION)[2].rpartition(prefix.strip())[0]
    if any(each in begun for each in thinking.open):
        return (problem("prefix", "not_first"),)
    return (good("prefix", "opens"),)


def _user(text: str) -> ChatMessage:
    return {"role": "user", "content": text}

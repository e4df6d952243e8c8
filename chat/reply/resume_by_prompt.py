"""A request that continues a reply with one prompt for /v1/completions: what the model read, then what it wrote."""

from dataclasses import replace
from typing import Any

from chat.profiles.profile import Profile
from chat.reply.raw_reply import reply_after
from chat.server.faults import refused
from chat.server.request import Request
from chat.server.template.form import Form
from chat.server.template.learn import template_form
from chat.server.tokenizer import TEMPLATE_FIELDS, decode, encode, render_prompt
from chat.server.window import read_window
from termination import Begun

_TAIL = 32  # tokens at the prompt's end, among which an opening marker would be
_CHAT_FIELDS = (
    *TEMPLATE_FIELDS,
    "continue_final_message",
    "add_generation_prompt",
    "include_stop_str_in_output",
    "thinking_token_budget",
    "grammar",
)


async def prompt_request(profile: Profile, mode: str, request: Request, begun: Begun) -> Request | None:
    """Return the request with a prompt, as token ids or text; None if the server does not show its prompt.

    The messages are those that the prompt is made of, without the reply. Raises as `chat.server.tokenizer` does.

    Raises:
        Fault: if the window has no room for another token.
    """
    prompt = await render_prompt(profile, request.messages, request.extra)
    if prompt is None:
        return None
    form = await template_form(profile, request.extra)
    extra = {name: value for name, value in request.extra.items() if name not in _CHAT_FIELDS}
    if _may_think(profile, mode, begun):
        extra = {"skip_special_tokens": False, **extra}
    if isinstance(prompt, str):
        return replace(request, prompt=prompt + _reply(profile, mode, begun, prompt, form), extra=extra)
    text = _reply(profile, mode, begun, await decode(profile, list(prompt[-_TAIL:])), form)
    ids = await encode(profile, text) if text else []
    if ids is None:
        return None
    whole = (*prompt, *ids)
    return replace(request, prompt=whole, extra=extra, sampling=await _limit(profile, request.sampling, len(whole)))


def _may_think(profile: Profile, mode: str, begun: Begun) -> bool:
    """True if a marker may come, which may be a special token: no parser on the server sees it here."""
    if profile.thinking is None or not profile.modes[mode].thinks:
        return begun.phase == "thought"
    return begun.phase == "thought" or not (begun.thought or begun.answer)


def _reply(profile: Profile, mode: str, begun: Begun, end: str | None, form: Form) -> str:
    """Return the reply after a prompt with that end. A marker in the question does not count."""
    opening = form.opening
    if end is not None and opening is not None and (end.endswith(opening) or opening.endswith(end)):
        end = opening
    return reply_after(profile, mode, begun, end and end[-4 * _TAIL :], form)


async def _limit(profile: Profile, sampling: dict[str, Any], used: int) -> dict[str, Any]:
    """Return the sampling with a limit: without one, the chat endpoint uses all the room, /v1/completions 16 tokens."""
    window = await read_window(profile)
    if window is None:
        return sampling
    if used >= window:
        raise refused("window_full", used=f"{used:,}", window=f"{window:,}")
    return {"max_tokens": window - used, **sampling}

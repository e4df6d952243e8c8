"""A request that continues a reply with one prompt for /v1/completions: what the model read, then what it wrote."""

from dataclasses import replace
from typing import Any

from chat.profiles.profile import Profile
from chat.reply.raw_reply import reply_after
from chat.server.faults import refused
from chat.server.request import Request
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
    extra = {name: value for name, value in request.extra.items() if name not in _CHAT_FIELDS}
    if begun.phase == "thought":  # its end may be a special token, which no parser sees here
        extra = {"skip_special_tokens": False, **extra}
    if isinstance(prompt, str):
        return replace(request, prompt=prompt + reply_after(profile, mode, begun, prompt[-4 * _TAIL :]), extra=extra)
    ids = None if prompt is None else await _encode_reply(profile, mode, begun, prompt)
    if prompt is None or ids is None:
        return None
    whole = (*prompt, *ids)
    return replace(request, prompt=whole, extra=extra, sampling=await _limit(profile, request.sampling, len(whole)))


async def _encode_reply(profile: Profile, mode: str, begun: Begun, prompt: tuple[int, ...]) -> list[int] | None:
    text = reply_after(profile, mode, begun, await decode(profile, list(prompt[-_TAIL:])))
    return await encode(profile, text) if text else []


async def _limit(profile: Profile, sampling: dict[str, Any], used: int) -> dict[str, Any]:
    """Return the sampling with a limit: without one, the chat endpoint uses all the room, /v1/completions 16 tokens."""
    window = await read_window(profile)
    if window is None:
        return sampling
    if used >= window:
        raise refused("window_full", used=f"{used:,}", window=f"{window:,}")
    return {"max_tokens": window - used, **sampling}

"""A request that goes on with a reply, as one prompt for /v1/completions: what the model read, then what it wrote."""

from dataclasses import replace
from typing import Any

from chat.profiles.profile import Profile
from chat.reply.raw_reply import reply_after
from chat.server.faults import refused
from chat.server.request import Request
from chat.server.tokenizer import OF_TEMPLATE, decode, encode, rendered
from chat.server.window import window
from termination import Begun

_TAIL = 32  # tokens of the prompt, in which an opening marker would stand
_CHAT_ONLY = (
    *OF_TEMPLATE,
    "continue_final_message",
    "add_generation_prompt",
    "include_stop_str_in_output",
    "thinking_token_budget",
    "grammar",
)


async def as_prompt(profile: Profile, mode: str, request: Request, begun: Begun) -> Request | None:
    """None where the server does not tell its prompt; it is token ids, or text. Raises as `chat.server.tokenizer` does,
    and Fault where the window has no room for another token.

    The messages are those that the prompt is made of, without the reply.
    """
    prompt = await rendered(profile, request.messages, request.extra)
    extra = {name: value for name, value in request.extra.items() if name not in _CHAT_ONLY}
    if isinstance(prompt, str):
        return replace(request, prompt=prompt + reply_after(profile, mode, begun, prompt[-4 * _TAIL :]), extra=extra)
    ids = None if prompt is None else await _reply(profile, mode, begun, prompt)
    if prompt is None or ids is None:
        return None
    whole = (*prompt, *ids)
    return replace(request, prompt=whole, extra=extra, sampling=await _limited(profile, request.sampling, len(whole)))


async def _reply(profile: Profile, mode: str, begun: Begun, prompt: tuple[int, ...]) -> list[int] | None:
    text = reply_after(profile, mode, begun, await decode(profile, list(prompt[-_TAIL:])))
    return await encode(profile, text) if text else []


async def _limited(profile: Profile, sampling: dict[str, Any], used: int) -> dict[str, Any]:
    """Where the request states no limit the chat endpoint has all the room, /v1/completions 16 tokens."""
    room = await window(profile)
    if room is not None and used >= room:
        raise refused("too_long", message=f"{used} of {room} tokens")
    return {**sampling, "max_tokens": room - used} if room and "max_tokens" not in sampling else sampling

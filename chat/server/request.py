"""A turn's request, as vLLM's chat endpoint takes it."""

from dataclasses import dataclass, field
from typing import Any, TypedDict

from chat.profiles.profile import THINK_ONLY, Endpoint, Profile

_OPENAI = ("temperature", "top_p", "presence_penalty", "max_tokens")
GOES_ON = {"continue_final_message": True, "add_generation_prompt": False}  # the last message is gone on with


class ChatMessage(TypedDict):
    """One message as the chat endpoint accepts it."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `sampling` are OpenAI's own fields, `extra` those that go in by `extra_body`.

    With a `prompt`, token ids or text, it goes to /v1/completions, and the messages are left out.
    """

    endpoint: Endpoint
    model: str
    messages: list[ChatMessage]
    sampling: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    prompt: tuple[int, ...] | str = ()


def request(
    profile: Profile, mode: str, messages: list[ChatMessage], stop_ids: tuple[int, ...], chat_id: str
) -> Request:
    """The request of one turn in `mode`.

    THINK_ONLY keeps the stop token in the output: without it the deepseek_r1 parser loses the end of the
    thought when a chunk holds several tokens (seen with vLLM 0.33).
    """
    set_values = profile.sampling_in(mode).model_dump(exclude_none=True)
    plain = {name: set_values.pop(name) for name in _OPENAI if name in set_values}
    stops = {"stop_token_ids": list(stop_ids)} if stop_ids else {}
    shown = {"include_stop_str_in_output": True} if stop_ids and mode == THINK_ONLY else {}
    prefix = profile.prefix(mode)
    return Request(
        endpoint=profile.endpoint,
        model=profile.model,
        messages=[*messages, {"role": "assistant", "content": prefix}] if prefix else messages,
        sampling=plain,
        extra={**set_values, **stops, **shown, **_of_mode(profile, mode), **(GOES_ON if prefix else {})},
        headers={"X-Session-ID": chat_id},
    )


def _of_mode(profile: Profile, mode: str) -> dict[str, Any]:
    """The profile's further fields, with what the mode says of the thought."""
    extra, chosen = dict(profile.extra), profile.modes[mode]
    if chosen.chat_template_kwargs:
        extra["chat_template_kwargs"] = {**extra.get("chat_template_kwargs", {}), **chosen.chat_template_kwargs}
    if chosen.reasoning_effort:
        extra["reasoning_effort"] = chosen.reasoning_effort
    return extra

"""A turn's request, as vLLM's chat endpoint accepts it."""

from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict
from uuid import uuid4

from chat.profiles.profile import THINK_ONLY, Endpoint, Profile

_OPENAI = ("temperature", "top_p", "presence_penalty", "max_tokens")
CONTINUES = {"continue_final_message": True, "add_generation_prompt": False}  # it continues the last message


class ChatMessage(TypedDict):
    """One message as the chat endpoint accepts it. A thought is in `reasoning`, with its former name beside it."""

    role: str
    content: str
    reasoning: NotRequired[str]
    reasoning_content: NotRequired[str]


def texts_of(message: ChatMessage) -> tuple[str, ...]:
    """Return the texts of a message that the model reads."""
    thought = message.get("reasoning")
    return (message["content"], thought) if thought else (message["content"],)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is sent. `sampling` are OpenAI's own fields, `extra` are those of `extra_body`.

    With a `prompt`, token ids or text, it goes to /v1/completions without the messages. `id` names it in the logs of
    the server and of this app.
    """

    endpoint: Endpoint
    model: str
    messages: list[ChatMessage]
    sampling: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    prompt: tuple[int, ...] | str = ()
    id: str = field(default_factory=lambda: uuid4().hex, compare=False)


def request(
    profile: Profile, mode: str, messages: list[ChatMessage], stop_ids: tuple[int, ...], chat_id: str
) -> Request:
    """Return the request of one turn in `mode`.

    THINK_ONLY keeps the stop token in the output. Without it, the deepseek_r1 parser loses the end of the thought if a
    chunk contains several tokens (seen with vLLM 0.33).
    """
    set_values = profile.sampling_in(mode).model_dump(exclude_none=True)
    sampling = {name: set_values.pop(name) for name in _OPENAI if name in set_values}
    extra = {**set_values, **_stop_fields(mode, stop_ids), **_mode_fields(profile, mode)}
    if prefix := profile.prefix(mode):
        messages = [*messages, {"role": "assistant", "content": prefix}]
        extra |= CONTINUES
    headers = {"X-Session-ID": chat_id}
    return Request(profile.endpoint, profile.model, messages, sampling, extra, headers)


def _stop_fields(mode: str, stop_ids: tuple[int, ...]) -> dict[str, Any]:
    if not stop_ids:
        return {}
    fields: dict[str, Any] = {"stop_token_ids": list(stop_ids)}
    if mode == THINK_ONLY:
        fields["include_stop_str_in_output"] = True
    return fields


def _mode_fields(profile: Profile, mode: str) -> dict[str, Any]:
    """Return the profile's further fields, with those that the mode sets for the thought."""
    extra, chosen = dict(profile.extra), profile.modes[mode]
    if chosen.chat_template_kwargs:
        extra["chat_template_kwargs"] = {**extra.get("chat_template_kwargs", {}), **chosen.chat_template_kwargs}
    if chosen.reasoning_effort:
        extra["reasoning_effort"] = chosen.reasoning_effort
    return extra

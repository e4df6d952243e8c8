"""A turn's request, as vLLM's chat endpoint takes it."""

from dataclasses import dataclass, field
from typing import Any

from chat.history import ChatMessage
from chat.profile import Endpoint, Profile


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `sampling` are OpenAI's own fields, `extra` those that go in by `extra_body`."""

    endpoint: Endpoint
    model: str
    messages: list[ChatMessage]
    sampling: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def request(
    profile: Profile, messages: list[ChatMessage], stop_ids: tuple[int, ...], thought_only: bool, chat_id: str
) -> Request:
    """The request of one turn.

    THINK_ONLY keeps the stop token in the output: without it the deepseek_r1 parser loses the end of the
    thought when a chunk holds several tokens (seen with vLLM 0.33).
    """
    set_values: dict[str, Any] = profile.sampling.model_dump(exclude_none=True)
    plain: dict[str, Any] = {
        name: set_values.pop(name) for name in ("temperature", "top_p", "max_tokens") if name in set_values
    }
    stops = {"stop_token_ids": list(stop_ids)} if stop_ids else {}
    shown = {"include_stop_str_in_output": True} if stop_ids and thought_only else {}
    return Request(
        endpoint=profile.endpoint,
        model=profile.model,
        messages=messages,
        sampling=plain,
        extra={**set_values, **stops, **shown, **profile.extra},
        headers={"X-Session-ID": chat_id},
    )

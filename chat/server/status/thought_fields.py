"""Where a server's chat template reads a past thought: in a field of the message, or between markers."""

from collections.abc import Mapping
from typing import Any

import openai

from chat.profiles.profile import Profile, Thinking
from chat.server.server import server_of
from chat.server.status.version import read_version
from chat.server.template.form import PastThoughts
from chat.server.template.learn import Message, render
from chat.server.tokenizer import NoTokenizer, template_key

_QUESTION, _THOUGHT = "1+1=?", "One more makes a pair."
_BOTH = ("reasoning", "reasoning_content")
_ONE_NAME = (0, 17)  # the first version of vLLM that reads `reasoning` alone


async def read_thought_fields(profile: Profile, extra: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields for a past thought: `reasoning`, and its former name unless the server is known not to need it.

    Empty if the thought belongs into the content, between its markers: the template keeps it there alone, or the server
    does not show its prompt. `extra` are the further fields of the request. Never raises.
    """
    if await read_past_thoughts(profile, extra) in ("markers", "unknown"):
        return ()
    version = await read_version(server_of(profile))
    return _BOTH if version is None or version < _ONE_NAME else _BOTH[:1]


async def read_past_thoughts(profile: Profile, extra: Mapping[str, Any]) -> PastThoughts:
    """Return where the template reads a past thought. Never raises."""
    thinking = profile.thinking
    if thinking is None:
        return "unknown"
    key = (template_key(extra), *thinking.open, "", *thinking.close)
    try:
        known = await server_of(profile).refresh()
        return await known.past_thoughts.get(key, lambda: _try_thought(profile, thinking, extra))
    except (openai.APIError, NoTokenizer, ValueError):  # the chat's own request will show the problem
        return "unknown"


async def _try_thought(profile: Profile, thinking: Thinking, extra: Mapping[str, Any]) -> PastThoughts:
    """Return where the thought is seen in the prompts that the server makes. Raises as `render`."""
    by_field = await _render(profile, {"content": "2", "reasoning": _THOUGHT, "reasoning_content": _THOUGHT}, extra)
    if by_field is None:
        return "unknown"
    if _THOUGHT in by_field:
        return "field"
    content = f"{thinking.open[0]}\n{_THOUGHT}\n{thinking.close[0]}\n\n2"
    by_markers = await _render(profile, {"content": content}, extra)
    if by_markers is None:
        return "rejected"
    return "markers" if _is_alone(thinking, by_markers) else "dropped"


async def _render(profile: Profile, reply: Message, extra: Mapping[str, Any]) -> str | None:
    question: Message = {"role": "user", "content": _QUESTION}
    messages = [question, {"role": "assistant", **reply}, {"role": "user", "content": "2+2=?"}]
    return await render(profile, messages, extra)


def _is_alone(thinking: Thinking, prompt: str) -> bool:
    """True if the thought is in that prompt, and no empty one before it."""
    before, thought, _ = prompt.rpartition(_QUESTION)[2].partition(_THOUGHT)
    if _QUESTION not in prompt:
        before, thought, _ = prompt.partition(_THOUGHT)
    if not thought:
        return False
    return not any(each in before for each in thinking.close)

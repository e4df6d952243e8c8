"""The fields of a message in which a server's chat template reads a past thought."""

from collections.abc import Mapping
from typing import Any

import openai

from chat.profiles.profile import Profile
from chat.server.request import ChatMessage
from chat.server.server import Known, server_of
from chat.server.status.version import read_version
from chat.server.tokenizer import NoTokenizer, decode, render_prompt, template_key

_THOUGHT = "One more makes a pair."
_BOTH = ("reasoning", "reasoning_content")
_ONE_NAME = (0, 17)  # the first version of vLLM that reads `reasoning` alone


async def read_thought_fields(profile: Profile, extra: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields for a past thought: `reasoning`, and its former name unless the server is known not to need it.

    Empty if the template drops them, or if the server does not show its prompt: then the thought belongs into the
    content, between its markers. `extra` are the further fields of the request. Never raises.
    """
    server = server_of(profile)
    try:
        known = await server.refresh()
        if not await _is_read(known, profile, extra):
            return ()
    except (openai.APIError, NoTokenizer, ValueError):  # the chat's own request will show the problem
        return ()
    version = await read_version(server)
    return _BOTH if version is None or version < _ONE_NAME else _BOTH[:1]


async def _is_read(known: Known, profile: Profile, extra: Mapping[str, Any]) -> bool:
    return await known.reads_thoughts.get(template_key(extra), lambda: _try_thought(profile, extra))


async def _try_thought(profile: Profile, extra: Mapping[str, Any]) -> bool:
    """True if a thought in its fields is in the prompt that the server makes.

    Raises:
        openai.APIError, NoTokenizer, ValueError: if the server could not answer.
    """
    reply: ChatMessage = {"role": "assistant", "content": "2", "reasoning": _THOUGHT, "reasoning_content": _THOUGHT}
    question: ChatMessage = {"role": "user", "content": "1+1=?"}
    prompt = await render_prompt(profile, [question, reply, {"role": "user", "content": "2+2=?"}], extra)
    if isinstance(prompt, tuple):
        prompt = await decode(profile, list(prompt))
    return _THOUGHT in (prompt or "")

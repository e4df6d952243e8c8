"""The answer to a thought that was cut: the model is given its own thought, closed, and goes on from there."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import openai

from chat.modes import policy
from chat.profile import FULL, THINK_ONLY, Profile, Thinking
from chat.request import Request
from chat.tokenizer import NoTokenizer, decode, encode, rendered
from termination import Ending, Policy

_HANDOFF = "\n\nThat is enough: I answer now with what I have."
_HANDOFF_ZH = "\n\n到此为止：我根据已有的思考直接回答。"
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NEAR = 200  # characters of the thought's end that tell its language
ALLOWANCE = 1024  # tokens that an answer may have whatever the thought has cost
_TAIL = 16  # tokens of the prompt, in which an opening marker would stand
_CHAT_ONLY = (
    "chat_template",
    "chat_template_kwargs",
    "continue_final_message",
    "add_generation_prompt",
    "include_stop_str_in_output",
    "reasoning_effort",
    "thinking_token_budget",
    "grammar",
)


def is_wanted(ending: Ending, profile: Profile, mode: str) -> bool:
    """Whether the thought was cut by the limit of tokens, a server's loop, or a condition that asks for an answer."""
    by_server = ending.code == "length" or (ending.code == "loop" and ending.source == "server")
    cut = ending.phase == "thought" and (ending.action == "end_thought" or by_server)
    return cut and mode != THINK_ONLY and profile.thinking is not None and profile.thinking.rescue


async def handed_off(profile: Profile, request: Request, thought: str, spent: int) -> Request | None:
    """The request for the answer to that thought; None where the server cannot be asked so.

    `spent` tokens of the request's limit are gone. The prompt of the former request as the server's template makes it,
    then the thought byte for byte, the hand-off sentence and the closing marker, for /v1/completions: no template has
    a say in what a reply may begin with.
    """
    messages = request.messages[:-1] if request.messages[-1]["role"] == "assistant" else request.messages
    try:
        prompt = await rendered(profile, messages, request.extra)
        prompt = await _begun(profile, prompt, thought) if prompt else None
    except (openai.APIError, NoTokenizer, ValueError):
        return None
    if prompt is None:
        return None
    return replace(request, prompt=prompt, sampling=_left(request.sampling, spent), extra=_plain(request.extra))


async def _begun(profile: Profile, prompt: tuple[int, ...] | str, thought: str) -> tuple[int, ...] | str | None:
    """The prompt, and the reply up to the answer."""
    thinking = profile.thinking
    assert thinking is not None
    if isinstance(prompt, str):
        return prompt + _closed(thinking, thought, prompt)
    reply = await encode(profile, _closed(thinking, thought, await decode(profile, list(prompt[-_TAIL:])) or ""))
    return None if reply is None else (*prompt, *reply)


def _closed(thinking: Thinking, thought: str, begun: str) -> str:
    """The reply up to the answer, after the end of a prompt that may have begun it."""
    opening = "" if begun.rstrip().endswith(thinking.open) else f"{thinking.open[0]}\n"
    return f"{opening}{thought}{_last_sentence(thinking, thought)}\n{thinking.close[0]}\n\n"


def _last_sentence(thinking: Thinking, thought: str) -> str:
    """In the thought's language: a model answers in the one that it has last spoken."""
    if thinking.handoff is not None:
        return thinking.handoff
    return _HANDOFF_ZH if _CHINESE.search(thought[-_NEAR:]) else _HANDOFF


def _left(sampling: Mapping[str, Any], spent: int) -> dict[str, Any]:
    """What is left of the limit of tokens, but enough for an answer where the limit itself allows that."""
    most = sampling.get("max_tokens")
    return dict(sampling) if most is None else {**sampling, "max_tokens": max(most - spent, min(most, ALLOWANCE))}


def _plain(extra: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in extra.items() if name not in _CHAT_ONLY}


def answering(profile: Profile) -> Policy:
    """What the answer's turn is held to: as in FULL, and the thought is over."""
    held = policy(profile, FULL)
    return replace(held, markers=replace(held.markers, opened=False) if held.markers else None)


def joined(first: Ending, second: Ending) -> Ending:
    """The ending of both together: the answer's, with all tokens and seconds."""
    tokens = replace(
        second.tokens,
        thought=first.tokens.thought + second.tokens.thought,
        answer=first.tokens.answer + second.tokens.answer,
        exact=first.tokens.exact and second.tokens.exact,
    )
    seconds = replace(
        second.seconds,
        total=first.seconds.total + second.seconds.total,
        first_token=first.seconds.first_token,
        thought=first.seconds.thought,
    )
    return replace(second, tokens=tokens, seconds=seconds)

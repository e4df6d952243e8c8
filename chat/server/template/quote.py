"""Markers that an answer of the past mentions, written so that the chat template does not read them as its own."""

import re
from collections.abc import Mapping
from typing import Any

import openai

from chat.profiles.profile import Profile, Thinking
from chat.server.server import server_of
from chat.server.template.learn import Message, render
from chat.server.tokenizer import NoTokenizer, template_key

_TAG = re.compile(r"<[^<>\s]+>|\[[^\[\]\s]+\]")
_QUESTION, _NEXT = "Which animals live on a farm?", "And in a forest?"
_MENTIONS = "Cows do. The texts {} mark a thought. Goats do too."


def tags_of(thinking: Thinking | None) -> tuple[str, ...]:
    """Return the tags that the markers consist of. A marker of gpt-oss has several."""
    if thinking is None:
        return ()
    found = (tag for marker in (*thinking.open, *thinking.close) for tag in _TAG.findall(marker))
    return tuple(dict.fromkeys(found))


def quote(text: str, tags: tuple[str, ...]) -> str:
    """Return the text with a space after the first character of each of those tags."""
    for tag in tags:
        text = text.replace(tag, f"{tag[0]} {tag[1:]}")
    return text


async def read_quoted_tags(profile: Profile, extra: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tags that have to be quoted in a past answer; none if the template keeps such an answer whole.

    If the server shows no prompt, all are quoted: most templates of thinking models cut there. Never raises.
    """
    tags = tags_of(profile.thinking)
    server = server_of(profile)
    try:
        known = await server.refresh()
        is_kept = await known.keeps_tags.get((template_key(extra), tags), lambda: _is_kept(profile, extra))
    except (openai.APIError, NoTokenizer, ValueError):
        return tags
    return () if is_kept else tags


async def _is_kept(profile: Profile, extra: Mapping[str, Any]) -> bool:
    """True if a past answer that mentions all markers is whole in the prompt."""
    assert profile.thinking
    answer = _MENTIONS.format(" and ".join((*profile.thinking.open, *profile.thinking.close)))
    asked: Message = {"role": "user", "content": _QUESTION}
    messages = [asked, {"role": "assistant", "content": answer}, {"role": "user", "content": _NEXT}]
    return answer in (await render(profile, messages, extra) or "")

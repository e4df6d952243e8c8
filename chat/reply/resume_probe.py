"""A probe, with one token, of whether the chat endpoint can continue a partial reply: its prompt shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openai

from chat.profiles.profile import Profile, Thinking
from chat.reply.raw_reply import last_open, reply_after
from chat.server.errors import BAD_REQUEST, NO_PATH
from chat.server.request import CONTINUES, ChatMessage, Request
from chat.server.server import server_of
from chat.server.status.headers import session_headers
from chat.server.tokenizer import TEMPLATE_FIELDS, NoTokenizer, decode
from termination import Begun

_NEW_REPLY = {"continue_final_message": False, "add_generation_prompt": True}
_QUESTION = "Which animals live on a farm?"
_START = "There are"
_WORDS = (
    "cows goats sheep horses donkeys pigs chickens ducks geese turkeys rabbits cats dogs bees mice owls swallows "
    "sparrows doves frogs toads snails worms beetles spiders flies moths ants hens roosters calves lambs foals kids "
    "piglets chicks kittens puppies mules llamas"
)
_ENOUGH = 0.8 * len(_WORDS.split())  # tokens that these words have at least


MakeMessage = Callable[[Profile, str, Begun], ChatMessage | None]


@dataclass(frozen=True, slots=True)
class _Prompt:
    """What the server shows of the prompt that it made."""

    text: str | None
    tokens: int | None


async def is_continuable(profile: Profile, mode: str, request: Request, make: MakeMessage, begun: Begun) -> bool:
    """True if a message of `make` is whole at the end of the prompt. Only the kind of `begun` counts.

    vLLM shows the prompt with `return_prompt_text`, or its token ids. Elsewhere the token count shows whether a thought
    was dropped or the reply was closed. An open thought must be there to the letter: Qwen3's template puts an empty one
    before it.

    Raises:
        openai.APIError: if the server fails.
    """
    probe, sample = _Probe(profile, request), _sample(begun)
    reply = make(profile, mode, sample)
    prompt = await probe.ask(reply, CONTINUES)
    if prompt is None:
        return False
    if sample.phase == "thought":
        plain = await probe.ask(None, _NEW_REPLY) if prompt.text else None
        end = plain.text if plain else None
        return end is not None and prompt.text == end + reply_after(profile, mode, sample, end)
    if prompt.text:
        text = prompt.text.rpartition(_QUESTION)[2]
        is_switched = profile.modes[mode].thinks or await _begins_as_a_new_reply(probe, text)
        return is_switched and _is_whole(profile.thinking, sample, text)
    without = await probe.ask({"role": "assistant", "content": _START}, CONTINUES)
    closed = await probe.ask(reply, _NEW_REPLY)
    return _is_longer(prompt, without, _ENOUGH) and (closed is None or _is_longer(closed, prompt, 1))


def _sample(begun: Begun) -> Begun:
    if begun.phase == "thought":
        return Begun("thought", _WORDS)
    return Begun("answer", _WORDS, _START) if begun.thought else Begun("answer", answer=_WORDS)


async def _begins_as_a_new_reply(probe: "_Probe", reply: str) -> bool:
    """True if the reply begins as a new one does: with what switches thinking off, such as an empty thought."""
    plain = await probe.ask(None, _NEW_REPLY)
    if plain is None or not plain.text:
        return False
    return reply.startswith(plain.text.rpartition(_QUESTION)[2].rstrip())


def _is_whole(thinking: Thinking | None, sample: Begun, reply: str) -> bool:
    """True if that is the whole reply, in the template's own form: with one opening marker and one closing marker."""
    if not reply.endswith(sample.answer):
        return False
    if thinking is None or not sample.thought:
        return thinking is None or not last_open(thinking, reply)
    before, _, after = reply.partition(sample.thought)
    opening, closing = (_count(thinking.open, before), _count(thinking.open, after)), _count(thinking.close, after)
    return opening == (1, 0) and closing == 1 and not _count(thinking.close, before)


def _count(markers: tuple[str, ...], text: str) -> int:
    """Return how many markers are in the text. One spelling may contain another."""
    return max(text.count(each) for each in markers)


def _is_longer(prompt: _Prompt, than: _Prompt | None, least: float) -> bool:
    if prompt.tokens is None or than is None or than.tokens is None:
        return False
    return prompt.tokens - than.tokens >= least


@dataclass(frozen=True, slots=True)
class _Probe:
    """Short requests that show the prompt."""

    profile: Profile
    request: Request

    async def ask(self, reply: ChatMessage | None, flags: dict[str, bool]) -> _Prompt | None:
        """Return the prompt of a short question and that reply; None if the server rejects it."""
        messages: list[ChatMessage] = [{"role": "user", "content": _QUESTION}, *([reply] if reply else [])]
        body: dict[str, Any] = {"model": self.profile.model, "messages": messages, "max_tokens": 1, **flags}
        body |= {"return_prompt_text": True, "return_token_ids": True}
        body |= {name: self.request.extra[name] for name in TEMPLATE_FIELDS if name in self.request.extra}
        try:
            connection = server_of(self.profile).connection
            answer = await connection.post("/chat/completions", body, headers=session_headers(self.request))
        except openai.APIStatusError as error:
            if error.status_code not in (*NO_PATH, *BAD_REQUEST):
                raise
            return None
        return await self._read(answer) if isinstance(answer, dict) else None

    async def _read(self, answer: dict[str, Any]) -> _Prompt:
        usage = answer.get("usage")
        tokens = usage.get("prompt_tokens") if isinstance(usage, dict) else None
        text = answer.get("prompt_text")
        if not isinstance(text, str) and isinstance(ids := answer.get("prompt_token_ids"), list):
            text = await self._decode(ids)
        return _Prompt(text if isinstance(text, str) else None, tokens if isinstance(tokens, int) else None)

    async def _decode(self, ids: list[int]) -> str | None:
        try:
            return await decode(self.profile, ids)
        except (openai.APIStatusError, NoTokenizer, ValueError):
            return None

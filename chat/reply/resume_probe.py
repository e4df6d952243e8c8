"""Whether a server's chat endpoint goes on with a reply that is begun: asked with one token, for its prompt tells."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openai

from chat.process.waits import read_waits
from chat.profiles.profile import Profile, Thinking
from chat.reply.raw_reply import last_open, reply_after
from chat.server.endpoint import answered, client
from chat.server.errors import NO_GOOD, NO_PATH
from chat.server.request import GOES_ON, ChatMessage, Request
from chat.server.tokenizer import OF_TEMPLATE, NoTokenizer, decode
from termination import Begun

_GOES_ANEW = {"continue_final_message": False, "add_generation_prompt": True}
_QUESTION = "Which animals live on a farm?"
_START = "There are"
_WORDS = (
    "cows goats sheep horses donkeys pigs chickens ducks geese turkeys rabbits cats dogs bees mice owls swallows "
    "sparrows doves frogs toads snails worms beetles spiders flies moths ants hens roosters calves lambs foals kids "
    "piglets chicks kittens puppies mules llamas"
)
_ENOUGH = 0.8 * len(_WORDS.split())  # tokens that so many words have at least


class BegunMessage(ChatMessage, total=False):
    """The last message of a request that goes on with it."""

    reasoning: str


MakeMessage = Callable[[Profile, str, Begun], BegunMessage | None]


@dataclass(frozen=True, slots=True)
class _Prompt:
    """What the server says of the prompt that it made."""

    text: str | None
    tokens: int | None


async def is_continuable(profile: Profile, mode: str, request: Request, message: MakeMessage, begun: Begun) -> bool:
    """Whether a message that is made so stands whole at the end of the prompt. Of `begun` only the kind counts.

    vLLM gives the prompt with `return_prompt_text`, or its token ids; elsewhere the count of tokens tells whether a
    thought was dropped or the reply was closed. A thought that is still open is believed to the letter only: Qwen3's
    template puts an empty one before it. Raises openai.APIError where the server fails.
    """
    ask, sample = _Ask(profile, request), _sample(begun)
    reply = message(profile, mode, sample)
    prompt = await ask.prompt(reply, GOES_ON)
    if prompt is None:
        return False
    if sample.phase == "thought":
        plain = await ask.prompt(None, _GOES_ANEW) if prompt.text else None
        end = plain.text if plain else None
        return end is not None and prompt.text == end + reply_after(profile, mode, sample, end)
    if prompt.text:
        return _stands(profile.thinking, sample, prompt.text.rpartition(_QUESTION)[2])
    without = await ask.prompt({"role": "assistant", "content": _START}, GOES_ON)
    closed = await ask.prompt(reply, _GOES_ANEW)
    return _more(prompt, without, _ENOUGH) and (closed is None or _more(closed, prompt, 1))


def _sample(begun: Begun) -> Begun:
    if begun.phase == "thought":
        return Begun("thought", _WORDS)
    return Begun("answer", _WORDS, _START) if begun.thought else Begun("answer", answer=_WORDS)


def _stands(thinking: Thinking | None, sample: Begun, reply: str) -> bool:
    """Whether that is the whole reply, in the template's own form."""
    if not reply.endswith(sample.answer):
        return False
    if thinking is None or not sample.thought:
        return thinking is None or not last_open(thinking, reply)
    before, _, after = reply.partition(sample.thought)
    return _closes(thinking, after) and not _closes(thinking, before)


def _closes(thinking: Thinking, text: str) -> bool:
    return any(each in text for each in thinking.close)


def _more(prompt: _Prompt, than: _Prompt | None, least: float) -> bool:
    if prompt.tokens is None or than is None or than.tokens is None:
        return False
    return prompt.tokens - than.tokens >= least


@dataclass(frozen=True, slots=True)
class _Ask:
    profile: Profile
    request: Request

    async def prompt(self, reply: BegunMessage | None, flags: dict[str, bool]) -> _Prompt | None:
        """The prompt of a short question and that reply; None where the server refuses it."""
        messages: list[ChatMessage] = [{"role": "user", "content": _QUESTION}, *([reply] if reply else [])]
        body: dict[str, Any] = {"model": self.profile.model, "messages": messages, "max_tokens": 1, **flags}
        body |= {"return_prompt_text": True, "return_token_ids": True}
        body |= {name: self.request.extra[name] for name in OF_TEMPLATE if name in self.request.extra}
        asks = client(self.profile.endpoint)
        seconds = read_waits().side_request_seconds
        aside = asks.with_options(timeout=seconds, max_retries=0, default_headers=self.request.headers)
        try:
            answer: object = await answered(lambda: aside.post("/chat/completions", cast_to=object, body=body))
        except openai.APIStatusError as error:
            if error.status_code not in (*NO_PATH, *NO_GOOD):
                raise
            return None
        return await self._told(answer) if isinstance(answer, dict) else None

    async def _told(self, answer: dict[str, Any]) -> _Prompt:
        usage = answer.get("usage")
        tokens = usage.get("prompt_tokens") if isinstance(usage, dict) else None
        text = answer.get("prompt_text")
        if not isinstance(text, str) and isinstance(ids := answer.get("prompt_token_ids"), list):
            text = await self._decoded(ids)
        return _Prompt(text if isinstance(text, str) else None, tokens if isinstance(tokens, int) else None)

    async def _decoded(self, ids: list[int]) -> str | None:
        try:
            return await decode(self.profile, ids)
        except (openai.APIStatusError, NoTokenizer, ValueError):
            return None

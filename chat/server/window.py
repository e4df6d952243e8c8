"""The model's window: how many tokens prompt and reply may have together, and how many a prompt has."""

from collections.abc import Mapping, Sequence
from typing import Any

import openai

from chat.process.waits import read_waits
from chat.profiles.profile import Endpoint, Profile
from chat.server.endpoint import answered, client
from chat.server.errors import is_passing
from chat.server.request import ChatMessage
from chat.server.start import server_start
from chat.server.tokenizer import NoTokenizer, encode, rendered, root

AROUND = 16  # tokens that a template puts around a message, at most
_MOST = 256
_known: dict[tuple[Endpoint, str, str], int | None] = {}


async def window(profile: Profile) -> int | None:
    """The tokens that prompt and reply may have together; None where the server does not say. Never raises.

    `max_model_len` of the model's card in `GET /v1/models` (vLLM, SGLang), `n_ctx` of the card or of `GET /props`
    (llama.cpp). Remembered until the server starts afresh.
    """
    try:
        question = (profile.endpoint, await server_start(profile), profile.model)
        if question not in _known:
            found = of_cards(await _got(profile.endpoint, "/models"), profile.model)
            found = found or _of_props(await _got(profile.endpoint, f"{root(profile.endpoint)}/props"))
            if len(_known) >= _MOST:
                _known.clear()
            _known[question] = found
    except openai.APIError:  # the chat's own request will tell
        return None
    return _known[question]


async def prompt_tokens(profile: Profile, messages: Sequence[ChatMessage], extra: Mapping[str, Any]) -> int | None:
    """How many tokens the messages have as a prompt; None where nobody can say. Never raises.

    By the server's own template where it says what that makes of them; else by the tokens of the texts alone, with
    some for the template.
    """
    try:
        return await _of_template(profile, messages, extra) or await _of_texts(profile, messages)
    except (openai.APIError, NoTokenizer, ValueError):
        return None


async def text_tokens(profile: Profile, text: str) -> int | None:
    """How many tokens the text has; None where nobody can say. Never raises."""
    try:
        ids = await encode(profile, text)
    except (openai.APIError, NoTokenizer, ValueError):
        return None
    return None if ids is None else len(ids)


async def _of_template(profile: Profile, messages: Sequence[ChatMessage], extra: Mapping[str, Any]) -> int | None:
    try:
        prompt = await rendered(profile, messages, extra)
        return await _length(profile, prompt) if isinstance(prompt, str) else len(prompt or ())
    except openai.APIStatusError:
        return None


async def _of_texts(profile: Profile, messages: Sequence[ChatMessage]) -> int | None:
    ids = await encode(profile, "\n".join(message["content"] for message in messages))
    return len(ids) + AROUND * len(messages) if ids else None


def clamped(limit: int | None, window: int | None, prompt: int | None) -> int | None:
    """The tokens that the window leaves for the reply, where that is less than the limit; else None.

    Servers say nothing of it: vLLM lowers `max_tokens` in silence, llama.cpp ends the reply there.
    """
    if limit is None or window is None or prompt is None or prompt + limit <= window:
        return None
    return max(0, window - prompt)


def of_cards(answer: object, model: str) -> int | None:
    """The window in the list of models, by a name of the model; a card that is alone is the model's.

    The card of an adapter names its base model, whose window it has.
    """
    listed = answer.get("data") if isinstance(answer, dict) else None
    cards = [card for card in listed if isinstance(card, dict)] if isinstance(listed, list) else []
    alone = cards[0] if len(cards) == 1 else None
    own = next((card for card in cards if model == card.get("id") or model in (card.get("aliases") or ())), alone)
    if own is None:
        return None
    parent = next((card for card in cards if card.get("id") == own.get("parent")), {})
    return _of_card(own) or _of_card(parent)


def _of_card(card: Mapping[str, Any]) -> int | None:
    meta = card.get("meta")
    return _whole(card.get("max_model_len")) or _whole(meta.get("n_ctx") if isinstance(meta, dict) else None)


def _of_props(answer: object) -> int | None:
    usual = answer.get("default_generation_settings") if isinstance(answer, dict) else None
    return _whole(usual.get("n_ctx")) if isinstance(usual, dict) else None


def _whole(number: object) -> int | None:
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


async def _got(endpoint: Endpoint, path: str) -> object:
    """The answer, None where the server has none. Raises openai.APIError where it is silent, or busy, or fails."""
    aside = client(endpoint).with_options(timeout=read_waits().lookup_seconds, max_retries=0)
    try:
        return await answered(lambda: aside.get(path, cast_to=object))
    except openai.APIStatusError as error:
        if is_passing(error):
            raise
        return None
    except ValueError:
        return None


async def _length(profile: Profile, text: str) -> int | None:
    """As llama.cpp's `POST /tokenize` counts."""
    aside = client(profile.endpoint).with_options(timeout=read_waits().side_request_seconds, max_retries=0)
    body = {"content": text, "add_special": True, "parse_special": True}
    url = f"{root(profile.endpoint)}/tokenize"
    answer: object = await answered(lambda: aside.post(url, cast_to=object, body=body))
    tokens = answer.get("tokens") if isinstance(answer, dict) else None
    return len(tokens) if isinstance(tokens, list) and tokens else None

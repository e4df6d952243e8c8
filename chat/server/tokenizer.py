"""A model's tokenizer: that of its server, else one on this machine."""

import asyncio
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import openai

from chat.profiles.profile import Profile
from chat.server.server import server_of
from chat.server.stream.status_text import server_words
from termination.chunks.shapes import MOST_TOKENS

TEMPLATE_FIELDS = ("chat_template", "chat_template_kwargs", "reasoning_effort")  # of a request, for the template
_ABSENT = (404, 405, 422, 501)  # what servers answer to a path that they do not have, or have for something else
_one_at_a_time = threading.Lock()


@dataclass(eq=False)
class NoTokenizer(Exception):
    """The profile's `tokenizer` is not on this machine; `problem` says what is missing."""

    name: str
    problem: str


async def encode(profile: Profile, text: str) -> list[int] | None:
    """Return the ids of `text` without the tokens that begin a prompt; None if there is no tokenizer.

    Asks `POST /tokenize` (vllm/entrypoints/serve/tokenize), then the profile's `tokenizer`.

    Raises:
        openai.APIError: if the server fails.
        NoTokenizer: if the profile's tokenizer is not on this machine.
    """
    body = {"model": profile.model, "prompt": text, "add_special_tokens": False}
    if tokens := _token_ids(await _ask(profile, "/tokenize", body)):
        return tokens
    tokenizer = await _load_local(profile)
    return None if tokenizer is None else [int(id_) for id_ in tokenizer.encode(text, add_special_tokens=False)]


async def decode(profile: Profile, ids: list[int], *, quick: bool = False) -> str | None:
    """Return the text of the ids, with special tokens; None if there is no tokenizer. Raises as `encode`.

    Asks `POST /detokenize`, then the profile's `tokenizer`.
    """
    text = (await _ask(profile, "/detokenize", {"model": profile.model, "tokens": ids}, quick)).get("prompt")
    if isinstance(text, str):
        return text
    tokenizer = await _load_local(profile)
    return None if tokenizer is None else str(tokenizer.decode(ids, skip_special_tokens=False))


async def render_prompt(
    profile: Profile, messages: Sequence[Mapping[str, Any]], extra: Mapping[str, Any], *, generation: bool = True
) -> tuple[int, ...] | str | None:
    """Return the prompt that the server's chat template makes of the messages; None if the server does not show it.

    It is token ids by `POST /tokenize` (vLLM), or text by `POST /apply-template` (llama.cpp). `extra` are the further
    fields of the chat request, some of which the template uses. Without `generation`, nothing follows the messages.
    Raises as `encode`.
    """
    ids = await render_ids(profile, messages, extra, generation=generation)
    return ids or await render_text(profile, messages, extra, generation=generation)


async def render_ids(
    profile: Profile,
    messages: Sequence[Mapping[str, Any]],
    extra: Mapping[str, Any],
    *,
    generation: bool = True,
    quick: bool = False,
) -> tuple[int, ...]:
    """Return the prompt as token ids by `POST /tokenize`; none if the server has no such path. Raises as `encode`."""
    body = _render_body(profile, messages, extra, generation)
    return tuple(_token_ids(await _ask(profile, "/tokenize", body, quick)))


async def render_text(
    profile: Profile,
    messages: Sequence[Mapping[str, Any]],
    extra: Mapping[str, Any],
    *,
    generation: bool = True,
    quick: bool = False,
) -> str | None:
    """Return the prompt by `POST /apply-template`; None if the server has no such path. Raises as `encode`."""
    body = _render_body(profile, messages, extra, generation)
    prompt = (await _ask(profile, "/apply-template", body, quick)).get("prompt")
    return prompt if isinstance(prompt, str) and prompt else None


def _render_body(
    profile: Profile, messages: Sequence[Mapping[str, Any]], extra: Mapping[str, Any], generation: bool
) -> dict[str, Any]:
    fields = _template_fields(extra)
    return {"model": profile.model, "messages": list(messages), "add_generation_prompt": generation, **fields}


async def split_tokens(profile: Profile, text: str, *, quick: bool = False) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the ids of `text`, and what each token is called; no names if the server does not say.

    The special tokens of a model are called as they are written, on vLLM and on llama.cpp. Raises as `encode`.
    """
    vllm = {"prompt": text, "add_special_tokens": False, "return_token_strs": True}
    llama = {"content": text, "add_special": False, "parse_special": True, "with_pieces": True}
    answer = await _ask(profile, "/tokenize", {"model": profile.model, **vllm, **llama}, quick)
    match answer.get("tokens"):
        case [{"id": int()}, *_] as pieces:
            named = [piece for piece in pieces if isinstance(piece, dict) and type(piece.get("id")) is int]
            return tuple(piece["id"] for piece in named), tuple(str(piece.get("piece")) for piece in named)
    ids, names = _token_ids(answer), answer.get("token_strs")
    return tuple(ids), tuple(map(str, names)) if isinstance(names, list) and len(names) == len(ids) else ()


def _template_fields(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the chat endpoint would pass to the template.

    /tokenize does not know `reasoning_effort`, which also switches thinking off.
    """
    fields = {name: extra[name] for name in TEMPLATE_FIELDS if name in extra}
    if effort := fields.pop("reasoning_effort", None):
        named = fields.get("chat_template_kwargs", {})
        fields["chat_template_kwargs"] = {"enable_thinking": effort != "none", **named, "reasoning_effort": effort}
    return fields


def template_key(extra: Mapping[str, Any]) -> str:
    """Return a text that is the same for requests whose template gets the same fields."""
    return json.dumps({name: extra[name] for name in TEMPLATE_FIELDS if name in extra}, sort_keys=True, default=str)


def _token_ids(answer: dict[str, Any]) -> list[int]:
    """Return the ids in a server's answer; none if one of them cannot be an id."""
    tokens = answer.get("tokens")
    if not isinstance(tokens, list) or not all(type(token) is int and 0 <= token <= MOST_TOKENS for token in tokens):
        return []
    return tokens


async def _ask(profile: Profile, path: str, body: dict[str, Any], quick: bool = False) -> dict[str, Any]:
    """Return the server's answer; an empty one if the server does not have that path. A `quick` one is sent once."""
    connection = server_of(profile).connection
    try:
        answer = await connection.post(f"{connection.root}{path}", body, quick=quick, retry=not quick)
    except openai.APIStatusError as error:
        if error.status_code not in _ABSENT or profile.model in server_words(error):
            raise
        return {}
    return answer if isinstance(answer, dict) else {}


async def _load_local(profile: Profile) -> Any:
    return await asyncio.to_thread(_load, profile.tokenizer) if profile.tokenizer else None


def _load(name: str) -> Any:
    with _one_at_a_time:  # transformers is half there while another thread imports it
        return _load_once(name)


@lru_cache(maxsize=8)
def _load_once(name: str) -> Any:
    """Return the tokenizer in a local folder or in Hugging Face's cache; nothing is downloaded."""
    from transformers import AutoTokenizer  # slow to import, and seldom needed

    try:
        return AutoTokenizer.from_pretrained(name, local_files_only=True)
    except Exception as error:  # OSError, ValueError, and what the libraries below let through
        raise NoTokenizer(name, f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}") from None

"""A model's tokenizer: the server that serves it is asked, else one on this machine."""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import openai

from chat.process.waits import read_waits
from chat.profiles.profile import Endpoint, Profile
from chat.server.endpoint import answered, client
from chat.server.request import ChatMessage

OF_TEMPLATE = ("chat_template", "chat_template_kwargs", "reasoning_effort")  # what a chat request says to the template
_ABSENT = (404, 405, 422, 501)  # what servers say to a path that they do not have, or have for something else
_one_at_a_time = threading.Lock()


@dataclass(eq=False)
class NoTokenizer(Exception):
    """The profile's `tokenizer` is not on this machine; `problem` says what is missing."""

    name: str
    problem: str


async def encode(profile: Profile, text: str) -> list[int] | None:
    """The ids of `text` without the tokens that begin a prompt; None where nobody can say.

    Asks `POST /tokenize` (vllm/entrypoints/serve/tokenize), then the profile's `tokenizer`. Raises openai.APIError
    where the server fails, NoTokenizer where the profile names a tokenizer that this machine does not have.
    """
    body = {"model": profile.model, "prompt": text, "add_special_tokens": False}
    answer = await _ask(profile, "/tokenize", body)
    tokens = answer.get("tokens") if answer else None
    if tokens and all(type(token) is int for token in tokens):
        return list(tokens)
    tokenizer = await _local(profile)
    return None if tokenizer is None else [int(id_) for id_ in tokenizer.encode(text, add_special_tokens=False)]


async def rendered(
    profile: Profile, messages: Sequence[ChatMessage], extra: Mapping[str, Any]
) -> tuple[int, ...] | str | None:
    """The prompt that the server's chat template makes of the messages; None where the server does not say.

    As token ids by `POST /tokenize` (vLLM), or as text by `POST /apply-template` (llama.cpp). What `extra` says to the
    template is said here too. Raises as `encode`.
    """
    body = {"model": profile.model, "messages": list(messages), "add_generation_prompt": True, **_to_template(extra)}
    answer = await _ask(profile, "/tokenize", body)
    tokens = answer.get("tokens") if answer else None
    if tokens and all(type(token) is int for token in tokens):
        return tuple(tokens)
    answer = await _ask(profile, "/apply-template", body)
    prompt = answer.get("prompt") if answer else None
    return prompt if isinstance(prompt, str) and prompt else None


def _to_template(extra: Mapping[str, Any]) -> dict[str, Any]:
    """What the chat endpoint would say to the template: /tokenize does not know the effort, which also switches off."""
    told = {name: extra[name] for name in OF_TEMPLATE if name in extra}
    if effort := told.pop("reasoning_effort", None):
        named = told.get("chat_template_kwargs", {})
        told["chat_template_kwargs"] = {"enable_thinking": effort != "none", **named, "reasoning_effort": effort}
    return told


async def decode(profile: Profile, ids: list[int]) -> str | None:
    """The text of the ids, special tokens too; None where nobody can say. Raises as `encode`.

    Asks `POST /detokenize`, then the profile's `tokenizer`.
    """
    answer = await _ask(profile, "/detokenize", {"model": profile.model, "tokens": ids})
    text = answer.get("prompt") if answer else None
    if isinstance(text, str):
        return text
    tokenizer = await _local(profile)
    return None if tokenizer is None else str(tokenizer.decode(ids, skip_special_tokens=False))


def root(endpoint: Endpoint) -> str:
    """The address of the server itself, above its `/v1`."""
    return endpoint.base_url.rstrip("/").removesuffix("/v1")


async def _ask(profile: Profile, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
    aside = client(profile.endpoint).with_options(timeout=read_waits().side_request_seconds, max_retries=0)
    try:
        url = f"{root(profile.endpoint)}{path}"
        answer: object = await answered(lambda: aside.post(url, cast_to=object, body=body))
    except openai.APIStatusError as error:
        if error.status_code not in _ABSENT or profile.model in error.message:
            raise
        return None
    return answer if isinstance(answer, dict) else None


async def _local(profile: Profile) -> Any:
    return await asyncio.to_thread(_load, profile.tokenizer) if profile.tokenizer else None


def _load(name: str) -> Any:
    with _one_at_a_time:  # transformers is half there while another thread imports it
        return _loaded(name)


@lru_cache(maxsize=8)
def _loaded(name: str) -> Any:
    """The tokenizer in a local folder or in Hugging Face's cache; nothing is downloaded."""
    from transformers import AutoTokenizer  # slow to import, and needed by few

    try:
        return AutoTokenizer.from_pretrained(name, local_files_only=True)
    except Exception as error:  # OSError, ValueError, and what the libraries below let through
        raise NoTokenizer(name, f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}") from None

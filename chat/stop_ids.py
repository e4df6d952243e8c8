"""Stop tokens as ids: the server that will receive them is asked, else a tokenizer on this machine."""

import asyncio

import openai

from chat.endpoint import ASIDE_SECONDS, client
from chat.profile import Profile

_known: dict[tuple[str, str, str], int | None] = {}


async def resolve(profile: Profile, texts: tuple[str | int, ...]) -> tuple[int, ...]:
    """The ids of those stop tokens that are one token in the model's vocabulary; integers stay as they are."""
    ids = [text if isinstance(text, int) else await token_id(profile, text) for text in texts]
    return tuple(id_ for id_ in ids if id_ is not None)


async def token_id(profile: Profile, text: str) -> int | None:
    """The id of `text` if it is a single token; None when it is not, or nobody can say. Asked once per server."""
    key = (profile.endpoint.base_url, profile.model, text)
    if key not in _known:
        try:
            pieces = await _server(profile, text)
        except openai.APIError:
            return None  # the chat's own request will tell why
        if pieces is None and profile.tokenizer:
            pieces = await asyncio.to_thread(_local, profile.tokenizer, text)
        _known[key] = pieces[0] if pieces is not None and len(pieces) == 1 else None
    return _known[key]


async def _server(profile: Profile, text: str) -> list[int] | None:
    """The ids by `POST /tokenize` (vllm/entrypoints/serve/tokenize), None where there is no such endpoint."""
    root = profile.endpoint.base_url.rstrip("/").removesuffix("/v1")
    body = {"model": profile.model, "prompt": text, "add_special_tokens": False}
    aside = client(profile.endpoint).with_options(timeout=ASIDE_SECONDS, max_retries=0)
    try:
        answer: object = await aside.post(f"{root}/tokenize", cast_to=object, body=body)
    except openai.NotFoundError as error:
        if profile.model in error.message:
            raise
        return None
    tokens = answer.get("tokens") if isinstance(answer, dict) else None
    return tokens or None


def _local(name: str, text: str) -> list[int] | None:
    """The ids by the tokenizer in a local folder or in Hugging Face's cache; nothing is downloaded."""
    from transformers import AutoTokenizer  # slow to import, and needed by few

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=True)
    except (OSError, ValueError):
        return None
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False)
    return ids

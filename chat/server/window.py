"""The model's window, which prompt and reply share, and the tokens of a prompt."""

from collections.abc import Mapping, Sequence
from typing import Any

import openai

from chat.profiles.profile import Profile
from chat.server.connection import Connection
from chat.server.errors import is_temporary
from chat.server.models import parse_models, positive
from chat.server.request import ChatMessage, texts_of
from chat.server.server import Server, server_of
from chat.server.tokenizer import NoTokenizer, encode, render_prompt

AROUND = 16  # tokens that a template puts around a message, at most


async def read_window(profile: Profile) -> int | None:
    """Return the tokens that prompt and reply may have together; None if the server does not say. Never raises.

    It is in the list of models (vLLM, SGLang), or in `GET /props` (llama.cpp).
    """
    server = server_of(profile)
    try:
        known = await server.refresh()
        return await known.window.get("window", lambda: _ask_window(server))
    except openai.APIError:  # the chat's own request will show the problem
        return None


async def count_prompt_tokens(
    profile: Profile, messages: Sequence[ChatMessage], extra: Mapping[str, Any]
) -> int | None:
    """Return how many tokens the messages have as a prompt; None if nothing can count them. Never raises.

    The server's own template is used if the server shows what it makes of them. Else the texts are counted, with some
    tokens for the template.
    """
    try:
        return await _count_rendered(profile, messages, extra) or await _count_texts(profile, messages)
    except (openai.APIError, NoTokenizer, ValueError):
        return None


async def count_tokens(profile: Profile, text: str) -> int | None:
    """Return how many tokens the text has; None if nothing can count them. Never raises."""
    try:
        ids = await encode(profile, text)
    except (openai.APIError, NoTokenizer, ValueError):
        return None
    return None if ids is None else len(ids)


def clamp_limit(limit: int | None, window: int | None, prompt: int | None) -> int | None:
    """Return the tokens that the window leaves for the reply, if that is less than the limit; else None.

    Servers do not say so: vLLM lowers `max_tokens` silently, llama.cpp ends the reply there.
    """
    if limit is None or window is None or prompt is None or prompt + limit <= window:
        return None
    return max(0, window - prompt)


async def _ask_window(server: Server) -> int | None:
    connection = server.connection
    window = parse_models(await _get(connection, "/models")).window(server.model)
    return window or _window_in_props(await _get(connection, f"{connection.root}/props"))


def _window_in_props(answer: object) -> int | None:
    settings = answer.get("default_generation_settings") if isinstance(answer, dict) else None
    return positive(settings.get("n_ctx")) if isinstance(settings, dict) else None


async def _get(connection: Connection, path: str) -> object:
    """Return the answer, None if the server has none there.

    Raises:
        openai.APIError: if the server is silent, busy or failing.
    """
    try:
        return await connection.get(path, quick=True)
    except openai.APIStatusError as error:
        if is_temporary(error):
            raise
        return None
    except ValueError:
        return None


async def _count_rendered(profile: Profile, messages: Sequence[ChatMessage], extra: Mapping[str, Any]) -> int | None:
    try:
        prompt = await render_prompt(profile, messages, extra)
        if isinstance(prompt, str):
            return await _count_text(server_of(profile).connection, prompt)
        return len(prompt or ())
    except openai.APIStatusError:
        return None


async def _count_text(connection: Connection, text: str) -> int | None:
    """Return the number of tokens by llama.cpp's `POST /tokenize`."""
    body = {"content": text, "add_special": True, "parse_special": True}
    answer = await connection.post(f"{connection.root}/tokenize", body)
    tokens = answer.get("tokens") if isinstance(answer, dict) else None
    return len(tokens) if isinstance(tokens, list) and tokens else None


async def _count_texts(profile: Profile, messages: Sequence[ChatMessage]) -> int | None:
    ids = await encode(profile, "\n".join(text for message in messages for text in texts_of(message)))
    return len(ids) + AROUND * len(messages) if ids else None

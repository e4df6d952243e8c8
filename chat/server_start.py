"""Which start of which server answers: what was learnt of a server holds until another takes its place."""

import asyncio
import re

import openai

from chat.endpoint import client
from chat.profile import Endpoint, Profile
from chat.tokenizer import root

FRESH_SECONDS = 10.0
LOOK_SECONDS = 2.0
_STARTED = re.compile(r"^process_start_time_seconds\S* (\S+)$", re.MULTILINE)
_seen: dict[Endpoint, tuple[float, str]] = {}


async def server_start(profile: Profile) -> str:
    """A text that is another one after the server was started afresh; looked up at most every FRESH_SECONDS.

    The start time in `GET /metrics` (prometheus_client's process collector, as vLLM has it), else the model cards of
    `GET /v1/models` without their time of creation, which is that of the request. Raises openai.APIConnectionError
    where nobody answers.
    """
    endpoint, now = profile.endpoint, asyncio.get_running_loop().time()
    looked, start = _seen.get(endpoint, (-FRESH_SECONDS, ""))
    if now - looked >= FRESH_SECONDS:
        start = await _metrics(endpoint) or await _cards(endpoint)
        _seen[endpoint] = (asyncio.get_running_loop().time(), start)
    return start


async def _metrics(endpoint: Endpoint) -> str:
    try:
        found = _STARTED.search(await _aside(endpoint).get(f"{root(endpoint)}/metrics", cast_to=str))
    except openai.APITimeoutError:
        return ""
    except openai.APIConnectionError:
        raise
    except (openai.APIError, ValueError):
        return ""
    return found[1] if found else ""


async def _cards(endpoint: Endpoint) -> str:
    try:
        answer: object = await _aside(endpoint).get("/models", cast_to=object)
    except (openai.APIError, ValueError):
        return ""
    cards = answer.get("data") if isinstance(answer, dict) else None
    lasting = ("id", "root", "max_model_len")
    return str([[card.get(name) for name in lasting] for card in cards or () if isinstance(card, dict)])


def _aside(endpoint: Endpoint) -> openai.AsyncOpenAI:
    return client(endpoint).with_options(timeout=LOOK_SECONDS, max_retries=0)

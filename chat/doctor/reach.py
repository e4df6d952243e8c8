"""Is there a server, is it the right one, does it take the key, and what does it serve?"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import openai

from chat.doctor.finding import Finding, problem
from chat.process.waits import read_waits
from chat.profiles.profile import Endpoint, Profile
from chat.server.endpoint import client, is_fullstop


@dataclass(frozen=True, slots=True)
class Served:
    """What the server says of its models: all names, and the window and owner of the profile's own."""

    names: tuple[str, ...] = ()
    window: int | None = None
    owner: str = ""


async def reached(profile: Profile) -> Served | Finding:
    """What is served there, or why nothing can be asked there. One that has no list of models may be all right."""
    endpoint = profile.endpoint
    try:
        answer = await aside(endpoint).get("/models", cast_to=object)
    except openai.APIConnectionError as error:
        return _unreached(endpoint, error)
    except (openai.AuthenticationError, openai.PermissionDeniedError):
        return key_problem(endpoint)
    except (openai.APIError, ValueError):
        return await _misplaced(endpoint) or Served()
    if isinstance(answer, dict):
        return _served(answer.get("data"), profile.model)
    return await _page(endpoint)


def aside(endpoint: Endpoint) -> openai.AsyncOpenAI:
    """The chat's own client, for a question that is answered at once or not at all."""
    return client(endpoint).with_options(timeout=read_waits().side_request_seconds, max_retries=0)


def key_problem(endpoint: Endpoint) -> Finding:
    """The server does not take the key, or wants one."""
    return problem("key", "wrong" if endpoint.api_key else "missing", url=endpoint.base_url)


def _unreached(endpoint: Endpoint, error: BaseException) -> Finding:
    """The client calls a refused connection a timeout as well; what lies below tells them apart."""
    causes = [error]
    while below := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(below)
    refusals = [each for each in causes if isinstance(each, OSError) and not isinstance(each, TimeoutError)]
    if refusals or not isinstance(error, openai.APITimeoutError):
        reason = " ".join(str((refusals or causes)[-1]).split())[:200]
        return problem("reach", "unreachable", url=endpoint.base_url, problem=reason)
    return problem("reach", "slow", url=endpoint.base_url, seconds=f"{read_waits().side_request_seconds:g}")


def _served(cards: object, model: str) -> Served:
    found = [card for card in cards if isinstance(card, dict)] if isinstance(cards, list) else []
    alone: dict[str, Any] = found[0] if len(found) == 1 else {}  # whatever the profile calls it
    own = next((card for card in found if card.get("id") == model), alone)
    window, owner = own.get("max_model_len"), str(own.get("owned_by") or "")
    names = tuple(str(card["id"]) for card in found if "id" in card)
    return Served(names, window if type(window) is int else None, owner)


async def _page(endpoint: Endpoint) -> Finding:
    """It answers with a web page."""
    if await is_fullstop(endpoint):
        return problem("reach", "ourselves", url=endpoint.base_url)
    return await _misplaced(endpoint) or problem("reach", "page", url=endpoint.base_url)


async def _misplaced(endpoint: Endpoint) -> Finding | None:
    """Whether another address of that server was meant."""
    whole = endpoint.base_url.rstrip("/")
    bare = whole.removesuffix("/completions").removesuffix("/chat")
    parts = urlsplit(whole)
    near = dict.fromkeys((bare, f"{bare}/v1", f"{parts.scheme}://{parts.netloc}/v1"))
    for guess in near:
        if guess != whole and await _lists_models(endpoint, guess):
            return problem("reach", "path", url=endpoint.base_url, guess=guess)
    return problem("reach", "path", url=endpoint.base_url, guess=bare) if bare != whole else None


async def _lists_models(endpoint: Endpoint, address: str) -> bool:
    try:
        answer: object = await aside(endpoint).get(f"{address}/models", cast_to=object)
    except (openai.AuthenticationError, openai.PermissionDeniedError):
        return True
    except (openai.APIError, ValueError):
        return False
    return isinstance(answer, dict) and isinstance(answer.get("data"), list)

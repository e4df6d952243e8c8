"""Which start of which server answers: what was learnt of a server holds until another takes its place."""

import asyncio
import re
from dataclasses import dataclass, replace

import openai

from chat.process.waits import read_waits
from chat.profiles.profile import Endpoint, Profile
from chat.server.endpoint import answered, client
from chat.server.tokenizer import root

_STARTED = re.compile(r"^process_start_time_seconds\S* (\S+)$", re.MULTILINE)
_seen: dict[Endpoint, "_Seen"] = {}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What told one start of the server from another, when that was looked up last, and since when it is so."""

    looked: float
    since: float
    start: str
    stated: bool = True

    @property
    def text(self) -> str:
        return self.start if self.stated else f"{self.start} {self.since}"


async def server_start(profile: Profile) -> str:
    """A text that is another one after the server was started afresh; looked up at most every `restart_check_seconds`.

    The start time in `GET /metrics` (prometheus_client's process collector, as vLLM has it), else the model cards of
    `GET /v1/models` without their time of creation, which is that of the request: those are believed for
    `restart_assumed_seconds`. A server that is too busy to say so has not been started meanwhile. Raises
    openai.APIConnectionError where nobody answers.
    """
    endpoint, now = profile.endpoint, asyncio.get_running_loop().time()
    seen = _seen.get(endpoint)
    if seen is None or now - seen.looked >= read_waits().restart_check_seconds:
        seen = _seen[endpoint] = await _looked_up(endpoint, seen)
    return seen.text


async def _looked_up(endpoint: Endpoint, former: _Seen | None) -> _Seen:
    try:
        start = await _metrics(endpoint)
    except openai.APITimeoutError:
        if former:
            return replace(former, looked=asyncio.get_running_loop().time())
        start = ""
    stated = bool(start)
    start = start or await _cards(endpoint)
    now = asyncio.get_running_loop().time()
    believed = read_waits().restart_assumed_seconds
    lasts = former and (former.start, former.stated) == (start, stated) and now - former.since < believed
    return _Seen(now, former.since if former and lasts else now, start, stated)


async def _metrics(endpoint: Endpoint) -> str:
    try:
        url = f"{root(endpoint)}/metrics"
        found = _STARTED.search(await answered(lambda: _aside(endpoint).get(url, cast_to=str)))
    except openai.APIConnectionError:
        raise
    except (openai.APIError, ValueError):
        return ""
    return found[1] if found else ""


async def _cards(endpoint: Endpoint) -> str:
    try:
        answer: object = await answered(lambda: _aside(endpoint).get("/models", cast_to=object))
    except (openai.APIError, ValueError):
        return ""
    cards = answer.get("data") if isinstance(answer, dict) else None
    lasting = ("id", "root", "max_model_len")
    return str([[card.get(name) for name in lasting] for card in cards or () if isinstance(card, dict)])


def _aside(endpoint: Endpoint) -> openai.AsyncOpenAI:
    return client(endpoint).with_options(timeout=read_waits().lookup_seconds, max_retries=0)

"""The profiles that were made by asking: each once for a start of its server."""

import asyncio
import math
from dataclasses import dataclass, replace

import openai

from chat.discover.discover import Discovered, discover_profile
from chat.offers.offer import Offer
from chat.offers.offering import Offering
from chat.offers.plain import plain_profile
from chat.process.waits import read_waits
from chat.profiles.profile import Endpoint, Profile
from chat.server.server import server_of
from chat.server.shared_answer import SharedAnswer


@dataclass(frozen=True, slots=True)
class _Place:
    """A model on a server."""

    endpoint: Endpoint
    model: str


_Key = tuple[_Place, str | None]
"""A model on a server, and the process that serves it."""


class Made:
    """Makes profiles for models that have none, and gives them to what is offered."""

    def __init__(self, offering: Offering) -> None:
        self._offering = offering
        self._answers = SharedAnswer[Discovered](lambda: math.inf)
        self._incomplete: dict[_Key, Discovered] = {}

    async def make(self, offer: Offer) -> Discovered | None:
        """Return what was found for a served model that no profile fits; None if there is nothing to make.

        All chats share the answer until the server restarts. A server that was too busy to answer everything is asked
        again after `asking_retry_seconds`.
        """
        if offer.file is not None or offer.model is None:
            return None
        place = _Place(offer.profile.endpoint, offer.profile.model)
        try:
            known = await server_of(place).refresh()
        except openai.APIConnectionError:
            return None
        key = place, known.process
        found = await self._answers.get(key, lambda: self._ask(key))
        if all(not each.known for each in found.points):  # such as a server that is still loading its model
            self._answers.forget(key)
        self._offering.made[place.endpoint, place.model] = found.profile
        return found

    async def _ask(self, key: _Key) -> Discovered:
        """Ask the server, and return what was found, or what was found before if that is more."""
        before, found = self._incomplete.pop(key, None), await _discover(key[0])
        if before and len(before.unknown) < len(found.unknown):
            found = before
        if not found.complete:
            self._incomplete[key] = found
            asyncio.get_running_loop().call_later(read_waits().asking_retry_seconds, self._answers.forget, key)
        return found


async def _discover(place: _Place) -> Discovered:
    found = await discover_profile(place.endpoint, place.model)
    return replace(found, profile=_with_markers(found))


def _with_markers(found: Discovered) -> Profile:
    """Return the profile with the usual markers if it is unknown whether the model thinks."""
    profile = found.profile
    if profile.thinking is None and "thinking" in found.unknown:
        usual = plain_profile(profile.endpoint, profile.model, profile.name)
        return profile.model_copy(update={"thinking": usual.thinking})
    return profile

"""What is offered now: the profiles on disk, and what their servers were last seen to serve."""

import asyncio
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from pydantic import ValidationError

from chat.offers.offer import Matching, Offer
from chat.profiles.addresses import named_addresses
from chat.profiles.match import ServedModel
from chat.profiles.profile import Endpoint, Profile
from chat.profiles.sentence import Sentence
from chat.profiles.shelf import Shelf
from chat.profiles.yaml_file import ProfileError
from chat.server.endpoint import read_models
from chat.server.server import server_of

LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All choices by their keys, the key of the `first` one, and the problems of files that are no profile."""

    offers: dict[str, Offer]
    first: str
    problems: Mapping[str, ProfileError]
    folder_problem: Sentence | None = None

    @property
    def shelf(self) -> Shelf:
        """Return the profiles of all choices."""
        return Shelf({key: each.profile for key, each in self.offers.items()}, dict(self.problems), self.folder_problem)

    def present_key(self, key: str) -> str:
        """Return the key of the same served model now: a profile may have been written for it since."""
        if key in self.offers:
            return key
        return next((name for name, each in self.offers.items() if each.file and each.place_key == key), key)


@dataclass(frozen=True, slots=True)
class _Address:
    """A server, whatever its models are."""

    endpoint: Endpoint
    model: str = ""


class Offering:
    """The choices of all chats. `read` returns the profiles; `named` is the servers that the environment names.

    `made` has profiles that were made for models on their servers.
    """

    def __init__(self, read: Callable[[], Shelf], named: Callable[[], tuple[Endpoint, ...]] | None = None) -> None:
        self._read, self._named = read, named or named_endpoints
        self._served: dict[Endpoint, tuple[ServedModel, ...]] = {}
        self.made: dict[tuple[Endpoint, str], Profile] = {}
        self._matched: Matching | None = None
        self._offers: dict[str, Offer] = {}

    def catalogue(self, forced: str = "") -> Catalogue:
        """Return what is offered, as the files are now and as the servers were when they were last asked.

        `forced` is the file that comes first, instead of FULLSTOP_PROFILE.
        """
        shelf = self._read()
        model, forced = os.environ.get("VLLM_MODEL", ""), forced or os.environ.get("FULLSTOP_PROFILE", "")
        matching = Matching(shelf.profiles, dict(self._served), self._named(), model, forced, dict(self.made))
        if matching != self._matched:
            self._matched, self._offers = matching, matching.offers()
        return Catalogue(dict(self._offers), matching.first(self._offers), shelf.problems, shelf.folder_problem)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return all servers: those of the environment, and those of profiles."""
        own = (profile.endpoint for profile in self._read().profiles.values())
        return tuple(dict.fromkeys((*self._named(), *own)))

    async def look(self, endpoints: Iterable[Endpoint] | None = None) -> None:
        """Ask servers what they serve, each once. What a server said before is kept if it does not answer."""
        await asyncio.gather(*map(self._look_at, self.endpoints() if endpoints is None else endpoints))

    async def look_within(self, seconds: float, endpoints: Collection[Endpoint] | None = None) -> None:
        """Ask servers what they serve, and wait at most that long for their answers."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.look(endpoints)

    async def _look_at(self, endpoint: Endpoint) -> None:
        models = await read_models(server_of(_Address(endpoint)))
        if models is not None:
            self._served[endpoint] = models.served


def named_endpoints() -> tuple[Endpoint, ...]:
    """Return the servers that the environment names, with its key. A malformed address is none."""
    found: list[Endpoint] = []
    for url in named_addresses(os.environ):
        with suppress(ValidationError):
            found.append(Endpoint(base_url=url, api_key=os.environ.get("VLLM_API_KEY", "")))
    return tuple(found)

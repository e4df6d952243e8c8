"""The choices of a chat: each profile with the served model that it fits, and each served model that has none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlsplit

from chat.offers.plain import plain_profile
from chat.profiles.match import Closeness, ServedModel, best_match, closeness, likeness
from chat.profiles.profile import Endpoint, Profile

MOST_CHARACTERS = 80
_AT = " @ "
_NOT_FOR_CHAT = ("embed", "rerank", "whisper", "reward", "guard", "-tts", "-asr", "clip")
Served = Mapping[Endpoint, Sequence[ServedModel]]


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice: a profile that has the served `model` and the address of its server.

    `file` is the name of the profile's file, None if no profile fits the model. `model` is None if the server does not
    list the model, and `near` says how well the profile fits it.
    """

    profile: Profile
    file: str | None = None
    model: ServedModel | None = None
    near: Closeness | None = None

    @property
    def place_key(self) -> str:
        """Return the key that the model has if it has no profile; "" if it is not served."""
        return Place(self.profile.endpoint, self.model).key if self.model else ""


@dataclass(frozen=True, slots=True)
class Place:
    """A served model on its server."""

    endpoint: Endpoint
    model: ServedModel

    @property
    def key(self) -> str:
        """Return the key of the choice, which no file can have."""
        return f"{self.model.name}{_AT}{self.endpoint.base_url}"


def is_place(key: str) -> bool:
    """True if that key is of a served model, and not of a profile's file."""
    return _AT in key


@dataclass(frozen=True)
class Matching:
    """The profiles of a shelf, and what is `served`.

    `endpoints` are the servers that the environment names. A profile for one of them is for each of them. `named` is
    VLLM_MODEL, `forced` is FULLSTOP_PROFILE. `made` has profiles for models on servers that no file fits.
    """

    profiles: Mapping[str, Profile]
    served: Served
    endpoints: tuple[Endpoint, ...]
    named: str = ""
    forced: str = ""
    made: Mapping[tuple[Endpoint, str], Profile] = field(default_factory=dict)

    @cached_property
    def shared(self) -> dict[str, Profile]:
        """Return the profiles for the servers that the environment names."""
        return {name: each for name, each in self.profiles.items() if each.endpoint in self.endpoints}

    def offers(self) -> dict[str, Offer]:
        """Return all choices by their keys: those that are served first, in the order of the servers."""
        files = {name: self._offer(name, profile) for name, profile in self.profiles.items()}
        present = {
            (each.profile.endpoint, each.profile.model) for name, each in files.items() if self._is_best(name, each)
        }
        others = {
            place.key: self._other(place)
            for place in self._places()
            if not any((place.endpoint, name) in present for name in place.model.names)
        }
        known = {name: each for name, each in files.items() if each.model}
        unknown = {name: each for name, each in files.items() if not each.model}
        return _with_single_names({**known, **others, **unknown})

    def first(self, offers: Mapping[str, Offer]) -> str:
        """Return the key for a new chat: FULLSTOP_PROFILE, else the best one that is served, else the first."""
        if self.forced in offers:
            return self.forced
        known = [key for key, each in offers.items() if each.model]
        return min(known, key=lambda key: self._rank(key, offers[key]), default=next(iter(offers), ""))

    def _rank(self, key: str, offer: Offer) -> tuple[bool, int, int, bool, int]:
        """Return a lower value for a better choice."""
        assert offer.model
        places = [each.base_url for each in self.endpoints]  # a profile may have another key for the same server
        url = offer.profile.endpoint.base_url
        return (
            bool(self.named) and not self._is_named(offer.model),
            places.index(url) if url in places else len(places),
            len(Closeness) if offer.near is None else offer.near,
            any(word in offer.model.name.lower() for word in _NOT_FOR_CHAT),
            -likeness(key, offer.model),
        )

    def _is_best(self, name: str, offer: Offer) -> bool:
        """True if no other profile fits the served model of that choice better."""
        return offer.model is not None and best_match(self.shared, offer.model, self.named)[0] == name

    def _places(self) -> Iterator[Place]:
        """Yield each model on each server that the environment names."""
        for endpoint in self.endpoints:
            for model in self._models(endpoint):
                yield Place(endpoint, model)

    def _models(self, endpoint: Endpoint) -> Sequence[ServedModel]:
        """Return what a server lists; VLLM_MODEL too, which the first server may have without listing it."""
        models = self.served.get(endpoint, ())
        listed = any(map(self._is_named, models))
        if self.named and not listed and endpoint in self.endpoints[:1]:
            return (ServedModel(self.named), *models)
        return models

    def _is_named(self, model: ServedModel) -> bool:
        """True if VLLM_MODEL is that model."""
        return self.named in (*model.names, model.root)

    def _offer(self, name: str, profile: Profile) -> Offer:
        """Return the profile with the served model that it fits best, or as it is written."""
        if name == self.forced and profile.matches and (place := self._forced_place(profile)):
            return self._placed(name, profile, place, closeness(profile, place.model, self.named), False)
        endpoints = self.endpoints if name in self.shared else (profile.endpoint,)
        found = [
            (near, number, Place(endpoint, model))
            for number, endpoint in enumerate(endpoints)
            for model in self._models(endpoint)
            if (near := closeness(profile, model, self.named)) is not None
        ]
        if not found:
            return Offer(profile, name)
        near, _, place = min(found, key=lambda each: each[:2])
        is_family = near == Closeness.FAMILY and best_match(self.shared, place.model, self.named)[0] == name
        return self._placed(name, profile, place, near, is_family)

    def _forced_place(self, profile: Profile) -> Place | None:
        """Return the model for FULLSTOP_PROFILE: VLLM_MODEL, or else the only one, even if the profile does not fit."""
        models = self._models(profile.endpoint)
        if profile.model == self.named:
            models = [each for each in models if self._is_named(each)]
        elif any(closeness(profile, each, self.named) is not None for each in models):
            return None
        return Place(profile.endpoint, models[0]) if len(models) == 1 else None

    def _other(self, place: Place) -> Offer:
        """Return the choice of a served model that no profile has been given to."""
        name, near = best_match(self.shared, place.model, self.named)
        if name is not None:
            return self._placed(name, self.shared[name], place, near, near != Closeness.EXACT)
        page_name = self._name(place.model.name, place)
        if made := self.made.get((place.endpoint, place.model.name)):
            return Offer(made.model_copy(update={"name": page_name}), model=place.model)
        return Offer(plain_profile(place.endpoint, place.model.name, page_name), model=place.model)

    def _placed(self, file: str, profile: Profile, place: Place, near: Closeness | None, renamed: bool) -> Offer:
        """Return the profile for that model on that server; if `renamed`, with the model's name."""
        model = profile.model if near == Closeness.EXACT else place.model.name
        values: dict[str, object] = {"model": model, "endpoint": place.endpoint}
        if near == Closeness.FAMILY:  # a relative may have another vocabulary
            values["tokenizer"] = place.model.root or model
        values["name"] = self._name(model if renamed else profile.name, place)
        return Offer(profile.model_copy(update=values), file, place.model, near)

    def _name(self, name: str, place: Place) -> str:
        """Return the name on the page. If there are several servers, it says which one."""
        if place.endpoint in self.endpoints and len(self.endpoints) > 1:
            return f"{shorten(name)} · {shorten(address_label(place.endpoint.base_url))}"
        return shorten(name)


def shorten(name: str) -> str:
    """Return the name on one line, with at most MOST_CHARACTERS: its beginning and its end."""
    name = " ".join(name.split()) or "?"
    if len(name) <= MOST_CHARACTERS:
        return name
    return f"{name[: MOST_CHARACTERS // 2]}…{name[1 - MOST_CHARACTERS // 2 :]}"


def address_label(url: str) -> str:
    """Return an address as people call it: host and port, and the path unless it is `/v1`."""
    parts = urlsplit(url)
    return parts.netloc + parts.path.rstrip("/").removesuffix("/v1")


def _with_single_names(offers: Mapping[str, Offer]) -> dict[str, Offer]:
    """Return the choices with a number after each name that an earlier one has, too."""
    seen: dict[str, int] = {}
    result: dict[str, Offer] = {}
    for key, offer in offers.items():
        name = offer.profile.name
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            profile = offer.profile.model_copy(update={"name": f"{name} ({seen[name]})"})
            result[key] = replace(offer, profile=profile)
        else:
            result[key] = offer
    return result

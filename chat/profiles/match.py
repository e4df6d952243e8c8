"""Which profile fits a served model: by its exact name, its root, its base name or its family."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import PurePosixPath

from chat.profiles.profile import Profile

# What follows the name of a model if only its weights were stored in another way.
_STORED = r"""awq(?:-?marlin)?|gptq(?:-?marlin)?|autoround|auto-round|bnb|unsloth|exl[23]|hqq|aqlm|quip|eetq|torchao
    |qat|dwq|gguf|ggml|mlx|i1|onnx|quantized|dynamic|compressed-tensors|fp8-?kv|kv|smoothquant|marlin|block|g\d{2,3}|sym|asym
    |mixed|(?:fp|int|nf|bf|f|uint|mxfp|nvfp)(?:4|6|8|16|32)(?:a16|a8)?|w\d{1,2}a\d{1,2}|\d(?:\.\d+)?-?(?:bit|bpw)s?
    |(?:ud-)?i?q\d(?:_[01]|_k|_nl|_xxs|_xs)?(?:_[sml]|_xl|_xs|_xxs)?(?:_\d)*|\d{5}-of-\d{5}"""
_SUFFIX = re.compile(rf"(?:[-_.:@](?:{_STORED}))+$", re.VERBOSE)
_CACHED = re.compile(r"(?:^|/)models--(.+?)(?:/|$)")  # a folder in the cache of Hugging Face


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model in a server's list: its name there, what it was loaded from, and its other names."""

    name: str
    root: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return all names that a request may have."""
        return self.name, *self.aliases

    @property
    def base_names(self) -> tuple[str, ...]:
        """Return the base names, that of the root first: a server may give a model any name."""
        return tuple(map(base_name, filter(None, (self.root, *self.names))))


class Closeness(IntEnum):
    """How well a profile fits a served model; a lower one is closer."""

    EXACT = 0
    ROOT = 1
    BASE = 2
    FAMILY = 3


@lru_cache(4096)
def base_name(name: str) -> str:
    """Return a model's name in lower case, without organisation, path and quantisation."""
    return _SUFFIX.sub("", last_name(name))


def last_name(name: str) -> str:
    """Return a model's name in lower case, without organisation and path."""
    cached = _CACHED.search(name)
    if cached:
        name = cached[1].replace("--", "/")
    return PurePosixPath(name.replace("\\", "/").lower()).name


def closeness(profile: Profile, model: ServedModel, named: str = "") -> Closeness | None:
    """Return how well the profile fits the model; None if it does not.

    `named` is VLLM_MODEL, which every shipped profile has as its model: of these, only those that match it fit.
    """
    is_family = fits_family(profile, model)
    if profile.model == named and profile.matches and not is_family:
        return None
    if profile.model in model.names:
        return Closeness.EXACT
    if profile.model == model.root:
        return Closeness.ROOT
    if base_name(profile.model) in model.base_names:
        return Closeness.BASE
    if is_family:
        return Closeness.FAMILY
    return None


def fits_family(profile: Profile, model: ServedModel) -> bool:
    """True if one of the profile's patterns matches a base name of the model."""
    patterns = [pattern.lower() for pattern in profile.matches]
    return any(fnmatchcase(name, pattern) for name in model.base_names for pattern in patterns)


def best_match(
    profiles: Mapping[str, Profile], model: ServedModel, named: str = ""
) -> tuple[str, Closeness] | tuple[None, None]:
    """Return the name of the profile that fits the model best, and how well; None twice if no profile does."""
    found = {name: near for name, each in profiles.items() if (near := closeness(each, model, named)) is not None}
    if not found:
        return None, None
    best = min(found, key=lambda name: (found[name], -likeness(name, model)))
    return best, found[best]


def likeness(name: str, model: ServedModel) -> int:
    """Return how many characters of the model's base name are the name of the profile's file."""
    if any(base.startswith(name.lower()) for base in model.base_names):
        return len(name)
    return 0

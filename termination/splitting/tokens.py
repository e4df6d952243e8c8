"""The texts that mean something in a reply of one model, as its policy names them."""

from dataclasses import dataclass
from functools import lru_cache

from termination.literals import Literals
from termination.policy import Markers
from termination.splitting.channels import END, HEADERS, LAST, STRIPPED


@dataclass(frozen=True, slots=True)
class Tokens:
    """Markers and special tokens.

    Attributes:
        open: the markers that open a thought.
        close: those that close it.
        special: special tokens, which are no text.
        last: those with which the model ends its turn.
        channels: True for a model whose thought and answer are channels.
        here: a search for all of them.
        stripped: a search for them, and for headers of channels that lost their special tokens.
    """

    open: tuple[str, ...]
    close: tuple[str, ...]
    special: tuple[str, ...]
    last: tuple[str, ...]
    channels: bool
    here: Literals
    stripped: Literals


@lru_cache(maxsize=64)
def tokens_of(markers: Markers | None, special: tuple[str, ...], last: tuple[str, ...]) -> Tokens:
    """Return the texts that mean something with these markers and special tokens."""
    opening, close = (markers.open, markers.close) if markers else ((), ())
    channels = any("<|channel|>" in each for each in opening)
    more: tuple[str, ...] = ()
    if channels:
        opening, close, more = (), (), HEADERS
        special = (*(each for each in special if each != END), END, *LAST)
        last = (*(each for each in last if each != END), *LAST)
    texts = (*opening, *close, *special, *more)
    return Tokens(opening, close, special, last, channels, Literals(texts), Literals((*texts, *STRIPPED)))

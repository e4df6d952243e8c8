"""The list of models that a server gives at `GET /v1/models`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chat.profiles.match import ServedModel
from termination.chunks.shapes import MOST_TOKENS

_LASTING = ("id", "root", "max_model_len")  # what stays the same while the server runs


@dataclass(frozen=True, slots=True)
class Models:
    """The entries of the list, each as the server wrote it."""

    cards: tuple[Mapping[str, Any], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names under which the models are served."""
        return tuple(card["id"] for card in self.cards if isinstance(card.get("id"), str))

    @property
    def served(self) -> tuple[ServedModel, ...]:
        """Return the models with what they were loaded from, each name once."""
        cards = {str(card["id"]): card for card in reversed(self.cards) if card.get("id")}
        return tuple(
            ServedModel(name, _text(card.get("root")), _texts(card.get("aliases"))) for name, card in cards.items()
        )[::-1]

    @property
    def signature(self) -> str:
        """Return a text that stays the same as long as the same models are served."""
        return str([[card.get(name) for name in _LASTING] for card in self.cards])

    def owner(self, model: str) -> str:
        """Return the name of the model's owner, which is the name of most servers; empty if there is none."""
        owner = self._card(model).get("owned_by")
        return owner if isinstance(owner, str) else ""

    def root(self, model: str) -> str:
        """Return the name or path that the model was loaded from; empty if the server does not say."""
        return str(self._card(model).get("root") or "")

    def window(self, model: str) -> int | None:
        """Return the tokens that prompt and reply may have together: `max_model_len`, or `n_ctx` (llama.cpp).

        The card of an adapter names its base model, whose window it has.
        """
        own = self._card(model)
        parent: Mapping[str, Any] = next((card for card in self.cards if card.get("id") == own.get("parent")), {})
        return _window(own) or (_window(parent) if own else None)

    def _card(self, model: str) -> Mapping[str, Any]:
        """Return the card of the model, by any of its names. A single card is the model's, whatever its name."""
        for card in self.cards:
            aliases = card.get("aliases")
            if model == card.get("id") or (isinstance(aliases, list) and model in aliases):
                return card
        return self.cards[0] if len(self.cards) == 1 else {}


def is_list_of_models(answer: object) -> bool:
    """True if a server's answer is a list of models."""
    return isinstance(answer, dict) and isinstance(answer.get("data"), list)


def parse_models(answer: object) -> Models:
    """Return the models in a server's answer; none if it is not a list of models.

    A model whose name has half a character (a lone surrogate) is ignored, as no request can name it.
    """
    cards = answer["data"] if isinstance(answer, dict) and is_list_of_models(answer) else []
    return Models(tuple(card for card in cards if isinstance(card, dict) and is_whole(str(card.get("id")))))


def is_whole(text: str) -> bool:
    """True if the text has no half of a character, which JSON can write but UTF-8 cannot."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def positive(value: object) -> int | None:
    """Return the number if it can be a number of tokens above 0, else None."""
    return value if type(value) is int and 0 < value <= MOST_TOKENS else None


def _text(value: object) -> str:
    return value if isinstance(value, str) and is_whole(value) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_text, value))) if isinstance(value, list) else ()


def _window(card: Mapping[str, Any]) -> int | None:
    meta = card.get("meta")
    context = meta.get("n_ctx") if isinstance(meta, dict) else None
    return positive(card.get("max_model_len")) or positive(context)

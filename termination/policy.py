"""What one turn is held to: made from a profile and a mode, immutable, shared by nobody."""

from dataclasses import dataclass

from termination.condition import Condition


@dataclass(frozen=True, slots=True)
class Markers:
    """The texts round a thought, in every spelling that the model has for them, the usual one first.

    `opened`: the chat template writes the opening one into the prompt, and the stream begins inside the thought.
    """

    open: tuple[str, ...]
    close: tuple[str, ...]
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """How a turn is read, and how it may end.

    `markers` is None for a model that does not think. `special_tokens` are texts that the model's tokenizer has for
    itself, which some servers let through: they are taken out. With one of `last_words` the model ends its turn: where
    the server goes on after it, the turn ends there. `thought_only` ends the turn where the thought ends.
    `end` are the conditions; None leaves the ending to the model, the server and the person.
    """

    markers: Markers | None = None
    special_tokens: tuple[str, ...] = ()
    last_words: tuple[str, ...] = ()
    thought_only: bool = False
    end: Condition | None = None

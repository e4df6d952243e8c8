"""The rules of one turn: immutable, made from a profile and a mode, or by hand."""

from dataclasses import dataclass

from termination.arguments import Texts, texts, written
from termination.condition import Condition
from termination.errors import BadArgument


@dataclass(frozen=True, slots=True, init=False)
class Markers:
    """The texts around a thought: `Markers("<think>", "</think>")`.

    Each is one text, or a tuple of all spellings that the model uses, the usual one first.

    Attributes:
        opened: True if the chat template writes the opening marker into the prompt, so that the stream begins inside
            the thought.

    Raises:
        BadArgument: if a marker is empty or not a text.
    """

    open: tuple[str, ...]
    close: tuple[str, ...]
    opened: bool = False

    def __init__(self, open: Texts, close: Texts, opened: bool = False) -> None:  # noqa: A002  # the field's name
        object.__setattr__(self, "open", texts("Markers.open", open))
        object.__setattr__(self, "close", texts("Markers.close", close))
        object.__setattr__(self, "opened", opened)


@dataclass(frozen=True, slots=True, init=False)
class Policy:
    """How a turn is read, and how it may end.

    Attributes:
        markers: None for a model that does not think.
        special_tokens: texts of the model's tokenizer that some servers let through. They are removed.
        last_words: special tokens with which the model ends its turn. The turn ends there if the server continues.
        thought_only: True if the turn ends with the thought.
        end: the conditions. None leaves the ending to the model, the server and the person.
        thinks: False if the reply begins with the answer, because the model does not think or the mode switches that
            off. Text that comes only as reasoning is the answer then, and markers within the answer are text.

    A string counts as one text. Raises BadArgument if a text is empty or not a text, or if `markers` or
    `end` is something else.
    """

    markers: Markers | None = None
    special_tokens: tuple[str, ...] = ()
    last_words: tuple[str, ...] = ()
    thought_only: bool = False
    end: Condition | None = None
    thinks: bool = True

    def __init__(
        self,
        markers: Markers | None = None,
        special_tokens: Texts = (),
        last_words: Texts = (),
        thought_only: bool = False,
        end: Condition | None = None,
        thinks: bool = True,
    ) -> None:
        if not isinstance(markers, Markers | None):
            raise BadArgument("not_markers", value=written(markers))
        if not isinstance(end, Condition | None):
            raise BadArgument("not_end", value=written(end))
        object.__setattr__(self, "markers", markers)
        object.__setattr__(self, "special_tokens", texts("Policy.special_tokens", special_tokens))
        object.__setattr__(self, "last_words", texts("Policy.last_words", last_words))
        object.__setattr__(self, "thought_only", thought_only)
        object.__setattr__(self, "end", end)
        object.__setattr__(self, "thinks", thinks)


def policy_of(policy: Policy | None, end: Condition | None = None, think: tuple[Texts, Texts] | None = None) -> Policy:
    """Return the policy, or a new one with these conditions and markers.

    Raises:
        BadArgument: if the policy is not one, if `end` or `think` is given too, or if `think` is not a pair of markers.
    """
    if policy is not None:
        if end is not None or think is not None:
            raise BadArgument("both")
        if not isinstance(policy, Policy):
            raise BadArgument("not_policy", value=written(policy))
        return policy
    if think is None:
        return Policy(end=end)
    if not isinstance(think, tuple | list) or len(think) != 2:
        raise BadArgument("markers", value=written(think))
    return Policy(Markers(*think), end=end)

"""What one turn is held to: made from a profile and a mode, immutable, shared by nobody."""

from dataclasses import dataclass, field

from termination.clocks import Clocks


@dataclass(frozen=True, slots=True)
class Markers:
    """The texts round a thought. `opened`: the chat template writes the opening one into the prompt."""

    open: str
    close: str
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """How a turn may end.

    `markers` is None for a model that does not think. `thought_only` ends the turn where the thought ends.
    `budget` is the most tokens a thought may have.
    """

    clocks: Clocks = field(default_factory=Clocks)
    markers: Markers | None = None
    thought_only: bool = False
    budget: int | None = None

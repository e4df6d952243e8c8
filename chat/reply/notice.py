"""What a reply reports to the page beside the events of its turns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chat.server.faults import Fault
from termination import Ending, Event


@dataclass(frozen=True, slots=True)
class Notice:
    """One muted line on the page: the key of a sentence in `chat/words` and its facts."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandedOff:
    """A thought that was cut for the reason `ending`; the answer is requested next.

    `share`: the limit in tokens that keeps the rest of the budget for the answer.
    """

    ending: Ending
    share: int | None = None


class NoWay(Fault):
    """A fault: the server does not accept a partial reply."""

    def __init__(self) -> None:
        super().__init__("refused", "server", "no_way")


Told = Event | HandedOff | Notice

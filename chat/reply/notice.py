"""What a reply reports to the page beside the events of its turns."""

from dataclasses import dataclass
from typing import Literal

from chat.profiles.sentence import Sentence
from chat.server.faults import Fault
from termination import Ending, Event


@dataclass(frozen=True, slots=True)
class HandedOff:
    """A thought that was cut for the reason `ending`; the answer is requested next.

    `share`: the limit in tokens that keeps the rest of the budget for the answer.
    """

    ending: Ending
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the server does before the first token, and the seconds since the request."""

    state: Literal["queued", "reading"]
    seconds: int


class NoWay(Fault):
    """A fault: the server does not accept a partial reply."""

    def __init__(self) -> None:
        super().__init__("refused", "server", Sentence("no_way"))


Report = Event | HandedOff | Waiting | Sentence

"""What a reply tells the page beside the events of its turns."""

from dataclasses import dataclass

from chat.faults import Fault
from chat.notice import Notice
from termination import Ending, Event


@dataclass(frozen=True, slots=True)
class HandedOff:
    """The thought was cut for that reason, and the answer is asked for.

    `share`: what is left of the limit of so many tokens is kept for the answer.
    """

    ending: Ending
    share: int | None = None


class NoWay(Fault):
    """The server does not take a reply that has begun."""

    def __init__(self) -> None:
        super().__init__("refused", "server", "no_way")


Told = Event | HandedOff | Notice

"""What can go wrong with a model server."""

from collections.abc import Mapping
from dataclasses import dataclass

from chat.profiles.sentence import Sentence
from termination import EndingCode, Source

_ROOM = "fault."


@dataclass(eq=False)
class Fault(Exception):
    """A server that failed: `code` and `source` are the ending's, `sentence` says what happened and what to do.

    `request_id` is what the server calls the request; empty if it did not say.
    """

    code: EndingCode
    source: Source
    sentence: Sentence
    request_id: str = ""

    @property
    def kind(self) -> str:
        """Return the key of the sentence, without `fault.`."""
        return self.sentence.key.removeprefix(_ROOM)

    @property
    def facts(self) -> Mapping[str, str]:
        """Return the facts of the sentence, as text."""
        return {name: str(fact) for name, fact in self.sentence.facts.items()}


def make_fault(code: EndingCode, source: Source, kind: str, **facts: str) -> Fault:
    """Return the fault of that kind."""
    return Fault(code, source, Sentence(_ROOM + kind, facts))


def refused_here(kind: str, **facts: str) -> Fault:
    """Return the fault of a request that is not sent, because the server would reject it."""
    return make_fault("refused", "client", kind, **facts)


def refused(kind: str, **facts: str) -> Fault:
    """Return the fault of a request that the server rejected."""
    return make_fault("refused", "server", kind, **facts)

"""What can go wrong with a server, told in facts; the sentences are in chat/words/texts.py."""

from dataclasses import dataclass, field

from termination import EndingCode, Source


@dataclass(eq=False)
class Fault(Exception):
    """A server that failed. `kind` names the sentence, `facts` fill it; `code` and `source` are the ending's."""

    code: EndingCode
    source: Source
    kind: str
    facts: dict[str, str] = field(default_factory=dict)


def refused(kind: str, **facts: str) -> Fault:
    """The request was not taken."""
    return Fault("refused", "server", kind, facts)

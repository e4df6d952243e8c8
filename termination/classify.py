"""Map the server's reason for an ending to an ending code."""

from termination.arguments import written
from termination.ending import EndingCode, Source
from termination.policy import Policy

_WORDS: dict[str, tuple[EndingCode, Source]] = {
    "length": ("length", "server"),
    "max_tokens": ("length", "server"),
    "repetition": ("loop", "server"),
    "tool_calls": ("tool_calls", "model"),
    "function_call": ("tool_calls", "model"),
    "content_filter": ("content_filter", "server"),
    "abort": ("aborted", "server"),
}
_NATURAL = frozenset({"stop", "eos", "eos_token", "end_turn", "stop_sequence"})


def is_natural(finish_reason: str | None) -> bool:
    """True if the server says that the model came to its own end."""
    return finish_reason in _NATURAL


def classify(
    finish_reason: str, stop_reason: int | str | None, policy: Policy, answered: bool
) -> tuple[EndingCode, Source]:
    """Return the ending's code and source; an unknown word counts as `aborted`.

    `finish_reason: "stop"` alone does not mean that there is an answer. With vLLM it also stands for a stop
    token, a stop text and an end inside the thought, distinguished by `stop_reason`.
    """
    if not is_natural(finish_reason):
        return _WORDS.get(finish_reason, ("aborted", "server"))
    close = policy.markers.close if policy.markers else ()
    elsewhere = isinstance(stop_reason, str) and stop_reason.strip() not in close
    if policy.thought_only and not answered and not elsewhere:
        return "thought_complete", "model"
    if isinstance(stop_reason, str):
        return "stop_text", "server"
    return "complete", "model"


def condition_of(stop_reason: int | str | None) -> str | None:
    """Return the stop text, or id, that the server has found, in the notation of conditions.

    >>> condition_of("END"), condition_of(151645), condition_of(None)
    ('stop("END")', 'stop_ids(151645)', None)
    """
    if stop_reason is None:
        return None
    name = "stop" if isinstance(stop_reason, str) else "stop_ids"
    return f"{name}({written(stop_reason)})"

"""The server's own ending, read as one of ours."""

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
    """Whether the server says that the model came to its own end."""
    return finish_reason in _NATURAL


def classify(
    finish_reason: str, stop_reason: int | str | None, policy: Policy, answered: bool
) -> tuple[EndingCode, Source]:
    """The ending's code and source; a word nobody knows counts as `aborted`.

    `finish_reason: "stop"` alone does not mean that there is an answer: with vLLM it also stands for a stop
    token, a stop text and an end inside the thought, told apart by `stop_reason`.
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

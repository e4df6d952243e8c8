"""Map the server's reason for an ending to an ending code."""

import re

from termination.arguments import written
from termination.chunks.shapes import finish_word
from termination.ending import EndingCode, Source
from termination.policy import Policy

# Words for an ending, as `finish_word` gives them. Unknown ones count as `aborted`.
_WORDS: dict[str, tuple[EndingCode, Source]] = {
    "length": ("length", "server"),
    "max_tokens": ("length", "server"),  # TGI, Gemini, Anthropic
    "max_length": ("length", "server"),
    "max_new_tokens": ("length", "server"),
    "max_completion_tokens": ("length", "server"),
    "max_output_tokens": ("length", "server"),
    "token_limit": ("length", "server"),
    "model_length": ("length", "server"),  # Mistral
    "context_length": ("length", "server"),
    "context_length_exceeded": ("length", "server"),
    "model_context_window_exceeded": ("length", "server"),  # Anthropic
    "limit": ("length", "server"),  # llama.cpp, /completion
    "repetition": ("loop", "server"),  # vLLM, repetition_detection
    "tool_calls": ("tool_calls", "model"),
    "tool_call": ("tool_calls", "model"),
    "tool_use": ("tool_calls", "model"),  # Anthropic
    "function_call": ("tool_calls", "model"),
    "content_filter": ("content_filter", "server"),
    "safety": ("content_filter", "server"),  # Gemini
    "recitation": ("content_filter", "server"),
    "blocklist": ("content_filter", "server"),
    "prohibited_content": ("content_filter", "server"),
    "sensitive": ("content_filter", "server"),  # Zhipu
    "refusal": ("content_filter", "server"),  # Anthropic
    "abort": ("aborted", "server"),
}
DONE = "[DONE]"  # the reason of a server that says only that it is done
_NATURAL = frozenset(
    {
        "stop",
        "eos",
        "eos_token",  # TGI
        "eos_found",
        "end",
        "end_turn",  # Anthropic
        "stop_sequence",
        "stop_token",
        "complete",  # Cohere
        "completed",
        "done",
        "[done]",
        "finished",
        "normal",
        "success",
    }
)
# A stop reason that only repeats that the model came to its end. "stop_sequence" and "end" are not among them.
_OWN_ENDS = frozenset(
    {"stop", "eos", "eos_token", "eos_found", "eot", "end_turn", "end_of_turn", "stop_token", DONE.lower()}
)
# End tokens of models, as their tokenizers write them.
_END_TOKEN = re.compile(r"<\|[^|<>]+\|>|<｜[^｜<>]+｜>|</s>|<(eos|eot|end_of_turn|eos_token)>")


def is_natural(finish_reason: str | None) -> bool:
    """True if the server says that the model came to its own end."""
    return finish_reason is not None and finish_word(finish_reason) in _NATURAL


def is_own_end(stop_reason: int | str | None, policy: Policy) -> bool:
    """True if the stop reason names the model's own end: its end token, or a word such as "stop".

    SGLang puts the token's text into `matched_stop`, TGI and proxies a word.
    """
    if not isinstance(stop_reason, str):
        return False
    text = stop_reason.strip()
    if text in policy.last_words or finish_word(text) in _OWN_ENDS:
        return True
    return _END_TOKEN.fullmatch(text) is not None


def classify(
    finish_reason: str, stop_reason: int | str | None, policy: Policy, answered: bool
) -> tuple[EndingCode, Source]:
    """Return the ending's code and source; an unknown word counts as `aborted`.

    `finish_reason: "stop"` alone does not mean that there is an answer. With vLLM it also stands for a stop
    token, a stop text and an end inside the thought, distinguished by `stop_reason`.
    """
    if not is_natural(finish_reason):
        return _WORDS.get(finish_word(finish_reason), ("aborted", "server"))
    close = policy.markers.close if policy.markers else ()
    at_close = isinstance(stop_reason, str) and stop_reason.strip() in close
    elsewhere = isinstance(stop_reason, str) and not at_close and not is_own_end(stop_reason, policy)
    if policy.thought_only and not answered and not elsewhere:
        return "thought_complete", "model"
    if isinstance(stop_reason, str) and not is_own_end(stop_reason, policy):
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

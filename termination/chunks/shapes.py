"""The shapes in which servers send text, counts and reasons: tables, and what reads them.

Sources: vLLM (vllm/entrypoints/openai), SGLang, llama.cpp (tools/server), LMDeploy and TGI; the APIs of Mistral,
DashScope, OpenRouter, LiteLLM, MiniMax, Zhipu and Gemini, as public reports quote them.
"""

from collections.abc import Mapping

# Fields of a delta or message with the thought; the first that has text counts, others repeat it.
THOUGHT_FIELDS = (
    "reasoning",  # vLLM since 0.16, OpenRouter
    "reasoning_content",  # DeepSeek, vLLM before 0.16, SGLang, llama.cpp
    "reasoning_text",  # GitHub Copilot
    "thinking",  # Ollama
    "thinking_content",  # proxies for Anthropic
    "thought",  # Gemini behind some proxies
    "thoughts",
    "reasoning_details",  # OpenRouter: a list of parts
    "thinking_blocks",  # LiteLLM: a list of parts
)
ANSWER_FIELDS = ("content", "refusal")  # OpenAI
# Fields of a part with its text, and types of parts that belong to the thought (Mistral, Anthropic, OpenRouter).
PART_FIELDS = ("text", "content", "thinking", "summary", "refusal")
THOUGHT_PARTS = ("thinking", "reasoning", "thought", "reasoning.text", "reasoning.summary")
# Where a choice has its reason for the end; some put it into the delta.
FINISH_FIELDS = ("finish_reason", "finishReason")
NO_FINISH = ("", "null", "none", "nil", "undefined", "unspecified")
STOP_FIELDS = ("stop_reason", "matched_stop")  # vLLM, SGLang
# Where a chunk or its choice has the counts, and their names.
USAGE_FIELD, USAGE_HOLDER = "usage", "x_groq"  # Moonshot puts `usage` into the choice, Groq into an object of its own
COMPLETION_FIELDS = ("completion_tokens", "output_tokens", "generated_tokens")  # OpenAI, Anthropic, TGI
PROMPT_FIELDS = ("prompt_tokens", "input_tokens")
DETAILS_FIELDS = ("completion_tokens_details", "output_tokens_details")
MOST_TOKENS = 100_000_000  # a larger count cannot be true
DEPTH = 6  # of lists and objects with text
_NO_FIELDS = (str, bytes, int, float, list, tuple, type(None))
_NO_STOP = ("", "null", "None")
_PREFIXES = ("finish_reason_", "finishreason.")


def field(value: object, name: str, default: object = None) -> object:
    """Return a key of a mapping or an attribute of an object; the default if there is none."""
    if isinstance(value, Mapping):
        return value.get(name, default)
    if isinstance(value, _NO_FIELDS):
        return default
    return getattr(value, name, default)


def fields(value: object, name: str) -> object:
    """Return a field that has fields of its own, None if it is something else or empty."""
    found = field(value, name)
    if isinstance(found, _NO_FIELDS):
        return None
    return found or None


def first_choice(choices: object, index: int = 0) -> object:
    """Return the choice that is shown: that with this index, or an index that is no number.

    None if there are no choices, OTHERS if there are only others.
    """
    if not isinstance(choices, list):
        return None
    found = [each for each in choices if not isinstance(each, _NO_FIELDS)]
    if not found:
        return None
    return next((each for each in found if not _is_other(field(each, "index"), index)), OTHERS)


OTHERS = object()  # a chunk has choices, but not the first one


def _is_other(index: object, shown: int) -> bool:
    return isinstance(index, int) and index != shown and index >= 0


def read_texts(said: object) -> tuple[str, str]:
    """Return thought and answer of a delta or message."""
    thought = next(filter(None, (text_of(field(said, name)) for name in THOUGHT_FIELDS)), "")
    answer = ""
    for name in ANSWER_FIELDS:
        value = field(said, name)
        if isinstance(value, list):
            parts = [part for part in value if not _is_thought(part)]
            thought = thought or text_of([part for part in value if _is_thought(part)])
            answer = answer or text_of(parts)
        else:
            answer = answer or text_of(value)
    return thought, answer


def _is_thought(part: object) -> bool:
    return field(part, "type") in THOUGHT_PARTS


def text_of(value: object, depth: int = DEPTH) -> str:
    """Return the text of a string, of an object with text, or of a list of both."""
    if isinstance(value, str):
        return value
    if depth and isinstance(value, list):
        return "".join(text_of(part, depth - 1) for part in value)
    if depth and not isinstance(value, _NO_FIELDS):
        return next(filter(None, (text_of(field(value, name), depth - 1) for name in PART_FIELDS)), "")
    return ""


def read_finish(*places: object) -> str | None:
    """Return the reason for the end from the first of these objects that has one; None for words that mean none."""
    for place in places:
        for name in FINISH_FIELDS:
            value = field(place, name)
            if not isinstance(value, str | None):
                value = field(value, "type")  # SGLang: an object
            if isinstance(value, str) and finish_word(value) not in NO_FINISH:
                return value.strip()
    return None


def finish_word(reason: str) -> str:
    """Return the word of a reason: without its case, prefix and white space.

    >>> finish_word("FinishReason.STOP"), finish_word(" MAX_TOKENS ")
    ('stop', 'max_tokens')
    """
    word = reason.strip().lower().replace(" ", "_").replace("-", "_")
    for prefix in _PREFIXES:
        word = word.removeprefix(prefix)
    return word


def read_stop_reason(choice: object) -> int | str | None:
    """Return the stop text or the id of a stop token; None if there is none, or it makes no sense."""
    value = next((found for name in STOP_FIELDS if (found := field(choice, name)) is not None), None)
    if isinstance(value, str):
        return None if value in _NO_STOP else value
    return number(value)


def counts_of(*places: object) -> object:
    """Return the object with the counts from the first of these places that has one, None if none has."""
    for place in places:
        if found := fields(place, USAGE_FIELD) or fields(field(place, USAGE_HOLDER), USAGE_FIELD):
            return found
    return None


def count_in(counts: object, names: tuple[str, ...]) -> int | None:
    """Return the count of the first of these names that has one; None if there is none."""
    return next((found for name in names if (found := number(field(counts, name))) is not None), None)


def number(value: object) -> int | None:
    """Return a count or an id, also one that is written as text; None if the value is none."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < len(str(MOST_TOKENS)):
        return int(value)
    if type(value) is not int or not 0 <= value <= MOST_TOKENS:
        return None
    return value

"""Chunks of a server's stream, in whatever dialect they come, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

_NO_FIELDS = (str, bytes, int, float, list, tuple, type(None))


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens so far, as the server counts them.

    Attributes:
        completion: tokens of thought and answer.
        reasoning: tokens of the thought, if the server has a reasoning parser, else None.
        prompt: tokens of the prompt, None if the server does not say. They are the same in every chunk.
    """

    completion: int
    reasoning: int | None = None
    prompt: int | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """One chunk: text for the thought and for the answer, and how the server ended, if it did.

    Attributes:
        reasoning: text of the thought, if the server has a reasoning parser.
        content: text of the answer; without a reasoning parser, all text.
        finish_reason: the server's word for the end, None before it.
        stop_reason: vLLM's extension. It is None for the model's own end token, an id for a stop token, and a text for
            a stop text (vllm/v1/engine/__init__.py, release 0.33).
        usage: the server's count so far, None if the chunk has none.
        token_ids: the ids of this chunk, if the request asked for `return_token_ids`.
    """

    reasoning: str = ""
    content: str = ""
    finish_reason: str | None = None
    stop_reason: int | str | None = None
    usage: Usage | None = None
    token_ids: tuple[int, ...] = ()


def delta(chunk: object) -> Delta:
    """Return one chunk of a stream as a Delta.

    It reads `reasoning` (vLLM since 0.16), `reasoning_content` (vLLM before it, SGLang, llama.cpp), and the `text` of
    /v1/completions. What is unknown is ignored; what is missing or malformed is empty.

    Args:
        chunk: a chunk of the OpenAI client, or the chunk's JSON as a dict; also a whole reply without `stream`. Of
            several choices the first one counts.
    """
    choice = _first_choice(_field(chunk, "choices"))
    if choice is _OTHERS:
        return Delta()
    said = _parts(choice, "delta") or _parts(choice, "message")
    stop_reason = _field(choice, "stop_reason", _field(choice, "matched_stop"))  # vLLM's name, and SGLang's
    return Delta(
        reasoning=_text(_field(said, "reasoning")) or _text(_field(said, "reasoning_content")),
        content=_text(_field(said, "content")) or _text(_field(choice, "text")),
        finish_reason=_text(_field(choice, "finish_reason")) or None,
        stop_reason=stop_reason if isinstance(stop_reason, int | str) else None,
        usage=_usage(chunk),
        token_ids=_token_ids(_field(choice, "token_ids")),
    )


_OTHERS = object()  # a chunk has choices, but not the first one


def _field(value: object, name: str, default: object = None) -> object:
    """Return a key of a mapping or an attribute of an object; the default if there is none."""
    if isinstance(value, Mapping):
        return value.get(name, default)
    if isinstance(value, _NO_FIELDS):
        return default
    return getattr(value, name, default)


def _first_choice(choices: object) -> object:
    """Return the choice with index 0 or without one, None if there are no choices, _OTHERS if there are only others."""
    if not isinstance(choices, list):
        return None
    found = [each for each in choices if not isinstance(each, _NO_FIELDS)]
    if not found:
        return None
    return next((each for each in found if _field(each, "index") in (0, None)), _OTHERS)


def _usage(chunk: object) -> Usage | None:
    if usage := _parts(chunk, "usage"):
        reasoning = _number(_field(_field(usage, "completion_tokens_details"), "reasoning_tokens"))
        prompt = _number(_field(usage, "prompt_tokens")) or None
        return Usage(_number(_field(usage, "completion_tokens")), reasoning or None, prompt)
    if timings := _parts(chunk, "timings"):
        read, known = _field(timings, "prompt_n"), _field(timings, "cache_n")  # tokens read now, and known before
        prompt = None
        if read is not None and known is not None:
            prompt = _number(read) + _number(known)
        return Usage(_number(_field(timings, "predicted_n")), prompt=prompt)
    return None


def _parts(value: object, name: str) -> object:
    """Return a field that has fields of its own, None if it is something else or empty."""
    found = _field(value, name)
    if isinstance(found, _NO_FIELDS):
        return None
    return found or None


def _token_ids(ids: object) -> tuple[int, ...]:
    if not isinstance(ids, list):
        return ()
    return tuple(each for each in ids if type(each) is int)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0

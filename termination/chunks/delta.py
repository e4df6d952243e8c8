"""Chunks of a server's stream, in whatever dialect they come, as plain values.

They are named tuples, since one is made for each token.
"""

from typing import NamedTuple

from termination.chunks.shapes import (
    COMPLETION_FIELDS,
    DETAILS_FIELDS,
    OTHERS,
    PROMPT_FIELDS,
    count_in,
    counts_of,
    field,
    fields,
    first_choice,
    number,
    read_finish,
    read_stop_reason,
    read_texts,
    text_of,
)


class Usage(NamedTuple):
    """The tokens so far, as the server counts them.

    Attributes:
        completion: tokens of thought and answer.
        reasoning: tokens of the thought, if the server has a reasoning parser, else None.
        prompt: tokens of the prompt, None if the server does not say. They are the same in every chunk.
    """

    completion: int
    reasoning: int | None = None
    prompt: int | None = None


class Delta(NamedTuple):
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


def delta(chunk: object, index: int = 0) -> Delta:
    """Return one chunk of a stream as a Delta.

    It reads every shape of text that the tables of `termination/chunks/shapes.py` know, and the `text` of
    /v1/completions. What is unknown is ignored; what is missing or malformed is empty.

    Args:
        chunk: a chunk of the OpenAI client, or the chunk's JSON as a dict; also a whole reply without `stream`. Of
            several choices the first one counts.
        index: the number of the choice that counts.
    """
    choice = first_choice(field(chunk, "choices"), index)
    if choice is OTHERS:
        return Delta()
    said = fields(choice, "delta")
    reasoning, content = read_texts(said)
    if not (reasoning or content):
        reasoning, content = read_texts(fields(choice, "message"))
    return Delta(
        reasoning=reasoning,
        content=content or text_of(field(choice, "text")),
        finish_reason=read_finish(choice, said),
        stop_reason=read_stop_reason(choice),
        usage=_usage(chunk, choice),
        token_ids=_token_ids(field(choice, "token_ids")),
    )


def _usage(chunk: object, choice: object) -> Usage | None:
    if usage := counts_of(chunk, choice):
        details = next(filter(None, (fields(usage, name) for name in DETAILS_FIELDS)), None)
        reasoning = number(field(details, "reasoning_tokens"))
        prompt, completion = count_in(usage, PROMPT_FIELDS), count_in(usage, COMPLETION_FIELDS)
        if completion is None:
            completion = max((number(field(usage, "total_tokens")) or 0) - (prompt or 0), 0) if prompt else 0
        return Usage(completion, reasoning or None, prompt or None)
    if timings := fields(chunk, "timings"):
        read, known = number(field(timings, "prompt_n")), number(field(timings, "cache_n"))  # read now, known before
        prompt = None if read is None or known is None else read + known
        return Usage(number(field(timings, "predicted_n")) or 0, prompt=prompt)
    return None


def _token_ids(ids: object) -> tuple[int, ...]:
    if not isinstance(ids, list):
        return ()
    return tuple(each for each in ids if type(each) is int)

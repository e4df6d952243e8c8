"""What one chunk of the server's stream says, whatever dialect it came in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens so far as the server counts them; `reasoning` only where it has a reasoning parser.

    `prompt` are those of the prompt, None where the server does not say: the same in each chunk that has them.
    """

    completion: int
    reasoning: int | None = None
    prompt: int | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """One chunk: text for the thought and for the answer, and how the server ended, if it did.

    `token_ids` are those of this chunk, where the request asked for `return_token_ids`.
    `reasoning` holds `delta.reasoning` or the older `delta.reasoning_content`, `content` holds
    `delta.content`. `stop_reason` is vLLM's extension: null for the model's own end token, the id for a
    stop token, the text for a stop text (vllm/v1/engine/__init__.py, release 0.33).
    """

    reasoning: str = ""
    content: str = ""
    finish_reason: str | None = None
    stop_reason: int | str | None = None
    usage: Usage | None = None
    token_ids: tuple[int, ...] = ()

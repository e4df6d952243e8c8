"""What vLLM tells of its prompt when it is asked with one token whether it goes on with a reply."""

from collections.abc import Sequence
from typing import Any, Literal

from tests.scripted_server.steps import Body, Status

ShowsPrompt = Literal["text", "ids", "no"]
"""From vLLM 0.32 on; from 0.10.2 on; before, and elsewhere."""


def tries_continuing(path: str, body: Body) -> bool:
    """Whether it only tries whether a reply that is begun is taken: the script is for others."""
    tried = path.endswith("/chat/completions") and "continue_final_message" in body
    return tried and body.get("max_tokens") == 1 and not body.get("stream")


def answered(body: Body, prompt: str, ids: Sequence[int], shows: ShowsPrompt, counts: bool) -> Status:
    """One token, and what was asked of the prompt."""
    message = {"role": "assistant", "content": "Hello", "reasoning": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "length", "stop_reason": None}
    usage = {"prompt_tokens": len(ids), "completion_tokens": 1, "total_tokens": len(ids) + 1}
    answer: dict[str, Any] = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1795290000}
    answer |= {"model": body["model"], "choices": [choice], "usage": usage if counts else None}
    answer["prompt_text"] = prompt if shows == "text" and body.get("return_prompt_text") else None
    answer["prompt_token_ids"] = list(ids) if shows != "no" and body.get("return_token_ids") else None
    return Status(200, answer)

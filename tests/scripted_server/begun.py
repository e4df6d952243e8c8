"""What vLLM shows of its prompt to a probe that asks, with one token, whether it continues a partial reply."""

from collections.abc import Sequence
from typing import Any, Literal

from tests.scripted_server.steps import Body, Status

ShowsPrompt = Literal["text", "ids", "no"]
"""Text from vLLM 0.32 on, ids from 0.10.2 on, neither before and on other servers."""


def tries_continuing(path: str, body: Body) -> bool:
    """True for a probe that only tries whether a partial reply is accepted: it takes no script."""
    tried = path.endswith("/chat/completions") and "continue_final_message" in body
    return tried and body.get("max_tokens") == 1 and not body.get("stream")


def probe_answer(body: Body, prompt: str, ids: Sequence[int], shows: ShowsPrompt, counts: bool) -> Status:
    """Return one token, and what the probe asked of the prompt."""
    message = {"role": "assistant", "content": "Hello", "reasoning": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "length", "stop_reason": None}
    usage = {"prompt_tokens": len(ids), "completion_tokens": 1, "total_tokens": len(ids) + 1}
    answer: dict[str, Any] = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1795290000}
    answer |= {"model": body["model"], "choices": [choice], "usage": usage if counts else None}
    answer["prompt_text"] = prompt if shows == "text" and body.get("return_prompt_text") else None
    answer["prompt_token_ids"] = list(ids) if shows != "no" and body.get("return_token_ids") else None
    return Status(200, answer)

"""What the chat templates of the shipped models do with a chat: headers, past thoughts, what they refuse.

Each returns the chat as the prompt has it, and the text after it with which the reply begins. Raises ValueError for
messages that it refuses, as vLLM does with status 400.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Messages = Sequence[Mapping[str, str]]
Arguments = Mapping[str, Any]
NO_THOUGHT = "<think>\n\n</think>\n\n"


def chatml(messages: Messages, _: Arguments) -> tuple[str, str]:
    """Render plain ChatML: the model writes its markers itself."""
    said = (f"<|im_start|>{each['role']}\n{each['content']}<|im_end|>\n" for each in messages)
    return "".join(said), "<|im_start|>assistant\n"


def chatml_with_a_system_prompt(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    """Render as SmolLM2's template does: without a system prompt it adds one of its own."""
    own = [] if messages[0]["role"] == "system" else [{"role": "system", "content": "You are SmolLM."}]
    return chatml([*own, *messages], arguments)


def qwen3(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    chat, opening = chatml(without_thoughts(messages), arguments)
    return chat, opening + ("" if arguments.get("enable_thinking", True) else NO_THOUGHT)


def qwen3_thinking(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    chat, opening = chatml(without_thoughts(messages), arguments)
    return chat, f"{opening}<think>\n"


def r1_older(messages: Messages, _: Arguments) -> tuple[str, str]:
    """Render as before early 2025: the model itself opens the thought, and may skip it."""
    heads = {"system": "", "user": "<｜User｜>", "assistant": "<｜Assistant｜>"}
    ends = {"assistant": "<｜end▁of▁sentence｜>"}
    said = (heads[each["role"]] + each["content"] + ends.get(each["role"], "") for each in without_thoughts(messages))
    return "<｜begin▁of▁sentence｜>" + "".join(said), "<｜Assistant｜>"


def r1(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    chat, opening = r1_older(messages, arguments)
    return chat, f"{opening}<think>\n"


def glm_4(messages: Messages, _: Arguments) -> tuple[str, str]:
    return "[gMASK]<sop>" + "".join(f"<|{each['role']}|>\n{each['content']}" for each in messages), "<|assistant|>"


def glm_4_7(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    chat, opening = glm_4(without_thoughts(messages), arguments)
    return chat, opening + ("<think>" if arguments.get("enable_thinking", True) else "</think>")


def harmony(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    """Render as gpt-oss's template does: the system prompt becomes the developer's; past answers have no channels."""
    if any(each["role"] == "assistant" and "<|channel|>" in each["content"] for each in messages):
        raise ValueError("You have passed a message containing <|channel|> tags in the content field.")
    effort = arguments.get("reasoning_effort", "medium")
    heads = {"system": "developer", "user": "user", "assistant": "assistant<|channel|>final"}
    said = (f"<|start|>{heads[each['role']]}<|message|>{each['content']}<|end|>" for each in messages)
    system = f"<|start|>system<|message|>Reasoning: {effort}<|end|>"
    return system + "".join(said), "<|start|>assistant"


def llama_3_1(messages: Messages, _: Arguments) -> tuple[str, str]:
    """Render as Llama 3.1's template does: it always writes a system message, with dates."""
    system = "".join(each["content"] for each in messages if each["role"] == "system")
    rest = [each for each in messages if each["role"] != "system"]
    dated = [{"role": "system", "content": f"Cutting Knowledge Date: December 2023\n\n{system}"}, *rest]
    head = "<|start_header_id|>{role}<|end_header_id|>\n\n"
    said = (head.format(role=each["role"]) + each["content"] + "<|eot_id|>" for each in dated)
    return "<|begin_of_text|>" + "".join(said), head.format(role="assistant")


def mistral_v1(messages: Messages, _: Arguments) -> tuple[str, str]:
    """Render as the original Mistral template does: questions and answers in turn, and nothing else."""
    for number, each in enumerate(messages):
        if each["role"] != ("user", "assistant")[number % 2]:
            raise ValueError("Conversation roles must alternate user/assistant/user/assistant/...")
    user = (
        f"[INST] {each['content']} [/INST]" if each["role"] == "user" else f"{each['content']}</s>" for each in messages
    )
    return "<s>" + "".join(user), ""


def without_thoughts(messages: Messages) -> Messages:
    return [
        {**each, "content": each["content"].rpartition("</think>")[2]} if each["role"] == "assistant" else each
        for each in messages
    ]

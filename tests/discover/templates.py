"""What the chat templates of many families do with a chat, after their documentation; and templates that mislead.

Each returns the chat as the prompt has it, and the text after it with which the reply begins. ValueError: rejected.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.shapes.shape import Template
from tests.shapes.templates import NO_THOUGHT, Arguments, Messages, chatml, glm_4, qwen3, without_thoughts

Message = Mapping[str, str]


def turns(
    write: Callable[[Message], str], opening: str, *, begin: str = "", off: str = "", switch: str = "", on: str = ""
) -> Template:
    """Return a template that writes one message after another.

    `switch` is the argument that turns thinking off, with `off` in the prompt then. With `on`, thinking is off unless
    the argument turns it on.
    """

    def template(messages: Messages, arguments: Arguments) -> tuple[str, str]:
        chat = begin + "".join(map(write, messages))
        thinks = arguments.get(switch, not on)
        return chat, opening + ((on if thinks else off) if switch else "")

    return template


def heads(user: str, assistant: str, end: str, user_end: str = "", system: str = "") -> Callable[[Message], str]:
    """Return what writes a message after the head of its role."""
    texts = {"user": (user, user_end), "assistant": (assistant, end), "system": (system, user_end)}
    return lambda each: texts[each["role"]][0] + each["content"] + texts[each["role"]][1]


def with_field(each: Message, opening: str, closing: str) -> str:
    """Return the content of a past reply, after its thought from the field."""
    thought = each.get("reasoning_content") if each["role"] == "assistant" else None
    return f"{opening}{thought}{closing}{each['content']}" if thought is not None else each["content"]


def im(each: Message) -> str:
    return f"<|im_start|>{each['role']}\n{each['content']}<|im_end|>\n"


def system_first(template: Template, words: str) -> Template:
    """Return the template with a system message of its own where there is none."""

    def with_system(messages: Messages, arguments: Arguments) -> tuple[str, str]:
        own = [] if messages[0]["role"] == "system" else [{"role": "system", "content": words}]
        return template([*own, *messages], arguments)

    return with_system


def into_question(template: Template, between: str = "\n\n") -> Template:
    """Return the template with the system message at the start of the first question."""

    def merged(messages: Messages, arguments: Arguments) -> tuple[str, str]:
        if messages[0]["role"] != "system":
            return template(messages, arguments)
        system, question, *rest = messages
        return template([{**question, "content": system["content"] + between + question["content"]}, *rest], arguments)

    return merged


def without_system(template: Template, words: str = "") -> Template:
    """Return the template that drops a system message silently, or rejects it with these words."""

    def strict(messages: Messages, arguments: Arguments) -> tuple[str, str]:
        if words and messages[0]["role"] == "system":
            raise ValueError(words)
        return template([each for each in messages if each["role"] != "system"], arguments)

    return strict


def glm_4_5(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    """Render as GLM-4.5: off is a word after the question and an empty thought; past thoughts are empty."""
    thinks = arguments.get("enable_thinking", True)
    shown = [
        {**each, "content": f"<think></think>\n{each['content']}"} if each["role"] == "assistant" else each
        for each in without_thoughts(messages)
    ]
    chat, opening = glm_4(shown, arguments)
    return chat, ("" if thinks else "/nothink") + opening + ("" if thinks else "\n<think></think>")


def deepseek_v3_1(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    """Render as DeepSeek-V3.1: every reply begins with the end of a thought, unless thinking is switched on."""
    write = heads("<｜User｜>", "<｜Assistant｜></think>", "<｜end▁of▁sentence｜>")
    opening = "<think>" if arguments.get("thinking", False) else "</think>"
    chat = "<｜begin▁of▁sentence｜>" + "".join(map(write, without_thoughts(messages)))
    return chat, f"<｜Assistant｜>{opening}"


def granite(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    """Render as Granite 3.2: the switch adds a sentence to the system message."""
    words = "You are Granite."
    if arguments.get("thinking"):
        words += (
            " Write your thoughts after 'Here is my thought process:' and your answer after 'Here is my response:'."
        )
    write = (
        f"<|start_of_role|>{each['role']}<|end_of_role|>{each['content']}<|end_of_text|>\n"
        for each in ({"role": "system", "content": words}, *messages)
    )
    return "".join(write), "<|start_of_role|>assistant<|end_of_role|>"


def smollm3(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    """Render as SmolLM3: the switch changes the system message and the end of the prompt."""
    thinks = arguments.get("enable_thinking", True)
    own = {"role": "system", "content": f"Reasoning Mode: {'/think' if thinks else '/no_think'}"}
    chat, opening = chatml([own, *messages], arguments)
    return chat, opening + ("" if thinks else "<think>\n\n</think>\n")


def phi_4(each: Message) -> str:
    return f"<|im_start|>{each['role']}<|im_sep|>{each['content']}<|im_end|>"


def kimi(each: Message) -> str:
    content = with_field(each, "<think>", "</think>")
    return f"<|im_{each['role']}|>{each['role']}<|im_middle|>{content}<|im_end|>"


def minimax(messages: Messages, _: Arguments) -> tuple[str, str]:
    """Render as MiniMax-M2: past thoughts before the last question are dropped."""
    names = {"assistant": "ai"}
    write = (f"]~b]{names.get(each['role'], each['role'])}\n{each['content']}[e~[\n" for each in messages)
    return "]~!b[" + "".join(write), "]~b]ai\n<think>\n"


def opens_with_a_flag(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    chat, opening = chatml(messages, arguments)
    return chat, opening + ("<think>\n" if arguments.get("enable_thinking") else "")


def always_an_empty_thought(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    chat, opening = qwen3(messages, arguments)
    return chat, opening.removesuffix(NO_THOUGHT) + NO_THOUGHT


def rejects_markers(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    if any("</think>" in each["content"] for each in messages):
        raise ValueError("Content must not contain thinking tags.")
    chat, opening = chatml(messages, arguments)
    return chat, f"{opening}<think>\n"


def rejects_all(_: Messages, __: Arguments) -> tuple[str, str]:
    raise ValueError("unexpected '}'")


def mentions_its_markers(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    """Render with a system message that explains the markers, for a model that writes them itself."""
    explained = "Think between <think> and </think>, then answer."
    return system_first(chatml, explained)(messages, arguments)


def changes_nothing_that_matters(messages: Messages, arguments: Arguments) -> tuple[str, str]:
    """Render with a date that a switch changes: it is no switch of the thought."""
    chat, opening = chatml(messages, arguments)
    return (f"<|im_start|>system\nVerbose: {arguments.get('reasoning_effort', 'off')}<|im_end|>\n{chat}", opening)


EXAONE = heads("[|user|]", "[|assistant|]", "[|endofturn|]\n", "[|endofturn|]\n", "[|system|]")
SEED = heads("<seed:bos>user\n", "<seed:bos>assistant\n", "<seed:eos>", "<seed:eos>", "<seed:bos>system\n")
GEMMA = heads("<start_of_turn>user\n", "<start_of_turn>model\n", "<end_of_turn>\n", "<end_of_turn>\n")
HUNYUAN = heads("<|startoftext|>", "", "<|eos|>", "<|extra_0|>", "<|startoftext|>")
MISTRAL = heads("[INST]", "", "</s>", "[/INST]", "[SYSTEM_PROMPT]")
LLAMA = "<|start_header_id|>{role}<|end_header_id|>\n\n"


def llama(each: Any) -> str:
    return LLAMA.format(role=each["role"]) + f"{each['content']}<|eot_id|>"


def ernie(each: Message) -> str:
    return f"<|im_start|>{each['role']}\n{each['content']}<|im_end|>\n\n"

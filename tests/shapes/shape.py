"""The shape of a model: its vocabulary, its ends, its template, and what it writes after a prompt."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.shapes import templates
from tests.shapes.templates import Arguments, Messages
from tests.shapes.vocabulary import (
    GLM_4,
    GLM_4_7,
    GPT_OSS,
    LLAMA_3_1,
    MISTRAL_V1,
    QWEN3,
    R1_DISTILL_QWEN,
    SMOLLM2,
    Vocabulary,
)

THOUGHT = "Two and two, 二加二。"
ANSWER = "1+1+2 is 4 🙂."
RUNS_ON = "And so on, for ever. "  # what a model writes after its end if nothing stops it

Template = Callable[[Messages, Arguments], tuple[str, str]]
Parser = Literal["none", "tags", "harmony"]


def answers(end: str, before: str = "") -> Callable[[str], str]:
    """Return a model that does not think."""
    return lambda _: before + ANSWER + end


def thinks(end: str) -> Callable[[str], str]:
    """Return a model that thinks as far as the prompt has not done it already."""

    def writes(prompt: str) -> str:
        if prompt.rstrip().endswith("</think>"):
            return ANSWER + end
        opening = "" if prompt.rstrip().endswith("<think>") else "<think>\n"
        return f"{opening}{THOUGHT}\n</think>\n\n{ANSWER}{end}"

    return writes


def skips_the_thought(end: str) -> Callable[[str], str]:
    """Return a model like DeepSeek-R1, which thinks only if the prompt has opened the thought."""

    def writes(prompt: str) -> str:
        opened = prompt.rstrip().endswith("<think>")
        return thinks(end)(prompt) if opened else f"{templates.NO_THOUGHT}{ANSWER}{end}"

    return writes


def speaks_harmony(prompt: str) -> str:
    """Write as gpt-oss does: the thought says how hard it was to think."""
    effort = prompt.partition("Reasoning: ")[2].partition("<")[0]
    thought = f"<|channel|>analysis<|message|>{THOUGHT} ({effort})<|end|>"
    return f"{thought}<|start|>assistant<|channel|>final<|message|>{ANSWER}<|return|>"


@dataclass(frozen=True, slots=True)
class Shape:
    """`eos` are the ends that the server knows, the tokenizer's own first. `parsers`: with which it may be served."""

    model: str
    vocabulary: Vocabulary
    eos: tuple[int, ...]
    template: Template
    writes: Callable[[str], str]
    parsers: tuple[Parser, ...] = ("none",)


SHAPES = {
    "dasd-4b-thinking": Shape(
        "Alibaba-Apsara/DASD-4B-Thinking",
        QWEN3,
        (151645,),
        templates.chatml,
        thinks("<|im_end|>"),
        ("tags", "none"),
    ),
    "deepseek-r1-distill-qwen-1.5b": Shape(
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B",
        R1_DISTILL_QWEN,
        (151643,),
        templates.r1,
        skips_the_thought("<｜end▁of▁sentence｜>"),
        ("tags", "none"),
    ),
    "glm-4-9b-chat": Shape(
        "THUDM/glm-4-9b-chat",
        GLM_4,
        (151329, 151336, 151338),
        templates.glm_4,
        answers("<|user|>", before="\n"),
    ),
    # Whether its markers are special is not established; they are not to be seen where a parser takes them.
    "glm-4.7": Shape(
        "zai-org/GLM-4.7",
        GLM_4_7,
        (151329, 151336, 151338),
        templates.glm_4_7,
        thinks("<|user|>"),
        ("tags",),
    ),
    "gpt-oss-20b": Shape(
        "openai/gpt-oss-20b",
        GPT_OSS,
        (200002, 199999, 200012),
        templates.harmony,
        speaks_harmony,
        ("harmony",),
    ),
    "llama-3.1-8b-instruct": Shape(
        "meta-llama/Llama-3.1-8B-Instruct",
        LLAMA_3_1,
        (128001, 128008, 128009),
        templates.llama_3_1,
        answers("<|eot_id|>"),
    ),
    "mistral-7b-instruct-v0.1": Shape(
        "mistralai/Mistral-7B-Instruct-v0.1",
        MISTRAL_V1,
        (2,),
        templates.mistral_v1,
        answers("</s>"),
    ),
    "qwen3": Shape(
        "Qwen/Qwen3-0.6B",
        QWEN3,
        (151645, 151643),
        templates.qwen3,
        thinks("<|im_end|>"),
        ("tags", "none"),
    ),
    "qwen3-4b-thinking-2507": Shape(
        "Qwen/Qwen3-4B-Thinking-2507",
        QWEN3,
        (151645, 151643),
        templates.qwen3_thinking,
        thinks("<|im_end|>"),
        ("tags", "none"),
    ),
    "smollm2-135m": Shape(
        "HuggingFaceTB/SmolLM2-135M-Instruct",
        SMOLLM2,
        (2,),
        templates.chatml_with_a_system_prompt,
        answers("<|im_end|>"),
    ),
}

ENDS = {
    "dasd-4b-thinking": (151645, 151643),
    "deepseek-r1-distill-qwen-1.5b": (151643,),
    "glm-4-9b-chat": (151329, 151336, 151338),
    "glm-4.7": (151329, 151336, 151338),
    "gpt-oss-20b": (200002, 199999, 200012),
    "llama-3.1-8b-instruct": (128001, 128008, 128009),
    "mistral-7b-instruct-v0.1": (2,),
    "qwen3": (151645, 151643),
    "qwen3-4b-thinking-2507": (151645, 151643),
    "smollm2-135m": (2,),
}
"""The stop token ids of FULL, as established: by loading the tokenizer, or from its official files."""

CLOSE = {
    "dasd-4b-thinking": 151668,
    "deepseek-r1-distill-qwen-1.5b": 151649,
    "glm-4.7": 151351,
    "gpt-oss-20b": 200007,
    "qwen3": 151668,
    "qwen3-4b-thinking-2507": 151668,
}
"""The id of the end of a thought, for the models that think."""

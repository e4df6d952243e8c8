"""Models of many families as servers show them, each with the profile that asking has to find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.discover import templates as own
from tests.shapes import templates as shapes
from tests.shapes.shape import Parser, Shape, Template, answers, speaks_harmony, thinks
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
    byte_level,
)

THINK = ("<think>", "</think>")
HARMONY = (
    "<|channel|>analysis<|message|>",
    ("<|end|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
)
Kwargs = Mapping[str, Any]
Spelling = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A served model, and its profile: markers, whether they are opened, ends, modes besides FULL and THINK_ONLY.

    `on` are the arguments that FULL needs to think. `unknown` are the points that cannot be established.
    """

    model: str
    shape: Shape
    thinking: dict[str, Any] | None
    ends: tuple[str, ...]
    close: str = ""
    on: Kwargs = field(default_factory=dict)
    off: Kwargs = field(default_factory=dict)
    efforts: bool = False
    messages: Kwargs = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()

    def modes(self) -> dict[str, Any]:
        """Return the modes of the profile."""
        on = {"chat_template_kwargs": self.on} if self.on else {}
        close = (self.close,) if self.close else ()
        modes = {"FULL": {"stop_tokens": self.ends, **on}, "THINK_ONLY": {"stop_tokens": (*close, *self.ends), **on}}
        if self.off:
            modes["NO_THINK"] = {"stop_tokens": self.ends, "thinks": False, "chat_template_kwargs": self.off}
        for name in ("LOW", "HIGH") if self.efforts else ():
            modes[name] = {"stop_tokens": self.ends, "reasoning_effort": name.lower()}
        return modes

    def profile(self, base_url: str) -> dict[str, Any]:
        """Return the values of the whole profile."""
        values: dict[str, Any] = {
            "name": self.model.rpartition("/")[2],
            "model": self.model,
            "endpoint": {"base_url": base_url},
            "modes": self.modes(),
        }
        if self.messages:
            values["messages"] = dict(self.messages)
        if self.thinking:
            values["thinking"] = self.thinking
        return values


def case(
    model: str,
    vocabulary: Vocabulary,
    template: Template,
    writes: Any,
    ends: Sequence[str] = (),
    *,
    markers: tuple[Spelling, Spelling] | None = None,
    opened: bool = False,
    parser: Parser = "none",
    unknown: Sequence[str] = (),
    closes: bool = True,
    **others: Any,
) -> Case:
    """Return a case. `closes`: the closing marker is a token of the model."""
    eos = tuple(vocabulary.encode(end)[0] for end in ends) or (0,)
    thinking = {"open": markers[0], "close": markers[1], "opened": opened} if markers else None
    close = ""
    if markers and closes:
        close = markers[1] if isinstance(markers[1], str) else markers[1][0]
    shape = Shape(model, vocabulary, eos, template, writes, (parser,))
    return Case(model, shape, thinking, tuple(ends), close, unknown=frozenset(unknown), **others)


def vocabulary(*special: str, plain: Sequence[str] = THINK) -> Vocabulary:
    """Return a vocabulary with these special tokens, and others that are not special."""
    ids = {text: 1000 + number for number, text in enumerate((*special, *plain))}
    return byte_level({text: ids[text] for text in special}, {text: ids[text] for text in plain})


IM = ("<|im_end|>",)
QWEN = ("<|im_end|>", "<|endoftext|>")
GLM = ("<|endoftext|>", "<|user|>", "<|observation|>")
R1 = ("<｜end▁of▁sentence｜>",)
DEEPSEEK = vocabulary("<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>", "<｜begin▁of▁sentence｜>")
CHATML = vocabulary("<|im_start|>", "<|im_end|>", "<|endoftext|>")
BARE_CHATML = vocabulary("<|im_start|>", "<|im_end|>", plain=())
ENABLED, DISABLED = {"enable_thinking": True}, {"enable_thinking": False}
THOUGHT_TEMPLATE = own.turns(own.im, "<|im_start|>assistant\n<think>\n")


def tagged(opening: str, closing: str, end: str) -> Any:
    """Return a model that writes its thought between these texts, unless the prompt has opened it."""

    def writes(prompt: str) -> str:
        before = "" if prompt.rstrip().endswith(opening) else opening
        return f"{before}Two and two.{closing}Four.{end}"

    return writes


GRANITE_OPEN, GRANITE_CLOSE = "Here is my thought process:", "Here is my response:"
GRANITE = (
    (GRANITE_OPEN, "Here's my thought process:"),
    (GRANITE_CLOSE, "Here's my response:"),
)


def granite_writes(prompt: str) -> str:
    """Think if the system message asks for it."""
    thought = f"{GRANITE_OPEN} two.\n{GRANITE_CLOSE} " if "thoughts after" in prompt else ""
    return f"{thought}Two.<|end_of_text|>"


CASES = (
    case("Qwen/Qwen3-32B-AWQ", QWEN3, shapes.qwen3, thinks("<|im_end|>"), QWEN, markers=THINK, off=DISABLED),
    case("Qwen/Qwen3-8B", QWEN3, shapes.qwen3, thinks("<|im_end|>"), QWEN, markers=THINK, off=DISABLED, parser="tags"),
    case(
        "Qwen/Qwen3-30B-A3B-Thinking-2507-FP8",
        QWEN3,
        shapes.qwen3_thinking,
        thinks("<|im_end|>"),
        QWEN,
        markers=THINK,
        opened=True,
    ),
    case("Qwen/Qwen3-4B-Instruct-2507", QWEN3, shapes.chatml, answers("<|im_end|>"), QWEN),
    case("Qwen/Qwen3-Coder-30B-A3B-Instruct", QWEN3, shapes.chatml, answers("<|im_end|>"), QWEN),
    case("Qwen/QwQ-32B", QWEN3, shapes.qwen3_thinking, thinks("<|im_end|>"), QWEN, markers=THINK, opened=True),
    case(
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
        R1_DISTILL_QWEN,
        shapes.r1,
        thinks(R1[0]),
        R1,
        markers=THINK,
        opened=True,
        parser="tags",
        messages={"system_role": "user"},
    ),
    case(
        "deepseek-ai/DeepSeek-R1",
        DEEPSEEK,
        shapes.r1_older,
        thinks(R1[0]),
        R1,
        markers=THINK,
        messages={"system_role": "user"},
    ),
    case("deepseek-ai/DeepSeek-R1-0528-Qwen3-8B", DEEPSEEK, shapes.r1_older, thinks(R1[0]), R1, markers=THINK),
    case(
        "deepseek-ai/DeepSeek-V3.1",
        DEEPSEEK,
        own.deepseek_v3_1,
        thinks(R1[0]),
        R1,
        markers=THINK,
        opened=True,
        on={"thinking": True},
        off={"thinking": False},
        unknown=("field",),
    ),
    case(
        "zai-org/GLM-4.7-FP8",
        GLM_4_7,
        shapes.glm_4_7,
        thinks("<|user|>"),
        GLM,
        markers=THINK,
        opened=True,
        off=DISABLED,
        parser="tags",
    ),
    case("zai-org/GLM-4.5-Air", GLM_4_7, own.glm_4_5, thinks("<|user|>"), GLM, markers=THINK, off=DISABLED),
    case("THUDM/glm-4-9b-chat-1m", GLM_4, shapes.glm_4, answers("<|user|>", before="\n"), GLM),
    case(
        "openai/gpt-oss-120b",
        GPT_OSS,
        shapes.harmony,
        speaks_harmony,
        ("<|return|>", "<|endoftext|>", "<|call|>"),
        parser="harmony",
        efforts=True,
        markers=HARMONY,
    ),
    case(
        "mistralai/Magistral-Small-2507",
        vocabulary("<s>", "</s>", "[INST]", "[/INST]", "[SYSTEM_PROMPT]", plain=("[THINK]", "[/THINK]")),
        own.turns(own.MISTRAL, ""),
        tagged("[THINK]", "[/THINK]", "</s>"),
        ("</s>",),
        markers=("[THINK]", "[/THINK]"),
    ),
    case(
        "mistralai/Mistral-7B-Instruct-v0.1",
        MISTRAL_V1,
        shapes.mistral_v1,
        answers("</s>"),
        ("</s>",),
        messages={"system_role": "user"},
    ),
    case(
        "mistralai/Mistral-7B-Instruct-v0.3",
        vocabulary("<s>", "</s>", "[INST]", "[/INST]", plain=()),
        own.into_question(own.turns(own.MISTRAL, "", begin="<s>")),
        answers("</s>"),
        ("</s>",),
    ),
    case(
        "moonshotai/Kimi-K2-Thinking",
        vocabulary("<|im_end|>", "<|im_user|>", "<|im_assistant|>", "<|im_system|>", "<|im_middle|>"),
        own.system_first(
            own.turns(own.kimi, "<|im_assistant|>assistant<|im_middle|>"), "You are Kimi, an AI assistant."
        ),
        thinks("<|im_end|>"),
        IM,
        markers=THINK,
    ),
    case(
        "moonshotai/Kimi-K2-Instruct",
        vocabulary("<|im_end|>", "<|im_user|>", "<|im_assistant|>", "<|im_system|>", "<|im_middle|>", plain=()),
        own.turns(own.kimi, "<|im_assistant|>assistant<|im_middle|>"),
        answers("<|im_end|>"),
        IM,
    ),
    case(
        "MiniMaxAI/MiniMax-M2",
        vocabulary("]~!b[", "]~b]", "[e~["),
        own.minimax,
        thinks("[e~["),
        ("[e~[",),
        markers=THINK,
        opened=True,
        messages={"past_thoughts": "keep"},
    ),
    case(
        "ByteDance-Seed/Seed-OSS-36B-Instruct",
        vocabulary("<seed:bos>", "<seed:eos>", plain=("<seed:think>", "</seed:think>")),
        own.turns(own.SEED, "<seed:bos>assistant\n"),
        tagged("<seed:think>", "</seed:think>", "<seed:eos>"),
        ("<seed:eos>",),
        markers=("<seed:think>", "</seed:think>"),
    ),
    case(
        "tencent/Hunyuan-A13B-Instruct",
        vocabulary("<|startoftext|>", "<|extra_0|>", "<|eos|>"),
        own.turns(own.HUNYUAN, "", switch="enable_thinking", off="<think>\n\n</think>\n"),
        thinks("<|eos|>"),
        ("<|eos|>",),
        markers=THINK,
        off=DISABLED,
    ),
    case(
        "baidu/ERNIE-4.5-21B-A3B-Thinking",
        CHATML,
        own.turns(own.ernie, "<|im_start|>assistant\n<think>\n"),
        thinks("<|im_end|>"),
        IM,
        markers=THINK,
        opened=True,
    ),
    case(
        "LGAI-EXAONE/EXAONE-4.0-32B",
        vocabulary("[|user|]", "[|assistant|]", "[|system|]", "[|endofturn|]"),
        own.turns(own.EXAONE, "[|assistant|]\n", switch="enable_thinking", on="<think>\n", off=shapes.NO_THOUGHT),
        thinks("[|endofturn|]"),
        ("[|endofturn|]",),
        markers=THINK,
        opened=True,
        on=ENABLED,
        off=DISABLED,
        unknown=("field",),
    ),
    case(
        "LGAI-EXAONE/EXAONE-Deep-7.8B",
        vocabulary("[|user|]", "[|assistant|]", "[|system|]", "[|endofturn|]", plain=("<thought>", "</thought>")),
        own.turns(own.EXAONE, "[|assistant|]<thought>\n"),
        tagged("<thought>", "</thought>", "[|endofturn|]"),
        ("[|endofturn|]",),
        markers=("<thought>", "</thought>"),
        opened=True,
    ),
    case(
        "ibm-granite/granite-3.2-8b-instruct",
        vocabulary("<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>", plain=(GRANITE_OPEN,)),
        own.granite,
        granite_writes,
        ("<|end_of_text|>",),
        markers=GRANITE,
        closes=False,
        on={"thinking": True},
        off={"thinking": False},
        unknown=("field",),
    ),
    case(
        "nvidia/NVIDIA-Nemotron-Nano-9B-v2",
        vocabulary("<SPECIAL_10>", "<SPECIAL_11>", "<SPECIAL_12>"),
        own.turns(
            own.heads("<SPECIAL_11>User\n", "<SPECIAL_11>Assistant\n", "<SPECIAL_12>\n", "\n", "<SPECIAL_10>System\n"),
            "<SPECIAL_11>Assistant\n<think>\n",
        ),
        thinks("<SPECIAL_12>"),
        ("<SPECIAL_12>",),
        markers=THINK,
        opened=True,
    ),
    case(
        "HuggingFaceTB/SmolLM2-1.7B-Instruct",
        SMOLLM2,
        shapes.chatml_with_a_system_prompt,
        answers("<|im_end|>"),
        IM,
    ),
    case("HuggingFaceTB/SmolLM3-3B", CHATML, own.smollm3, thinks("<|im_end|>"), IM, markers=THINK, off=DISABLED),
    case(
        "microsoft/Phi-4-reasoning-plus",
        vocabulary("<|im_start|>", "<|im_sep|>", "<|im_end|>"),
        own.system_first(own.turns(own.phi_4, "<|im_start|>assistant<|im_sep|>"), "You are Phi, a language model."),
        thinks("<|im_end|>"),
        IM,
        markers=THINK,
    ),
    case(
        "allenai/Olmo-3-7B-Think",
        vocabulary("<|im_start|>", "<|im_end|>", "<|endoftext|>", plain=()),
        own.turns(own.im, "<|im_start|>assistant\n<think>"),
        tagged("<think>", "</think>", "<|im_end|>"),
        IM,
        markers=THINK,
        opened=True,
        closes=False,
    ),
    case(
        "google/gemma-3-4b-it",
        vocabulary("<bos>", "<start_of_turn>", "<end_of_turn>", plain=()),
        own.into_question(own.turns(own.GEMMA, "<start_of_turn>model\n", begin="<bos>")),
        answers("<end_of_turn>"),
        ("<end_of_turn>",),
    ),
    case(
        "google/gemma-2-9b-it",
        vocabulary("<bos>", "<start_of_turn>", "<end_of_turn>", plain=()),
        own.without_system(own.turns(own.GEMMA, "<start_of_turn>model\n"), "System role not supported"),
        answers("<end_of_turn>"),
        ("<end_of_turn>",),
        messages={"system_role": "user"},
    ),
    case(
        "meta-llama/Llama-3.3-70B-Instruct",
        LLAMA_3_1,
        shapes.llama_3_1,
        answers("<|eot_id|>"),
        ("<|end_of_text|>", "<|eom_id|>", "<|eot_id|>"),
    ),
    case(
        "meta-llama/Meta-Llama-3-8B-Instruct",
        vocabulary("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
        own.turns(own.llama, own.LLAMA.format(role="assistant")),
        answers("<|eot_id|>"),
        ("<|end_of_text|>", "<|eot_id|>"),
    ),
    # Models without a family, with templates that mislead.
    case(
        "mine/opens-with-a-flag",
        CHATML,
        own.opens_with_a_flag,
        thinks("<|im_end|>"),
        IM,
        markers=THINK,
        opened=True,
        on=ENABLED,
        unknown=("family", "switch"),
    ),
    case("mine/empty-thought", CHATML, own.always_an_empty_thought, thinks("<|im_end|>"), IM, unknown=("family",)),
    case("mine/empty-thought-named-qwen3", CHATML, own.always_an_empty_thought, thinks("<|im_end|>"), QWEN),
    case(
        "mine/strips-thoughts",
        CHATML,
        shapes.qwen3_thinking,
        thinks("<|im_end|>"),
        IM,
        markers=THINK,
        opened=True,
        unknown=("family",),
    ),
    case(
        "mine/only-strips",
        CHATML,
        shapes.qwen3,
        answers("<|im_end|>"),
        IM,
        unknown=("family", "field"),
        off=DISABLED,
        markers=THINK,
    ),
    case(
        "mine/rejects-system",
        CHATML,
        own.without_system(THOUGHT_TEMPLATE, "Only user and assistant roles are supported!"),
        thinks("<|im_end|>"),
        IM,
        markers=THINK,
        opened=True,
        messages={"system_role": "user"},
        unknown=("family",),
    ),
    case(
        "mine/drops-system",
        CHATML,
        own.without_system(THOUGHT_TEMPLATE),
        thinks("<|im_end|>"),
        IM,
        markers=THINK,
        opened=True,
        messages={"system_role": "user"},
        unknown=("family",),
    ),
    case(
        "mine/own-system",
        BARE_CHATML,
        own.system_first(shapes.chatml, "You are a careful assistant of a bank."),
        answers("<|im_end|>"),
        IM,
        unknown=("family",),
    ),
    case(
        "mine/rejects-markers",
        CHATML,
        own.rejects_markers,
        thinks("<|im_end|>"),
        IM,
        markers=THINK,
        opened=True,
        unknown=("family",),
    ),
    case(
        "mine/mentions-markers",
        CHATML,
        own.mentions_its_markers,
        thinks("<|im_end|>"),
        IM,
        markers=THINK,
        unknown=("family",),
    ),
    case(
        "mine/mentions-markers-only", CHATML, own.mentions_its_markers, answers("<|im_end|>"), IM, unknown=("family",)
    ),
    case(
        "mine/verbose",
        CHATML,
        own.changes_nothing_that_matters,
        answers("<|im_end|>"),
        IM,
        unknown=("family",),
    ),
)

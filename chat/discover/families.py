"""Families of models: what a server cannot be asked, each row with its source.

A row gives spellings to look for and what a model's card asks for. What the server shows wins over the row.
"""

import re
from dataclasses import dataclass

from chat.discover.markers import GRANITE, HARMONY, MARKERS, THINK, Markers, Spellings


@dataclass(frozen=True, slots=True)
class Family:
    """One row.

    Attributes:
        name: for the person.
        names: a pattern for the model's name in small letters.
        source: where the row's values come from.
        headers: texts that only this family's templates write. They identify it if the name does not.
        markers: the spelling of the markers.
        thinks: True if its models think unless that is switched off. For others the server has to show it.
        ends: the spelling of the tokens that end a turn. Only those that are tokens of the served model are used.
        switches: the template's arguments that turn thinking on or off, the likely one first.
        system: the system prompt that the model was trained with, and needs.
        system_role: "user" if the model's card advises against a system message.
        past_thoughts: "keep" if the model's card asks for its past thoughts.
        rejects_markers: True if the template raises on markers in a past answer.
    """

    name: str
    names: str
    source: str
    headers: Spellings = ()
    markers: Markers | None = None
    thinks: bool = False
    ends: Spellings = ()
    switches: Spellings = ()
    system: str = ""
    system_role: str = "system"
    past_thoughts: str = "strip"
    rejects_markers: bool = False


_QWEN = ("<|im_end|>", "<|endoftext|>")
_DEEPSEEK = ("<｜end▁of▁sentence｜>",)
_GLM = ("<|endoftext|>", "<|user|>", "<|observation|>")
_THINKING, _ENABLE = ("thinking", "enable_thinking"), ("enable_thinking",)

FAMILIES = (
    Family(
        "gpt-oss",
        r"gpt[-_]?oss",
        "openai/harmony, docs/format.md; the eos list of the model's generation config",
        headers=("<|start|>assistant",),
        markers=HARMONY,
        thinks=True,
        ends=("<|return|>", "<|endoftext|>", "<|call|>"),
        rejects_markers=True,
    ),
    Family(
        "DASD",
        r"\bdasd\b",
        "README of D2I-ai/dasd-thinking; its vocabulary is that of Qwen3",
        markers=THINK,
        thinks=True,
        ends=_QWEN,
        system="You are a helpful assistant.",
    ),
    Family(
        "DeepSeek-R1-0528",
        r"deepseek.*r1.*0528",
        "README of DeepSeek-R1-0528: a system prompt is supported",
        markers=THINK,
        thinks=True,
        ends=_DEEPSEEK,
    ),
    Family(
        "DeepSeek-R1",
        r"deepseek.*r1|r1-distill",
        "README of deepseek-ai/DeepSeek-R1, usage recommendations: no system prompt",
        markers=THINK,
        thinks=True,
        ends=_DEEPSEEK,
        system_role="user",
    ),
    Family(
        "DeepSeek",
        r"deepseek",
        "tokenizer of DeepSeek-V3; vllm/reasoning/deepseek_v3_reasoning_parser.py for the switches",
        headers=("<｜Assistant｜>",),
        markers=THINK,
        ends=_DEEPSEEK,
        switches=_THINKING,
    ),
    Family(
        "Qwen3 without thought",
        r"qwen3.*(instruct|coder)",
        "cards of Qwen3-Instruct-2507 and Qwen3-Coder: these models have no thinking mode",
        ends=_QWEN,
    ),
    Family(
        "Qwen3 thinking",
        r"qwen3.*thinking|\bqwq",
        "cards of Qwen3-Thinking-2507 and QwQ-32B: they always think",
        markers=THINK,
        thinks=True,
        ends=_QWEN,
    ),
    Family(
        "Qwen3",
        r"qwen3",
        "QwenLM/Qwen3, docs/source/getting_started/quickstart.md",
        markers=THINK,
        thinks=True,
        ends=_QWEN,
        switches=_ENABLE,
    ),
    Family("Qwen2.5", r"qwen-?[12]", "tokenizer of Qwen2.5", ends=_QWEN),
    Family(
        "GLM-4",
        r"glm-?4-9b|glm-?4-32b",
        "THUDM/GLM-4: the eos list of the generation config",
        ends=_GLM,
    ),
    Family(
        "GLM-4.5 and later",
        r"glm-?(4\.[1-9]|5|z1)",
        "zai-org/GLM-4.5; vllm/parser/glm47_moe.py",
        markers=THINK,
        thinks=True,
        ends=_GLM,
        switches=_ENABLE,
    ),
    Family(
        "GLM", r"\bglm", "tokenizer of GLM-4", headers=("[gMASK]<sop>",), markers=THINK, ends=_GLM, switches=_ENABLE
    ),
    Family(
        "Magistral",
        r"magistral",
        "mistral-common: [THINK] and [/THINK]; card of Magistral-Small",
        markers=Markers(("[THINK]",), ("[/THINK]",)),
        thinks=True,
        ends=("</s>",),
    ),
    Family(
        "Mistral", r"mi[sx]tral|ministral|devstral|codestral", "mistral-common", headers=("[INST]",), ends=("</s>",)
    ),
    Family(
        "Kimi thinking",
        r"kimi-k2.*think",
        "vllm/parser/kimi_k2.py; MoonshotAI/Kimi-K2",
        markers=THINK,
        thinks=True,
        ends=("<|im_end|>",),
    ),
    Family(
        "Kimi",
        r"kimi",
        "MoonshotAI/Kimi-K2",
        headers=("<|im_user|>",),
        markers=THINK,
        ends=("<|im_end|>",),
        switches=_THINKING,
    ),
    Family(
        "MiniMax-M2",
        r"minimax.*m2",
        "README of MiniMax-M2: past thoughts are sent back; vllm/parser/minimax_m2.py",
        headers=("]~b]",),
        markers=THINK,
        thinks=True,
        ends=("[e~[",),
        past_thoughts="keep",
    ),
    Family(
        "Seed-OSS",
        r"seed-?oss",
        "vllm/parser/seed_oss.py; ByteDance-Seed/seed-oss",
        headers=("<seed:bos>",),
        markers=Markers(("<seed:think>",), ("</seed:think>",)),
        thinks=True,
        ends=("<seed:eos>",),
    ),
    Family(
        "Hunyuan",
        r"hunyuan",
        "vllm/reasoning/hunyuan_a13b_reasoning_parser.py",
        headers=("<｜hy_User｜>", "<|startoftext|>"),
        markers=THINK,
        switches=_ENABLE,
    ),
    Family(
        "ERNIE thinking",
        r"ernie.*think",
        "vllm/reasoning/ernie45_reasoning_parser.py",
        markers=THINK,
        thinks=True,
    ),
    Family(
        "EXAONE Deep",
        r"exaone-deep",
        "LG-AI-EXAONE/EXAONE-Deep: thoughts between <thought> and </thought>",
        markers=Markers(("<thought>",), ("</thought>",)),
        thinks=True,
        ends=("[|endofturn|]",),
    ),
    Family(
        "EXAONE",
        r"exaone",
        "LG-AI-EXAONE/EXAONE-4.0",
        headers=("[|assistant|]",),
        markers=THINK,
        ends=("[|endofturn|]",),
        switches=_ENABLE,
    ),
    Family(
        "Granite",
        r"granite-3\.[23]",
        "vllm/reasoning/granite_reasoning_parser.py",
        headers=("<|start_of_role|>",),
        markers=GRANITE,
        ends=("<|end_of_text|>",),
        switches=_THINKING,
    ),
    Family("Nemotron", r"nemotron", "vllm/parser: nemotron_v3", markers=THINK, switches=_ENABLE),
    Family(
        "SmolLM3",
        r"smollm3",
        "card of HuggingFaceTB/SmolLM3-3B",
        markers=THINK,
        thinks=True,
        ends=("<|im_end|>",),
        switches=_ENABLE,
    ),
    Family("SmolLM2", r"smollm", "tokenizer of SmolLM2-135M-Instruct", ends=("<|im_end|>",)),
    Family("Phi reasoning", r"phi-?4.*reasoning", "card of Phi-4-reasoning", markers=THINK, thinks=True),
    Family("Olmo 3 Think", r"olmo-?3.*think", "vllm/reasoning/olmo3_reasoning_parser.py", markers=THINK, thinks=True),
    Family(
        "Gemma 4",
        r"gemma-?4",
        "vllm/parser/gemma4.py",
        markers=Markers(("<|channel>thought\n",), ("<channel|>",)),
        switches=_ENABLE,
    ),
    Family("Gemma", r"gemma", "google-deepmind/gemma", headers=("<start_of_turn>",), ends=("<end_of_turn>",)),
    Family(
        "Llama 3",
        r"llama-?3",
        "meta-llama/llama-models, models/llama3_1/prompt_format.md",
        headers=("<|start_header_id|>",),
        ends=("<|end_of_text|>", "<|eom_id|>", "<|eot_id|>"),
    ),
)
ENDS = tuple(
    dict.fromkeys(
        (
            *(end for family in FAMILIES for end in family.ends),
            *("<|end|>", "<|eos|>", "<|end_of_turn|>", "<|eot|>", "<turn|>", "<|END_OF_TURN_TOKEN|>"),
            *("<|end_of_sentence|>", "<｜hy_place▁holder▁no▁2｜>", "<|hy_eos|>", "<eos>", "<SPECIAL_12>"),
        )
    )
)
"""All tokens that may end a turn. The served model's template and vocabulary say which do."""
TOKENS = tuple(dict.fromkeys((*ENDS, *(each.close[0] for each in MARKERS if " " not in each.close[0]))))
"""The tokens that the model is asked for: those that may end a turn or a thought."""


def family_by_name(*names: str) -> Family | None:
    """Return the first family that one of the names fits; None if there is none."""
    lowered = [name.lower() for name in names if name]
    return next((each for each in FAMILIES if any(re.search(each.names, name) for name in lowered)), None)


def family_by_prompt(prompt: str) -> Family | None:
    """Return the family whose template has rendered that prompt; None if it is unknown."""
    return next((each for each in FAMILIES if any(header in prompt for header in each.headers)), None)

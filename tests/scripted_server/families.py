"""Chat templates of 18 families, written after the documented behaviour of each: how it writes a question and a reply.

In `REPLY`, `thought` is the thought of the field or of the content, `text` the answer without it.
"""

from dataclasses import dataclass, field
from typing import Any

THINK = {"open": "<think>", "close": "</think>"}
OPENED = {**THINK, "opened": True}
HARMONY = {
    "open": "<|channel|>analysis<|message|>",
    "close": ["<|end|>", "<|end|><|start|>assistant<|channel|>final<|message|>"],
}
NO_THINKING: dict[str, Any] = {"chat_template_kwargs": {"enable_thinking": False}}

_EACH = "{%- for m in messages %}"
_END = "{%- endfor %}"
_SPLIT = """\
{%- set thought, text = m.reasoning_content, m.content %}
{%- if thought is not string and '</think>' in text %}
    {%- set thought = text.split('</think>')[0].split('<think>')[-1].strip('\\n') %}
    {%- set text = text.split('</think>')[-1].lstrip('\\n') %}
{%- endif %}"""
"""The thought is in its field, else it is cut out of the content."""
_LAST_QUESTION = """\
{%- set last = namespace(user=-1) %}
{%- for m in messages %}{%- if m.role == 'user' %}{%- set last.user = loop.index0 %}{%- endif %}{%- endfor %}"""


def _switch(on: str, off: str) -> str:
    """Return the generation prompt, after its heading, with thinking on and off."""
    return f"{{%- if enable_thinking is defined and not enable_thinking %}}{off}{{%- else %}}{on}{{%- endif %}}"


def _chat(user: str, reply: str, opening: str, before: str = "", first: str = "") -> str:
    """Return a template of those parts; each is the text between two tags of Jinja."""
    roles = f"{{%- if m.role == 'assistant' %}}{reply}{{%- else %}}{user}{{%- endif %}}"
    opened = f"{{%- if add_generation_prompt %}}{opening}{{%- endif %}}"
    return f"{first}{before}{_EACH}{roles}{_END}{opened}"


_CHATML_USER = "{{- '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}"
_CHATML_OPENING = "{{- '<|im_start|>assistant\\n' }}"
_QWEN3_REPLY = (
    _SPLIT
    + """\
{{- '<|im_start|>assistant\\n' }}
{%- if loop.index0 > last.user and (loop.last or thought) %}
    {{- '<think>\\n' + (thought or '').strip('\\n') + '\\n</think>\\n\\n' + text.lstrip('\\n') }}
{%- else %}{{- text }}{%- endif %}{{- '<|im_end|>\\n' }}"""
)
_QWEN3 = _chat(
    _CHATML_USER,
    _QWEN3_REPLY,
    _CHATML_OPENING + _switch("", "{{- '<think>\\n\\n</think>\\n\\n' }}"),
    _LAST_QUESTION,
)
_QWEN3_THINKING = _chat(_CHATML_USER, _QWEN3_REPLY, _CHATML_OPENING + "{{- '<think>\\n' }}", _LAST_QUESTION)
_FIELD_ONLY = _chat(
    _CHATML_USER,
    "{{- '<|im_start|>assistant\\n<think>\\n' + (m.reasoning_content or '') + '\\n</think>\\n\\n' + m.content "
    "+ '<|im_end|>\\n' }}",
    _CHATML_OPENING + "{{- '<think>\\n' }}",
)
_GLM_45 = _chat(
    "{{- '<|' + m.role + '|>\\n' + m.content }}"
    "{%- if m.role == 'user' and enable_thinking is defined and not enable_thinking %}{{- '/nothink' }}{%- endif %}",
    _SPLIT
    + """\
{{- '<|assistant|>' }}
{%- if loop.index0 > last.user and thought %}{{- '\\n<think>' + thought.strip() + '</think>' }}
{%- else %}{{- '\\n<think></think>' }}{%- endif %}
{%- if text.strip() %}{{- '\\n' + text.strip() }}{%- endif %}""",
    "{{- '<|assistant|>' }}" + _switch("", "{{- '\\n<think></think>' }}"),
    _LAST_QUESTION,
    "[gMASK]<sop>",
)
_GLM_47 = _chat(
    "{{- '<|' + m.role + '|>' + m.content }}",
    _SPLIT
    + """\
{{- '<|assistant|>' }}
{%- if loop.index0 > last.user and thought %}{{- '<think>' + thought.strip() + '</think>' }}
{%- else %}{{- '</think>' }}{%- endif %}
{{- text.strip() }}""",
    "{{- '<|assistant|>' }}" + _switch("{{- '<think>' }}", "{{- '</think>' }}"),
    _LAST_QUESTION,
    "[gMASK]<sop>",
)
_GPT_OSS = _chat(
    "{{- '<|start|>' + ('developer' if m.role == 'system' else m.role) + '<|message|>' + m.content + '<|end|>' }}",
    """\
{%- if '<|channel|>analysis<|message|>' in m.content or '<|channel|>final<|message|>' in m.content %}
    {{- raise_exception('You have passed a message containing <|channel|> tags in the content field.') }}
{%- endif %}
{%- if loop.last and not add_generation_prompt and m.thinking %}
    {{- '<|start|>assistant<|channel|>analysis<|message|>' + m.thinking + '<|end|>' }}
{%- endif %}
{{- '<|start|>assistant<|channel|>final<|message|>' + m.content + ('<|return|>' if loop.last else '<|end|>') }}""",
    "{{- '<|start|>assistant' }}",
    first="<|start|>system<|message|>Reasoning: medium<|end|>",
)
_R1 = _chat(
    "{{- '<｜User｜>' + m.content }}",
    """\
{%- set text = m.content %}
{%- if '</think>' in text %}{%- set text = text.split('</think>')[-1] %}{%- endif %}
{{- '<｜Assistant｜>' + text + '<｜end▁of▁sentence｜>' }}""",
    "{{- '<｜Assistant｜><think>\\n' }}",
    first="<｜begin▁of▁sentence｜>",
)
_KIMI_K2 = _chat(
    "{{- '<|im_' + m.role + '|>' + m.role + '<|im_middle|>' + m.content + '<|im_end|>' }}",
    "{{- '<|im_assistant|>assistant<|im_middle|><think></think>' + m.content + '<|im_end|>' }}",
    "{{- '<|im_assistant|>assistant<|im_middle|>' }}",
)
_MINIMAX_M2 = _chat(
    "{{- ']~b]' + m.role + '\\n' + m.content + '[e~[\\n' }}",
    _SPLIT
    + """\
{{- ']~b]ai\\n' }}
{%- if thought and loop.index0 > last.user %}{{- '<think>\\n' + thought + '\\n</think>\\n\\n' }}{%- endif %}
{{- text + '[e~[\\n' }}""",
    "{{- ']~b]ai\\n<think>\\n' }}",
    _LAST_QUESTION,
    "]~!b[",
)
_NEMOTRON_NANO_V2 = _chat(
    "{{- '<SPECIAL_11>User\\n' + m.content.strip() + '\\n' }}",
    """\
{%- set text = m.content.strip() %}
{%- if '</think>' in text and not loop.last %}{%- set text = text.split('</think>')[-1].strip() %}{%- endif %}
{{- '<SPECIAL_11>Assistant\\n' + ('<think>\\n' if loop.last and '</think>' in text else '') + text + '\\n' }}
{{- '<SPECIAL_12>\\n' }}""",
    "{{- '<SPECIAL_11>Assistant\\n' }}" + _switch("{{- '<think>\\n' }}", "{{- '<think></think>' }}"),
    first="{{- '<SPECIAL_10>System\\n\\n' }}",
)
_MAGISTRAL = _chat(
    "{{- '[INST]' + m.content + '[/INST]' }}",
    "{{- ('[THINK]' + m.reasoning_content + '[/THINK]' if m.reasoning_content else '') + m.content + '</s>' }}",
    "",
    first="<s>",
)
_MISTRAL_V1 = _chat(
    "{%- if m.role == 'system' %}{{- raise_exception('Only user and assistant roles are supported!') }}{%- endif %}"
    "{{- '[INST] ' + m.content + ' [/INST]' }}",
    "{{- ' ' + m.content + '</s>' }}",
    "",
    first="<s>",
)
_LLAMA = _chat(
    "{{- '<|start_header_id|>' + m.role + '<|end_header_id|>\\n\\n' + m.content | trim + '<|eot_id|>' }}",
    "{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' + m.content | trim + '<|eot_id|>' }}",
    "{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}",
    first="<|begin_of_text|>",
)
_GEMMA = _chat(
    "{%- if m.role == 'system' %}{{- raise_exception('System role not supported') }}{%- endif %}"
    "{{- '<start_of_turn>user\\n' + m.content | trim + '<end_of_turn>\\n' }}",
    "{{- '<start_of_turn>model\\n' + m.content | trim + '<end_of_turn>\\n' }}",
    "{{- '<start_of_turn>model\\n' }}",
    first="<bos>",
)
_GRANITE = _chat(
    "{{- '<|start_of_role|>' + m.role + '<|end_of_role|>' + m.content + '<|end_of_text|>\\n' }}",
    "{{- '<|start_of_role|>assistant<|end_of_role|>' + m.content + '<|end_of_text|>\\n' }}",
    "{{- '<|start_of_role|>assistant<|end_of_role|>' }}",
)
_EXAONE_4 = _chat(
    "{{- '[|' + m.role + '|]\\n' + m.content + '[|endofturn|]\\n' }}",
    _SPLIT
    + """\
{{- '[|assistant|]\\n' }}
{%- if loop.index0 > last.user %}{{- '<think>\\n' + (thought or '').strip() + '\\n</think>\\n\\n' }}
{%- else %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}{{- text.strip() + '[|endofturn|]\\n' }}""",
    "{{- '[|assistant|]\\n' }}" + _switch("{{- '<think>\\n' }}", "{{- '<think>\\n\\n</think>\\n\\n' }}"),
    _LAST_QUESTION,
)
_SEED_OSS = _chat(
    "{{- '<seed:bos>' + m.role + '\\n' + m.content + '<seed:eos>' }}",
    "{{- '<seed:bos>assistant\\n' }}"
    "{%- if m.reasoning_content %}{{- '<seed:think>' + m.reasoning_content | trim + '</seed:think>' }}{%- endif %}"
    "{{- m.content | trim + '<seed:eos>' }}",
    "{{- '<seed:bos>assistant\\n' }}",
)
_GLM_4 = _chat(
    "{{- '<|' + m.role + '|>\\n' + m.content }}",
    "{{- '<|assistant|>\\n' + m.content }}",
    "{{- '<|assistant|>' }}",
    first="[gMASK]<sop>",
)


@dataclass(frozen=True, slots=True)
class Family:
    """A template, the profile's markers, and the reply in a prompt: what comes before its thought, then its answer.

    `question` is what the template writes up to the question's end. `plain` comes before an answer without a thought
    if thinking is off, with the fields `off`; None for a model that cannot switch.
    """

    template: str
    thinking: dict[str, Any] | None
    question: str
    before: str = ""
    between: str = ""
    plain: str | None = None
    off: dict[str, Any] = field(default_factory=dict)


_QWEN_ASKED = "<|im_start|>user\nhello"
_QWEN_HEAD = "<|im_end|>\n<|im_start|>assistant\n"
_NO_THOUGHT = "<think>\n\n</think>\n\n"
FAMILIES = {
    "Qwen3": Family(
        _QWEN3,
        THINK,
        _QWEN_ASKED,
        f"{_QWEN_HEAD}<think>\n",
        "\n</think>\n\n",
        f"{_QWEN_HEAD}{_NO_THOUGHT}",
        NO_THINKING,
    ),
    "Qwen3-Thinking": Family(_QWEN3_THINKING, OPENED, _QWEN_ASKED, f"{_QWEN_HEAD}<think>\n", "\n</think>\n\n"),
    "field only": Family(_FIELD_ONLY, OPENED, _QWEN_ASKED, f"{_QWEN_HEAD}<think>\n", "\n</think>\n\n"),
    "GLM-4.5": Family(
        _GLM_45,
        THINK,
        "[gMASK]<sop><|user|>\nhello",
        "<|assistant|>\n<think>",
        "</think>\n",
        "/nothink<|assistant|>\n<think></think>\n",
        NO_THINKING,
    ),
    "GLM-4.7": Family(
        _GLM_47,
        OPENED,
        "[gMASK]<sop><|user|>hello",
        "<|assistant|><think>",
        "</think>",
        "<|assistant|></think>",
        NO_THINKING,
    ),
    "gpt-oss": Family(
        _GPT_OSS,
        HARMONY,
        "<|start|>system<|message|>Reasoning: medium<|end|><|start|>user<|message|>hello",
        "<|end|><|start|>assistant<|channel|>analysis<|message|>",
        "<|end|><|start|>assistant<|channel|>final<|message|>",
        "<|end|><|start|>assistant<|channel|>final<|message|>",
    ),
    "DeepSeek-R1": Family(
        _R1, OPENED, "<｜begin▁of▁sentence｜><｜User｜>hello", "<｜Assistant｜><think>\n", "\n</think>\n\n"
    ),
    "Kimi-K2-Thinking": Family(
        _KIMI_K2,
        THINK,
        "<|im_user|>user<|im_middle|>hello",
        "<|im_end|><|im_assistant|>assistant<|im_middle|><think>",
        "</think>",
    ),
    "MiniMax-M2": Family(_MINIMAX_M2, OPENED, "]~!b[]~b]user\nhello", "[e~[\n]~b]ai\n<think>\n", "\n</think>\n\n"),
    "Nemotron-Nano-v2": Family(
        _NEMOTRON_NANO_V2,
        OPENED,
        "<SPECIAL_10>System\n\n<SPECIAL_11>User\nhello",
        "\n<SPECIAL_11>Assistant\n<think>\n",
        "\n</think>\n\n",
        "\n<SPECIAL_11>Assistant\n<think></think>",
        NO_THINKING,
    ),
    "Magistral": Family(
        _MAGISTRAL, {"open": "[THINK]", "close": "[/THINK]"}, "<s>[INST]hello", "[/INST][THINK]", "[/THINK]"
    ),
    "EXAONE-4": Family(
        _EXAONE_4,
        OPENED,
        "[|user|]\nhello",
        "[|endofturn|]\n[|assistant|]\n<think>\n",
        "\n</think>\n\n",
        f"[|endofturn|]\n[|assistant|]\n{_NO_THOUGHT}",
        NO_THINKING,
    ),
    "Seed-OSS": Family(
        _SEED_OSS,
        {"open": "<seed:think>", "close": "</seed:think>"},
        "<seed:bos>user\nhello",
        "<seed:eos><seed:bos>assistant\n<seed:think>",
        "</seed:think>",
    ),
    "Granite": Family(
        _GRANITE,
        THINK,
        "<|start_of_role|>user<|end_of_role|>hello",
        "<|end_of_text|>\n<|start_of_role|>assistant<|end_of_role|><think>\n",
        "\n</think>\n\n",
    ),
    "Llama": Family(
        _LLAMA,
        None,
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nhello",
        plain="<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    ),
    "gemma": Family(_GEMMA, None, "<bos><start_of_turn>user\nhello", plain="<end_of_turn>\n<start_of_turn>model\n"),
    "GLM-4-9B": Family(_GLM_4, None, "[gMASK]<sop><|user|>\nhello", plain="<|assistant|>\n"),
    "Mistral": Family(_MISTRAL_V1, None, "<s>[INST] hello", plain=" [/INST] "),
}

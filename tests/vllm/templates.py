"""Chat templates that a request puts in the place of the model's own, in Qwen3's special tokens."""

PLAIN = """\
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"""

OPENS = PLAIN.replace("assistant\\n", "assistant\\n<think>\\n")
"""Begins every reply with the thought, as those of QwQ and of Qwen3-4B-Thinking-2507 do."""

MISTRAL = """\
{%- for message in messages %}
    {%- if message.role == 'assistant' %}{{- ' ' + message.content + '</s>' }}
    {%- elif message.role == 'system' %}{{- '[SYSTEM_PROMPT]' + message.content + '[/SYSTEM_PROMPT]' }}
    {%- else %}{{- '[INST]' + message.content + '[/INST]' }}{%- endif %}
{%- endfor %}"""
"""As Mistral's from Mistral Small 3 on: no thought, and nothing that begins a reply."""

NO_SYSTEM = "{%- if messages[0].role == 'system' %}{{- raise_exception('No system message!') }}{%- endif %}" + PLAIN
"""As Mistral's first and Gemma's."""

DEEPSEEK_R1 = """\
{%- for message in messages %}
    {%- if message.role == 'user' %}{{- '<｜User｜>' + message.content }}{%- endif %}
    {%- if message.role == 'assistant' %}
        {%- set content = message.content %}
        {%- if '</think>' in content %}{%- set content = content.split('</think>')[-1] %}{%- endif %}
        {{- '<｜Assistant｜>' + content + '<｜end▁of▁sentence｜>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<｜Assistant｜>' }}{%- endif %}"""
"""As DeepSeek-R1's of January 2025, before it began the thought itself."""

TRIMS = PLAIN.replace("message.content", "message.content | trim")
"""As Llama 3's."""

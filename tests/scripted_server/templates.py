"""Chat templates rendered as in vLLM: by the transformers library, which can also continue the last message."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import TemplateError
from transformers.utils.chat_template_utils import render_jinja_template

from tests.scripted_server.steps import Body

QWEN3 = """\
{%- for message in messages %}
    {%- set text, thought = message.content, message.reasoning_content or '' %}
    {%- if message.role == 'assistant' and not thought and '</think>' in text %}
        {%- set thought = text.split('</think>')[0].split('<think>')[-1].strip('\\n') %}
        {%- set text = text.split('</think>')[-1].lstrip('\\n') %}
    {%- endif %}
    {%- if message.role == 'assistant' and loop.last %}
        {%- set text = '<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + text.lstrip('\\n') %}
    {%- endif %}
    {{- '<|im_start|>' + message.role + '\\n' + text + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and not enable_thinking %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}
{%- endif %}"""
"""A template like Qwen3's: it reads the field of the thought, and adds an empty thought to a last reply without one."""


def jinja(template: str) -> Callable[[Body], str]:
    """Return a renderer for `ScriptedServer.template`."""

    def render(body: Body) -> str:
        flags = {"add_generation_prompt": True} | {name: body[name] for name in _FLAGS if name in body}
        if all(flags.get(name) for name in _FLAGS):
            raise ValueError("Cannot set both `continue_final_message` and `add_generation_prompt` to True.")
        messages = [_with_both_fields(message) for message in body["messages"]]
        arguments = {**(body.get("chat_template_kwargs") or {}), **flags}
        try:
            (prompt,), _ = render_jinja_template([messages], chat_template=template, **arguments)
        except TemplateError as problem:
            raise ValueError(str(problem)) from None
        return str(prompt)

    return render


_FLAGS = ("add_generation_prompt", "continue_final_message")


def _with_both_fields(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message with its thought in both fields, as templates read one or the other."""
    thought = message.get("reasoning", message.get("reasoning_content"))
    return {**message} if thought is None else {**message, "reasoning": thought, "reasoning_content": thought}

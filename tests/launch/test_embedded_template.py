"""The chat template makes the embedded models think first. It is rendered as llama.cpp renders it."""

import json
from pathlib import Path
from typing import Any

import jinja2
import pytest

TEMPLATE = Path(__file__).parents[2] / "chat" / "launch" / "think.jinja"


def as_json(value: object, ensure_ascii: bool = False) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii)


def render(*messages: dict[str, str], **switches: Any) -> str:
    environment = jinja2.Environment(autoescape=False)
    environment.filters["tojson"] = as_json
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(messages=messages, **{"add_generation_prompt": True, **switches})


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("Why is the sky blue?", "Okay, the user"),
        ("天空为什么是蓝色的？", "好的，用户"),
        ("嗯", "好的，用户"),
        ("hi", "Okay, the user"),
        ("42", "Okay, the user"),
        ("What does 加油 mean in English?", "Okay, the user"),
        ("解释一下 asyncio.gather 和 TaskGroup 的区别", "好的，用户"),
        ("用Python写一个反转字符串的函数。", "好的，用户"),
        ("请总结下面的文章：\n" + "A long English article. " * 50, "好的，用户"),
        ("Ça va ? Où es-tu né ?", "Okay, the user"),
        ("😀", "Okay, the user"),
        ("", "Okay, the user"),
    ],
)
def test_the_thought_opens_in_the_language_of_the_question(question: str, opening: str) -> None:
    assert render(user(question)).endswith(f"<|im_start|>assistant\n<think>\n{opening}")


def test_thinking_can_be_switched_off() -> None:
    prompt = render(user("hi"), enable_thinking=False)
    assert "think" not in prompt
    assert prompt.endswith("<|im_start|>assistant\n")


def test_past_thoughts_are_dropped() -> None:
    past = {"role": "assistant", "content": "<think>\nsecret\n</think>\n\nHello!", "reasoning_content": "secret"}
    prompt = render(user("hi"), past, user("more"))
    assert "secret" not in prompt
    assert "<|im_start|>assistant\nHello!<|im_end|>" in prompt


def test_the_thought_of_an_answer_being_continued_is_kept() -> None:
    partial = {"role": "assistant", "content": "Red", "reasoning_content": "A colour."}
    prompt = render(user("Name a colour."), partial, add_generation_prompt=False)
    assert prompt.endswith("<think>\nA colour.\n</think>\n\nRed<|im_end|>\n")


def test_a_system_message_takes_the_place_of_the_default_prompt() -> None:
    prompt = render({"role": "system", "content": "You are a pirate."}, user("hi"))
    assert prompt.startswith("<|im_start|>system\nYou are a pirate.\n\n")
    assert "Qwen" not in prompt


@pytest.mark.parametrize(("persona", "name"), [("qwen", "Qwen"), ("smollm2", "SmolLM2")])
@pytest.mark.parametrize("question", ["hi", "你好"])
def test_the_default_prompt_says_truly_which_model_this_is(persona: str, name: str, question: str) -> None:
    assert name in render(user(question), persona=persona).split("<|im_end|>")[0]

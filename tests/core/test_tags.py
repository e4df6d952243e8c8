"""A `[MODE:…]` tag on the first line of a prompt is read, and taken out of what the model sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termination import ModeTag, mode_tag


@pytest.mark.parametrize(
    ("prompt", "mode", "text"),
    [
        ("[MODE:THINK_ONLY]\nWhy is the sky blue?", "THINK_ONLY", "Why is the sky blue?"),
        ("[MODE:THINK_ONLY] Why?", "THINK_ONLY", "Why?"),
        ("Why? [MODE:FULL]", "FULL", "Why?"),
        ("Why [MODE:FULL] so?", "FULL", "Why so?"),
        ("[mode: think_only] Why?", "THINK_ONLY", "Why?"),
        ("[ Mode : Think-Only ] Why?", "THINK_ONLY", "Why?"),
        ("[MODE:think only] Why?", "THINK_ONLY", "Why?"),
        ("【MODE：THINK_ONLY】天为什么是蓝的？", "THINK_ONLY", "天为什么是蓝的？"),
        ("［mode：full］天为什么是蓝的？", "FULL", "天为什么是蓝的？"),
        ("[MODE:FULL] [MODE:THINK_ONLY] Why?", "FULL", "Why?"),
        ("[MODE:THINKONLY] Why?", "THINKONLY", "Why?"),
        ("[MODE:我的模式] Why?", "我的模式", "Why?"),
        ("[MODE:] Why?", "", "Why?"),
        ("[MODE:FULL]", "FULL", ""),
        ("[MODE:FULL]\n", "FULL", ""),
        ("Why?\n[MODE:FULL]", None, "Why?\n[MODE:FULL]"),
        ("[MODE:FULL]\n[MODE:THINK_ONLY]\nWhy?", "FULL", "[MODE:THINK_ONLY]\nWhy?"),
        ("[MODE:FULL", None, "[MODE:FULL"),
        ("[MODE FULL] Why?", None, "[MODE FULL] Why?"),
        ("[MODEL:FULL] Why?", None, "[MODEL:FULL] Why?"),
        ("", None, ""),
    ],
)
def test_the_tag_is_read(prompt: str, mode: str | None, text: str) -> None:
    assert mode_tag(prompt) == ModeTag(mode, text)


@given(st.text())
def test_a_prompt_without_a_tag_stays_as_it_is(prompt: str) -> None:
    if "mode" not in prompt.partition("\n")[0].lower():
        assert mode_tag(prompt) == ModeTag(None, prompt)


@given(st.sampled_from(["FULL", "think_only"]), st.text())
def test_the_lines_after_the_tag_stay_as_they_are(mode: str, rest: str) -> None:
    assert mode_tag(f"[MODE:{mode}]\n{rest}") == ModeTag(mode.upper(), rest)

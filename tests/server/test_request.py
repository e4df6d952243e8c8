"""A turn's request says what vLLM's chat endpoint expects, in the place where it expects it."""

from typing import Any

import pytest

from chat.profiles.settings import Settings
from chat.server.request import ChatMessage, Request, request
from tests.shelf import profile

ASKED: list[ChatMessage] = [{"role": "user", "content": "Why?"}]


def made(stop_ids: tuple[int, ...] = (), mode: str = "FULL", **values: Any) -> Request:
    return request(profile(**values), mode, ASKED, stop_ids, "chat-1")


@pytest.mark.parametrize(
    ("stop_ids", "mode", "extra"),
    [
        ((), "FULL", {}),
        ((), "THINK_ONLY", {}),
        ((151645, 151643), "FULL", {"stop_token_ids": [151645, 151643]}),
        ((151668,), "THINK_ONLY", {"stop_token_ids": [151668], "include_stop_str_in_output": True}),
        ((0,), "FULL", {"stop_token_ids": [0]}),
    ],
)
def test_stop_tokens_go_as_ids_and_show_in_think_only(
    stop_ids: tuple[int, ...], mode: str, extra: dict[str, object]
) -> None:
    assert made(stop_ids, mode).extra == extra


@pytest.mark.parametrize(
    ("sampling", "own", "extra"),
    [
        ({}, {}, {}),
        ({"temperature": 0}, {"temperature": 0.0}, {}),
        ({"temperature": 1, "top_p": 0.9, "max_tokens": 5}, {"temperature": 1.0, "top_p": 0.9, "max_tokens": 5}, {}),
        ({"top_k": 20, "min_p": 0}, {}, {"top_k": 20, "min_p": 0.0}),
        ({"presence_penalty": 1.5}, {"presence_penalty": 1.5}, {}),
        ({"max_tokens": 5, "repetition_penalty": 1.1}, {"max_tokens": 5}, {"repetition_penalty": 1.1}),
    ],
)
def test_openais_own_sampling_is_kept_apart_from_vllms(
    sampling: dict[str, float], own: dict[str, float], extra: dict[str, float]
) -> None:
    asked = made(sampling=sampling)
    assert (asked.sampling, asked.extra) == (own, extra)


def test_the_profiles_extra_fields_win() -> None:
    extra = {"chat_template_kwargs": {"enable_thinking": True}, "top_k": 1, "stop_token_ids": [7]}
    assert made((5,), sampling={"top_k": 20}, extra=extra).extra == extra


def test_the_request_names_model_messages_and_chat() -> None:
    asked = made()
    assert (asked.model, asked.messages, asked.headers) == ("scripted", ASKED, {"X-Session-ID": "chat-1"})
    assert asked.endpoint.base_url == "http://localhost:8000/v1"


MODES: dict[str, Any] = {
    "FULL": {},
    "THINK_ONLY": {},
    "NO_THINK": {
        "thinks": False,
        "chat_template_kwargs": {"enable_thinking": False},
        "sampling": {"temperature": 0.7, "top_k": 20},
    },
    "HIGH": {"reasoning_effort": "high"},
}


def test_a_mode_says_what_the_template_is_to_do() -> None:
    kept = {"chat_template_kwargs": {"tools_in_user_message": False}}
    asked = made(mode="NO_THINK", modes=MODES, extra=kept, sampling={"temperature": 0.6, "top_p": 0.95})
    assert asked.sampling == {"temperature": 0.7, "top_p": 0.95}
    assert asked.extra == {
        "top_k": 20,
        "chat_template_kwargs": {"tools_in_user_message": False, "enable_thinking": False},
    }
    assert made(mode="FULL", modes=MODES, extra=kept).extra == kept
    assert made(mode="HIGH", modes=MODES).extra == {"reasoning_effort": "high"}


def test_what_the_person_set_goes_before_the_modes_sampling() -> None:
    applied = Settings(temperature=0.1).apply_to(profile(modes=MODES))
    assert request(applied, "NO_THINK", ASKED, (), "chat-1").sampling == {"temperature": 0.1}


def test_a_prefix_begins_the_reply() -> None:
    thinking = {"open": "<think>", "close": "</think>", "prefix": "<think>\n"}
    asked = made(thinking=thinking, modes=MODES)
    assert asked.messages == [*ASKED, {"role": "assistant", "content": "<think>\n"}]
    assert asked.extra == {"continue_final_message": True, "add_generation_prompt": False}
    assert made(mode="NO_THINK", thinking=thinking, modes=MODES).messages == ASKED

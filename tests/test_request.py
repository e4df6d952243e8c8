"""A turn's request says what vLLM's chat endpoint expects, in the place where it expects it."""

from typing import Any

import pytest

from chat.history import ChatMessage
from chat.request import Request, request
from tests.shelf import profile

ASKED: list[ChatMessage] = [{"role": "user", "content": "Why?"}]


def made(stop_ids: tuple[int, ...] = (), thought_only: bool = False, **values: Any) -> Request:
    return request(profile(**values), ASKED, stop_ids, thought_only, "chat-1")


@pytest.mark.parametrize(
    ("stop_ids", "thought_only", "extra"),
    [
        ((), False, {}),
        ((), True, {}),
        ((151645, 151643), False, {"stop_token_ids": [151645, 151643]}),
        ((151668,), True, {"stop_token_ids": [151668], "include_stop_str_in_output": True}),
        ((0,), False, {"stop_token_ids": [0]}),
    ],
)
def test_stop_tokens_go_as_ids_and_show_in_think_only(
    stop_ids: tuple[int, ...], thought_only: bool, extra: dict[str, object]
) -> None:
    assert made(stop_ids, thought_only).extra == extra


@pytest.mark.parametrize(
    ("sampling", "own", "extra"),
    [
        ({}, {}, {}),
        ({"temperature": 0}, {"temperature": 0.0}, {}),
        ({"temperature": 1, "top_p": 0.9, "max_tokens": 5}, {"temperature": 1.0, "top_p": 0.9, "max_tokens": 5}, {}),
        ({"top_k": 20, "min_p": 0}, {}, {"top_k": 20, "min_p": 0.0}),
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

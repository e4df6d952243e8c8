"""The doctor names each fault of a server and a profile, and no other, with the fix, in English and Chinese."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from chat.server.server import close_servers
from tests.doctor.conftest import Examined, the_problem
from tests.doctor.patient import (
    Vllm,
    other_names,
)
from tests.scripted_server import ScriptedServer, Status
from tests.shelf import FULL_STOPS, THINK_STOPS

OUR_PAGE = "<!DOCTYPE html><html><head><title>Fullstop</title></head></html>"


def modes(**stop_tokens: Any) -> dict[str, Any]:
    usual = {"FULL": FULL_STOPS, "THINK_ONLY": THINK_STOPS} | stop_tokens
    return {"modes": {name: {"stop_tokens": tokens} for name, tokens in usual.items()}}


# --- At the address


async def test_a_server_that_is_down(examined: Examined) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    the_problem(await examined(url), "reach", "unreachable", url, do="VLLM_BASE_URL")


@pytest.mark.parametrize("path", ["", "/v1"])
async def test_our_own_page_in_the_place_of_the_server(examined: Examined, web: Callable[..., Any], path: str) -> None:
    page = (await web(GET=f"200|text/html|{OUR_PAGE}", POST="405|application/json|{}")).removesuffix("/v1") + path
    the_problem(await examined(page), "reach", "ourselves", page, do="http://localhost:8001/v1")


async def test_a_login_page_in_the_place_of_the_server(examined: Examined, web: Callable[..., Any]) -> None:
    page = await web(GET="200|text/html|<title>Log in</title>", POST="200|text/html|<title>Log in</title>")
    findings = await examined(page)
    assert [(each.check, each.kind) for each in findings] == [("reach", "page")]


@pytest.mark.parametrize(("key", "kind"), [("wrong", "wrong"), ("", "missing")])
async def test_a_wrong_key(server: ScriptedServer, examined: Examined, key: str, kind: str) -> None:
    server.key = "secret"
    findings = await examined(endpoint={"base_url": server.base_url, "api_key": key})
    the_problem(findings, "key", kind, server.base_url, do="VLLM_API_KEY")


async def test_a_model_that_is_not_served(server: ScriptedServer, examined: Examined) -> None:
    server.by_message({"": other_names(Vllm(), "scripted")})
    findings = await examined(model="somebody/else")
    the_problem(findings, "model", "other", "somebody/else", "scripted", do="--served-model-name")


async def test_an_address_without_v1(server: ScriptedServer, examined: Examined) -> None:
    the_problem(await examined(server.url), "reach", "path", server.url, do=server.base_url)


@pytest.mark.parametrize("end", ["/completions", "/chat/completions", "/chat/completions/"])
async def test_the_address_of_completions(server: ScriptedServer, examined: Examined, end: str) -> None:
    the_problem(await examined(server.base_url + end), "reach", "path", server.base_url + end, do=server.base_url)


# --- In the profile


@pytest.mark.parametrize(
    ("values", "kind", "facts", "do"),
    [
        (modes(FULL=["<|im_stop|>"]), "pieces", ("<|im_stop|>", "scripted"), "modes"),
        (modes(FULL=["<|im_end|>", 10]), "ordinary", ("10", "+"), "modes"),
        (modes(THINK_ONLY=["</think>", 10]), "ordinary", ("10",), "modes"),
        (modes(FULL=[10], THINK_ONLY=["</think>", 10]), "ordinary", ("10",), "modes"),
        (modes(FULL=[999_999]), "nothing", ("999999",), "modes"),
    ],
)
async def test_stop_tokens_that_would_do_harm(
    examined: Examined, values: dict[str, Any], kind: str, facts: tuple[str, ...], do: str
) -> None:
    the_problem(await examined(**values), "stop_tokens", kind, *facts, do=do)


async def test_an_id_that_only_the_engine_knows_to_be_none(server: ScriptedServer, examined: Examined) -> None:
    server.tokenizes = False
    findings = await examined(**modes(FULL=[999_999]))
    the_problem(findings, "stop_tokens", "rejected", "999999", do="modes")


@pytest.mark.parametrize(
    ("limit", "kind", "do"), [(40_000, "too_large", "16384"), (100, "too_small", "256"), (255, "too_small", "256")]
)
async def test_a_limit_of_tokens_that_does_not_fit(examined: Examined, limit: int, kind: str, do: str) -> None:
    the_problem(await examined(sampling={"max_tokens": limit}), "max_tokens", kind, str(limit), do=do)


async def test_a_system_prompt_that_is_needed_and_not_there(examined: Examined) -> None:
    findings = await examined(messages={"system": "[MODE:FULL]", "system_needed": True})
    the_problem(findings, "system", "needed", do="messages.system")


async def test_a_field_that_the_server_refuses(server: ScriptedServer, examined: Examined) -> None:
    server.by_message({"": Vllm(parser=False)})
    findings = await examined(extra={"thinking_token_budget": 100})
    the_problem(findings, "thinking_token_budget", "refused_but_used", do="--reasoning-parser")


async def test_a_field_that_the_server_ignores(server: ScriptedServer, examined: Examined) -> None:
    server.by_message({"": Vllm(knows_fields=False)})
    findings = await examined(extra={"repetition_detection": {"min_count": 4}})
    the_problem(findings, "repetition_detection", "ignored_but_used", do="end.answer: loop()")


async def test_an_effort_that_the_served_version_does_not_know(server: ScriptedServer, examined: Examined) -> None:
    efforts = {"DEEP": {"reasoning_effort": "max"}, "LOW": {"reasoning_effort": "low"}}
    server.says["/version"] = lambda: Status(200, {"version": "0.20.1"})
    findings = await examined(modes={**modes()["modes"], **efforts})
    the_problem(findings, "reasoning_effort", "unknown_level", "0.20", "DEEP: max", do="medium")
    server.says["/version"] = lambda: Status(200, {"version": "0.33.0"})
    await close_servers()
    assert not any(each.check == "reasoning_effort" for each in await examined(modes={**modes()["modes"], **efforts}))

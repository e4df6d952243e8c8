"""The doctor names each fault of a template and a stream, and no other, with the fix, in both languages."""

import pytest

from tests.doctor.conftest import Examined, the_problem
from tests.doctor.patient import (
    Vllm,
    held_back,
    opening_template,
    without_end,
    without_system,
)
from tests.scripted_server import (
    Answer,
    Content,
    Done,
    Drop,
    ErrorEvent,
    Finish,
    Hang,
    Raw,
    Role,
    Script,
    ScriptedServer,
    Status,
    error,
)
from tests.scripted_server.families import FAMILIES
from tests.scripted_server.steps import Body
from tests.scripted_server.templates import jinja


@pytest.mark.parametrize("tokenizes", [True, False])
async def test_a_template_that_opens_the_thought(server: ScriptedServer, examined: Examined, tokenizes: bool) -> None:
    server.tokenizes = tokenizes
    server.template = opening_template
    server.by_message({"": Vllm(parser=False, opens=True)})
    the_problem(await examined(), "thought", "opened_unseen", "<think>", do="thinking.opened: true")


@pytest.mark.parametrize("tokenizes", [True, False])
async def test_a_template_that_refuses_the_system_message(
    server: ScriptedServer, examined: Examined, tokenizes: bool
) -> None:
    server.tokenizes = tokenizes
    server.template = without_system
    findings = await examined(messages={"system": "Be brief."})
    the_problem(findings, "system", "refused", "must alternate", do="messages.system_role: user")


@pytest.mark.parametrize("parser", [True, False])
async def test_a_model_that_thinks_unexpectedly(server: ScriptedServer, examined: Examined, parser: bool) -> None:
    server.by_message({"": Vllm(parser=parser)})
    the_problem(await examined(thinking=None), "thought", "unexpected", do="thinking: {open:")


@pytest.mark.parametrize(
    ("answer", "check", "kind", "do"),
    [
        (Vllm(knows_ids=False), "think_only", "goes_on", "stop_token_ids"),
        (Vllm(parser=False, knows_ids=False), "think_only", "goes_on", "stop_token_ids"),
        (without_end, "finish", "missing", ""),
    ],
)
async def test_a_stream_that_is_not_as_it_should_be(
    server: ScriptedServer, examined: Examined, answer: Answer, check: str, kind: str, do: str
) -> None:
    server.by_message({"": answer})
    the_problem(await examined(), check, kind, do=do)


async def test_a_stream_that_is_held_back(
    server: ScriptedServer, examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_DOCTOR_LONG_REPLY_SECONDS", "0.2")  # the long reply is held back for minutes
    server.by_message({"": held_back})
    the_problem(await examined(), "flow", "held_back", do="proxy_buffering off")


NO_TEMPLATE = error(400, "As of transformers v4.44, default chat template is no longer allowed")
OVERRUN = "<think>T</think>A<|im_end|>\n<|im_start|>user\nand more of it"


@pytest.mark.parametrize(
    ("script", "check", "kind", "do"),
    [
        ([NO_TEMPLATE], "template", "none", "--chat-template"),
        ([error(400, "top_k must be -1")], "reply", "status", "sampling"),
        ([Status(503, {"error": {"message": "full"}}, {"retry-after-ms": "1"})], "reply", "busy", ""),
        ([ErrorEvent("EngineCore is dead"), Done()], "reply", "server_error", ""),
        ([error(409, "The engine is paused.")], "reply", "paused", "POST /resume"),
        ([error(400, "Failed to buffer the request body: length limit exceeded")], "reply", "body_too_large", "nginx"),
        ([error(400, "render: engine ran out of fuel")], "template", "limit", "VLLM_CHAT_TEMPLATE_FUEL"),
        ([error(400, "The chat template timed out")], "template", "limit", "--chat-template"),
        ([Raw(b"data: {oops\n\n")], "reply", "not_json", ""),
        ([Role(), Drop()], "reply", "disconnected", ""),
        ([error(400, "This model's maximum context length is 8 tokens.")], "reply", "too_long", "--max-model-len"),
        ([Role(), Content(OVERRUN), Finish("stop"), Done()], "full", "overrun", "stop_token_ids"),
    ],
)
async def test_a_server_that_does_not_reply_as_it_should(
    server: ScriptedServer, examined: Examined, script: Script, check: str, kind: str, do: str
) -> None:
    server.by_message({"": script})
    the_problem(await examined(), check, kind, do=do)


async def test_a_model_that_runs_on_although_its_tokens_are_unknown(server: ScriptedServer, examined: Examined) -> None:
    server.tokenizes = False
    server.by_message({"": [Role(), Content(OVERRUN), Finish("stop"), Done()]})
    the_problem(await examined(), "full", "overrun_without_ids", "<|im_end|>", do="generation_config.json")


async def test_a_server_that_does_not_reply_in_time_is_not_blamed(
    server: ScriptedServer, examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_DOCTOR_REPLY_SECONDS", "0.1")
    server.by_message({"": [Role(), Hang()]})
    findings = await examined()
    assert [each.check for each in findings if each.state == "unknown"] == ["reply"]
    assert "problem" not in {each.state for each in findings}


@pytest.mark.parametrize("state", ["is_paused", "is_sleeping"])
async def test_a_paused_server_that_lets_requests_wait(
    server: ScriptedServer, examined: Examined, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setenv("FULLSTOP_DOCTOR_REPLY_SECONDS", "0.1")
    server.says = {f"/{state}": lambda: Status(200, {state: True})}
    server.by_message({"": [Hang()]})
    the_problem(await examined(), "reply", "paused", do="POST /wake_up")


async def test_a_template_that_only_the_prompt_shows_to_be_too_much(server: ScriptedServer, examined: Examined) -> None:
    def render(_: Body) -> str:
        raise ValueError("render: engine ran out of fuel")

    server.template = render
    the_problem(await examined(), "template", "limit", "out of fuel", do="VLLM_CHAT_TEMPLATE_FUEL")


async def test_a_model_that_continues_after_its_reader_has_left(
    server: ScriptedServer, examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FULLSTOP_DOCTOR_ABORT_SECONDS", "0.2")
    server.aborts = False
    the_problem(await examined(), "abort", "goes_on", do="proxy_ignore_client_abort off")


@pytest.mark.parametrize(
    ("name", "kind"), [("Qwen3", "not_first"), ("GLM-4.5", "not_first"), ("Kimi-K2-Thinking", "not_first")]
)
async def test_a_template_that_writes_markers_before_the_prefix(
    server: ScriptedServer, examined: Examined, name: str, kind: str
) -> None:
    server.template = jinja(FAMILIES[name].template)
    findings = await examined(thinking={"open": "<think>", "close": "</think>", "prefix": "<think>\n"})
    assert [each.kind for each in findings if each.check == "prefix"] == [kind]


@pytest.mark.parametrize("name", ["Granite", "DeepSeek-R1"])
async def test_a_template_that_leaves_the_prefix(server: ScriptedServer, examined: Examined, name: str) -> None:
    server.template = jinja(FAMILIES[name].template)
    findings = await examined(thinking={"open": "<think>", "close": "</think>", "prefix": "<think>\n"})
    assert [each.kind for each in findings if each.check == "prefix"] == ["opens"]
